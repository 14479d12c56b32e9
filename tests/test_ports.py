"""Ports: free, taken, answering."""

import socket

import pytest

from tutorial.ports import HOST, answers, free_port, is_free


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())


@pytest.mark.parametrize("address", [HOST, "0.0.0.0"])
def test_a_port_that_somebody_listens_on_is_taken(address: str) -> None:
    with socket.create_server((address, 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_a_port_is_free_again_at_once_after_its_server_closed_a_connection() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((HOST, port)):
            server.accept()[0].close()
    assert is_free(port)


def test_nobody_answers_on_a_free_port() -> None:
    assert not answers(f"http://{HOST}:{free_port()}/")
