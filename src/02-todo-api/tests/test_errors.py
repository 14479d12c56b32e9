from project import views


def test_an_error_that_nobody_foresaw_is_told_to_the_log_only(
    client, monkeypatch, caplog
):
    monkeypatch.setattr(views, "Task", None)
    response = client.post("/task/", json={"definition": "Buy milk"})
    assert response.status_code == 500
    assert response.json() == {"message": "Server error"}
    assert "POST '/task/' failed" in caplog.text
    assert "TypeError: 'NoneType' object is not callable" in caplog.text
