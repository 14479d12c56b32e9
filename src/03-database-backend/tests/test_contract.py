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


def test_each_new_task_has_a_larger_id(api, task):
    assert api.post("/task/", json={"definition": "Sleep"}).json()["id"] > task["id"]


def test_the_list_has_the_tasks_by_id(api):
    tasks = [
        api.post("/task/", json={"definition": text}).json() for text in ("b", "a", "c")
    ]
    response = api.get("/task/")
    assert response.status_code == 200
    assert [task for task in response.json() if task in tasks] == tasks


def test_a_task_can_be_read(api, task):
    response = api.get(path(task))
    assert response.status_code == 200
    assert response.json() == task


def test_a_task_can_be_deleted(api, task):
    response = api.delete(path(task))
    assert response.status_code == 204
    assert response.content == b""
    assert task not in api.get("/task/").json()


def test_the_id_of_a_deleted_task_is_not_used_again(api, task):
    api.delete(path(task))
    assert api.post("/task/", json={"definition": "Sleep"}).json()["id"] > task["id"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_deleted_task_is_gone(api, task, method):
    api.delete(path(task))
    response = api.request(method, path(task))
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


@pytest.mark.parametrize("task_id", ["0", "-1", "milk", "1.5", "2147483647"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_such_task(api, method, task_id):
    response = api.request(method, f"/task/{task_id}/")
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


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


def test_a_change_of_a_task_that_is_not_there_is_not_found(api, task):
    api.delete(path(task))
    response = api.patch(path(task), json={"completed": True})
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


def test_a_change_of_nothing_is_refused(api, task):
    response = api.patch(path(task), json={})
    assert response.status_code == 400
    assert list(response.json()) == ["message"]


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_a_form_may_send_completed_as_text(api, task, text, value):
    response = api.patch(path(task), json={"completed": text})
    assert response.status_code == 200
    assert response.json()["completed"] is value


def test_the_list_can_be_of_completed_tasks_only(api, task):
    done = api.patch(path(task), json={"completed": True}).json()
    to_do = api.post("/task/", json={"definition": "Sleep"}).json()
    assert done in api.get("/task/?completed=true").json()
    assert done not in api.get("/task/?completed=false").json()
    assert to_do in api.get("/task/?completed=false").json()
    assert to_do not in api.get("/task/?completed=true").json()


def post_and_patch(api, task, **body):
    """Send the same body as a new task and as a change of one."""
    return [api.post("/task/", **body), api.patch(path(task), **body)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"null",
        b"5",
        b'"milk"',
        b"[]",
        b'[["definition", "milk"]]',
        pytest.param(b'{"id": %s}' % (b"9" * 5_000), id="a number of 5,000 digits"),
        pytest.param(b"[" * 100_000, id="100,000 brackets"),
        pytest.param(b'{"a":' * 10_000, id="10,000 objects"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api, task, body):
    for response in post_and_patch(api, task, data=body, headers=JSON):
        assert response.status_code == 400
        assert list(response.json()) == ["message"]


def test_a_body_has_at_most_64_kib(api, task):
    body = b'{"definition": "Buy milk"}'
    assert api.post("/task/", data=body.ljust(65_536), headers=JSON).status_code == 201
    for size in (65_537, 10_000_000):
        for response in post_and_patch(api, task, data=body.ljust(size), headers=JSON):
            assert response.status_code == 413
            assert list(response.json()) == ["message"]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
def test_a_body_is_json_and_nothing_else(api, task, content_type):
    body = b'{"definition": "Buy milk"}'
    headers = {"Content-Type": content_type}
    for response in post_and_patch(api, task, data=body, headers=headers):
        assert response.status_code == 415
        assert list(response.json()) == ["message"]


def test_a_definition_is_required(api):
    response = api.post("/task/", json={})
    assert response.status_code == 400
    assert response.json() == {"definition": "This field is required."}


@pytest.mark.parametrize("name", ["id", "task_id", "data", "colour", "", "\ud800"])
def test_an_unknown_field_is_refused_by_its_name(api, task, name):
    body = {"definition": "Buy milk", name: "red"}
    for response in post_and_patch(api, task, json=body):
        assert response.status_code == 400
        assert response.json() == {name: "Unknown field."}


@pytest.mark.parametrize(
    "definition",
    [
        None,
        "",
        " \t\n",
        pytest.param("x" * 129, id="129 characters"),
        5,
        True,
        ["milk"],
        {},
        "a\0b",
        "\ud800",
    ],
)
def test_a_definition_is_a_text_of_1_to_128_characters(api, task, definition):
    for response in post_and_patch(api, task, json={"definition": definition}):
        assert response.status_code == 400
        assert list(response.json()) == ["definition"]
    assert api.get(path(task)).json() == task


@pytest.mark.parametrize(
    "definition",
    ["x", pytest.param("牛乳" * 64, id="128 characters"), "🥛", "<b>'\"; --"],
)
def test_a_definition_may_have_any_other_character(api, task, definition):
    response = api.patch(path(task), json={"definition": definition})
    assert response.status_code == 200
    assert response.json()["definition"] == definition


@pytest.mark.parametrize("completed", [None, "", "True", "1", 0, 1, 0.5, [], {}])
def test_completed_is_true_or_false(api, task, completed):
    response = api.patch(path(task), json={"completed": completed})
    assert response.status_code == 400
    assert list(response.json()) == ["completed"]
    assert api.get(path(task)).json() == task


@pytest.mark.parametrize("value", ["", "1", "True", "yes", "null", "%FF"])
def test_the_list_has_no_other_filter(api, value):
    response = api.get(f"/task/?completed={value}")
    assert response.status_code == 400
    assert response.json() == {"completed": "Must be true or false."}


@pytest.mark.parametrize(
    "task_id",
    ["2147483648", pytest.param("9" * 5_000, id="5,000 digits"), "01", "%00", "%FF"],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_id_that_no_task_can_have_is_not_found(api, method, task_id):
    response = api.request(method, f"/task/{task_id}/", json={"completed": True})
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


@pytest.mark.parametrize("path", ["/milk/", "/task/1/2/", "/static/milk.js"])
def test_there_is_no_such_path(api, path):
    response = api.get(path)
    assert response.status_code == 404
    assert response.json() == {"message": "Not found"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/", "GET, HEAD"),
        ("PUT", "/task/", "GET, HEAD, POST"),
        ("DELETE", "/task/", "GET, HEAD, POST"),
        ("POST", "/task/1/", "DELETE, GET, HEAD, PATCH"),
    ],
)
def test_a_path_has_its_methods_and_no_others(api, method, path, allowed):
    response = api.request(method, path)
    assert response.status_code == 405
    assert response.headers["Allow"] == allowed
    assert response.json() == {"message": "Method not allowed"}


def test_a_path_without_its_last_slash_leads_to_the_one_with_it(api):
    response = api.get("/task?completed=true", allow_redirects=False)
    assert response.status_code == 308
    assert response.headers["Location"] == "/task/?completed=true"
    assert api.post("/task", json={"definition": "Sleep"}).status_code == 201
