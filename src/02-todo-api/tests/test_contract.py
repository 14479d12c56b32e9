"""What the API promises to everybody who asks it over HTTP."""

import pytest

JSON = {"Content-Type": "application/json"}


def path(task):
    return f"/task/{task['id']}/"


def test_everybody_is_welcome(api):
    response = api.get("/")
    assert response.status_code == 200
    assert response.json() == {"message": "Welcome to API Star!"}


def test_a_guest_who_gives_a_name_is_welcomed_by_it(api):
    response = api.get("/?name=Ada")
    assert response.status_code == 200
    assert response.json() == {"message": "Welcome to API Star, Ada!"}


def test_a_new_task_is_not_completed(api):
    response = api.post("/task/", json={"definition": "Buy milk"})
    task = response.json()
    assert response.status_code == 201
    assert task == {"id": task["id"], "definition": "Buy milk", "completed": False}
    assert response.headers["Location"] == path(task)


def test_each_new_task_has_a_larger_id(api):
    tasks = [
        api.post("/task/", json={"definition": "Buy milk"}).json() for _ in range(3)
    ]
    assert tasks[0]["id"] < tasks[1]["id"] < tasks[2]["id"]


def test_the_id_of_a_deleted_task_is_not_used_again(api, task):
    api.delete(path(task))
    assert api.post("/task/", json={"definition": "Buy milk"}).json()["id"] > task["id"]


def test_the_list_has_the_tasks_by_id(api):
    tasks = [
        api.post("/task/", json={"definition": text}).json() for text in ("b", "a", "c")
    ]
    api.patch(path(tasks[0]), json={"completed": False})
    response = api.get("/task/")
    assert response.status_code == 200
    assert [task for task in response.json() if task in tasks] == tasks


def test_the_list_can_be_of_completed_tasks_only(api, task):
    done = api.patch(path(task), json={"completed": True}).json()
    to_do = api.post("/task/", json={"definition": "Sleep"}).json()
    assert done in api.get("/task/?completed=true").json()
    assert done not in api.get("/task/?completed=false").json()
    assert to_do in api.get("/task/?completed=false").json()
    assert to_do not in api.get("/task/?completed=true").json()


@pytest.mark.parametrize("value", ["", "1", "True", "yes", "null", "%FF"])
def test_the_list_has_no_other_filter(api, value):
    response = api.get(f"/task/?completed={value}")
    assert response.status_code == 400
    assert response.json() == {"completed": "Must be true or false."}


def test_a_task_can_be_read(api, task):
    response = api.get(path(task))
    assert response.status_code == 200
    assert response.json() == task


@pytest.mark.parametrize(
    "change",
    [
        {"definition": "Buy oat milk"},
        {"completed": True},
        {"definition": "Buy oat milk", "completed": True},
    ],
)
def test_a_task_can_be_changed(api, task, change):
    response = api.patch(path(task), json=change)
    assert response.status_code == 200
    assert response.json() == {**task, **change}
    assert api.get(path(task)).json() == {**task, **change}


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_a_form_may_send_completed_as_text(api, task, text, value):
    response = api.patch(path(task), json={"completed": text})
    assert response.status_code == 200
    assert response.json()["completed"] is value


def test_a_change_of_nothing_is_refused(api, task):
    response = api.patch(path(task), json={})
    assert response.status_code == 400
    assert list(response.json()) == ["message"]


def test_a_task_can_be_deleted(api, task):
    response = api.delete(path(task))
    assert response.status_code == 204
    assert response.content == b""
    assert task not in api.get("/task/").json()


@pytest.mark.parametrize(
    "task_id",
    ["0", "-1", "milk", "1.5", "2147483647", "2147483648", "9" * 5000, "%00", "%FF"],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_there_is_no_such_task(api, method, task_id):
    response = api.request(method, f"/task/{task_id}/", json={"completed": True})
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_deleted_task_is_gone(api, task, method):
    api.delete(path(task))
    response = api.request(method, path(task), json={"completed": True})
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"definition": "caf\xe9"}',
        b"[" * 100_000,
        b'{"a":' * 10_000,
    ]
    + [
        b"null",
        b"5",
        b'"milk"',
        b"[]",
        b'[["definition", "milk"]]',
        b'{"id": %s}' % (b"9" * 5000),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api, task, body):
    for response in (
        api.post("/task/", data=body, headers=JSON),
        api.patch(path(task), data=body, headers=JSON),
    ):
        assert response.status_code == 400
        assert list(response.json()) == ["message"]


@pytest.mark.parametrize(
    "definition",
    [
        None,
        "",
        "  \t\n",
        "x" * 129,
        5,
        True,
        ["milk"],
        {},
        "a\0b",
        "\ud800",
        "\udc00 milk",
    ],
)
def test_a_definition_is_a_text_of_1_to_128_characters(api, task, definition):
    for response in (
        api.post("/task/", json={"definition": definition}),
        api.patch(path(task), json={"definition": definition}),
    ):
        assert response.status_code == 400
        assert list(response.json()) == ["definition"]
    assert api.get(path(task)).json() == task


@pytest.mark.parametrize(
    "definition", ["x", "x" * 128, "牛乳" * 64, "🥛", "<b>'\"; --"]
)
def test_a_definition_may_have_any_other_character(api, definition):
    response = api.post("/task/", json={"definition": definition})
    assert response.status_code == 201
    assert response.json()["definition"] == definition


def test_a_definition_is_required(api):
    response = api.post("/task/", json={})
    assert response.status_code == 400
    assert response.json() == {"definition": "This field is required."}


@pytest.mark.parametrize("completed", [None, "", "True", "1", 0, 1, 2, 0.0, [], {}])
def test_completed_is_true_or_false(api, task, completed):
    response = api.patch(path(task), json={"completed": completed})
    assert response.status_code == 400
    assert list(response.json()) == ["completed"]
    assert api.get(path(task)).json() == task


@pytest.mark.parametrize(
    "name", ["id", "task_id", "data", "colour", "", "\ud800", "__class__"]
)
def test_an_unknown_field_is_refused_by_its_name(api, task, name):
    for response in (
        api.post("/task/", json={"definition": "Buy milk", name: "red"}),
        api.patch(path(task), json={"completed": True, name: "red"}),
    ):
        assert response.status_code == 400
        assert response.json() == {name: "Unknown field."}
    assert api.get(path(task)).json() == task


def test_a_body_has_at_most_64_kib(api, task):
    body = b'{"definition": "Buy milk"}'
    assert api.post("/task/", data=body.ljust(65536), headers=JSON).status_code == 201
    for size in (65537, 10_000_000):
        for response in (
            api.post("/task/", data=body.ljust(size), headers=JSON),
            api.patch(path(task), data=body.ljust(size), headers=JSON),
        ):
            assert response.status_code == 413
            assert list(response.json()) == ["message"]


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/xml", "application/x-www-form-urlencoded"]
    + ["multipart/form-data; boundary=x"],
)
def test_a_body_is_json_and_nothing_else(api, task, content_type):
    for response in (
        api.post(
            "/task/",
            data=b'{"definition": "a"}',
            headers={"Content-Type": content_type},
        ),
        api.patch(
            path(task),
            data=b'{"completed": true}',
            headers={"Content-Type": content_type},
        ),
    ):
        assert response.status_code == 415
        assert list(response.json()) == ["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("PUT", "/task/"),
        ("DELETE", "/task/"),
        ("POST", "/task/1/"),
        ("PUT", "/task/1/"),
        ("OPTIONS", "/task/"),
    ],
)
def test_a_path_has_its_methods_and_no_others(api, method, path):
    response = api.request(method, path)
    assert response.status_code == 405
    assert response.json() == {"message": "Method not allowed"}


@pytest.mark.parametrize("path", ["/milk/", "/task/1/2/", "/tasks/", "/static/milk.js"])
def test_there_is_no_such_path(api, path):
    response = api.get(path)
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


def test_a_path_without_its_last_slash_is_sent_to_the_one_with_it(api):
    response = api.get("/task?completed=true", allow_redirects=False)
    assert response.status_code == 308
    assert response.headers["Location"] == "/task/?completed=true"
    assert api.post("/task", json={"definition": "Buy milk"}).status_code == 201
