from io import BytesIO
from unittest.mock import Mock

import pytest
from apistar.exceptions import ValidationError

from project.components import RequestData

HEADERS = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "100"}


def test_half_a_body_is_refused():
    with pytest.raises(ValidationError):
        RequestData.build({"wsgi.input": BytesIO(b'{"completed": true}'), **HEADERS})


def test_a_body_that_cannot_be_read_is_refused():
    body = Mock(read=Mock(side_effect=OSError("Connection reset by peer")))
    with pytest.raises(ValidationError):
        RequestData.build({"wsgi.input": body, **HEADERS})
