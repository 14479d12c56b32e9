from project import views


def test_an_error_that_nobody_foresaw_is_told_to_the_log_only(client, monkeypatch, caplog):
    monkeypatch.setattr(views, "tasks", None)
    response = client.get("/task/")
    assert response.status_code == 500
    assert response.json() == {"message": "Server error"}
    assert "GET '/task/' failed" in caplog.text
    assert "AttributeError: 'NoneType' object has no attribute 'values'" in caplog.text
