from project.views import welcome


def test_the_view_is_a_plain_function():
    assert welcome(name=None) == {"message": "Welcome to API Star!"}


def test_everybody_is_welcome(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.json() == {"message": "Welcome to API Star!"}


def test_a_guest_who_gives_a_name_is_welcomed_by_it(client):
    response = client.get("/?name=Ada")
    assert response.status_code == 200
    assert response.json() == {"message": "Welcome to API Star, Ada!"}
