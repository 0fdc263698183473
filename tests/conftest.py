"""What every test of the project lives under: no sockets, and the same examples on every machine.

A suite that reaches the network passes at one desk and fails at another, and one that draws other examples
each time cannot say which change broke it. So a connection or a name look-up is refused unless the test is
marked `network`, and Hypothesis draws its examples from the test alone.

For example, this test fails with `SocketRefused` until it is marked:

    def test_the_status_page_answers() -> None:
        socket.create_connection(("example.org", 443))

`HYPOTHESIS_PROFILE=explore` draws new examples, and more of them; use it to hunt, never to gate.

Limits: only this process is guarded. A program that a test starts may still connect.
"""

import os
import socket
from typing import NoReturn

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


class SocketRefused(RuntimeError):
    """A test without the marker `network` tried to reach another machine."""


def refuse(*_: object, **__: object) -> NoReturn:
    """Stand in for every call that would leave the process."""
    raise SocketRefused(
        "this test tried to open a network connection. "
        "Give the code a small fake instead, or mark the test with @pytest.mark.network."
    )


@pytest.fixture(autouse=True)
def sockets_off(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections and name look-ups for the length of one test."""
    if request.node.get_closest_marker("network") is None:
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
