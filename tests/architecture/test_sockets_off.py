"""A test reaches no other machine unless it says so."""

import socket

import pytest

from tests.conftest import SocketRefused


def test_a_connection_is_refused() -> None:
    with socket.socket() as unconnected:
        with pytest.raises(SocketRefused, match=r"@pytest\.mark\.network"):
            unconnected.connect(("127.0.0.1", 9))
        with pytest.raises(SocketRefused):
            unconnected.connect_ex(("127.0.0.1", 9))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(SocketRefused):
        socket.create_connection(("example.org", 443))


@pytest.mark.network
def test_a_marked_test_may_connect() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as caller,
        server.accept()[0] as answered,
    ):
        caller.sendall(b"privity")

        assert answered.recv(7) == b"privity"
