import pytest
from apistar.exceptions import SchemaError

from project.settings import DatabaseURL


@pytest.mark.parametrize(
    "url", ["sqlite:///todo.db", "postgresql+psycopg2://todo:secret@db:5432/todo"]
)
def test_a_database_may_be_a_file_or_a_server(url):
    assert DatabaseURL(url) == url


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "Must be a URL, such as sqlite:///todo.db."),
        ("milk", "Must be a URL, such as sqlite:///todo.db."),
        (
            "postgresql+psycopg2://db:milk/todo",
            "Must be a URL, such as sqlite:///todo.db.",
        ),
        ("mysql://db/todo", "Must begin with sqlite:/// or postgresql+psycopg2://."),
        (
            "postgresql://db/todo",
            "Must begin with sqlite:/// or postgresql+psycopg2://.",
        ),
        ("sqlite://", "Must name a database that lasts."),
        ("sqlite:///:memory:", "Must name a database that lasts."),
        ("postgresql+psycopg2://db", "Must name a database that lasts."),
    ],
)
def test_any_other_url_is_refused_in_a_sentence(url, sentence):
    with pytest.raises(SchemaError) as refusal:
        DatabaseURL(url)
    assert refusal.value.detail == sentence
