"""Waiting that always ends: nothing in these tests waits without a bound, and nothing sleeps where it can look."""

from __future__ import annotations

import socket
import time

#: Seconds after which anything on loopback counts as lost.
PATIENCE = 10.0


def wait_until(happened, what: str, seconds: float = PATIENCE):
    """Calls `happened` until it answers something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        answer = happened()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"gave up after {seconds:g} s: {what}")
        time.sleep(0.01)


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nothing listens now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def wait_for_listener(port: int, alive, seconds: float = PATIENCE):
    """Waits until something accepts on the port; `alive` is asked whether waiting still makes sense."""

    def accepts():
        if not alive():
            raise AssertionError(f"the program that should listen on {port} has ended")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False

    wait_until(accepts, f"a listener on port {port}", seconds)
