"""A real Chromium, driven through its DevTools protocol over one WebSocket; nothing is installed for it but the browser.

It refuses to know what pages mean: it opens them, runs scripts in them, and keeps what the page's console and its network
complained about.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from websockets.sync.client import connect

from .programs import find
from .stage import Server
from .waiting import wait_until

_ENDPOINT = re.compile(r"DevTools listening on (ws://\S+)")


class Chromium(Server):
    """One page of a browser without a window, with a profile of its own."""

    def __init__(self, folder: Path):
        super().__init__(
            folder,
            [
                find("chromium"),
                "--headless=new",
                "--remote-debugging-port=0",
                f"--user-data-dir={folder}/profile",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                # Gravatar and fonts of other hosts are not for a test to ask.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
                "--window-size=1400,1000",
                "about:blank",
            ],
        )
        self.waited(lambda: wait_until(lambda: self.alive() and _ENDPOINT.search(self.err()), "Chromium", 60))
        self._socket = connect(_ENDPOINT.search(self.err())[1], max_size=1 << 26, open_timeout=30)
        self._next = 0
        #: What the console said that is an error, and every script that ended with one.
        self.complaints: list = []
        #: (status, URL) of answers from 400 up, and (error, URL) of requests that got none.
        self.refusals: list = []
        self._requested: dict = {}
        self._session = None
        page = next(target for target in self.call("Target.getTargets")["targetInfos"] if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.call(f"{domain}.enable")

    def call(self, method: str, seconds: float = 60, **parameters) -> dict:
        """Sends one command and waits for its result; what happens meanwhile is kept."""
        self._next += 1
        message = {"id": self._next, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            said = json.loads(self._socket.recv(timeout=seconds))
            if said.get("id") == message["id"]:
                assert "error" not in said, f"{method}: {said['error']}"
                return said["result"]
            self._happened(said.get("method"), said.get("params", {}))

    def _happened(self, event: str | None, what: dict):
        if event == "Runtime.exceptionThrown":
            details = what["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif event == "Runtime.consoleAPICalled" and what["type"] == "error":
            self.complaints.append(" ".join(str(a.get("value", a.get("description"))) for a in what["args"]))
        elif event == "Network.requestWillBeSent":
            self._requested[what["requestId"]] = what["request"]["url"]
        elif event == "Network.responseReceived" and what["response"]["status"] >= 400:
            self.refusals.append((what["response"]["status"], what["response"]["url"]))
        elif event == "Network.loadingFailed" and not what.get("canceled"):
            self.refusals.append((what["errorText"], self._requested.get(what["requestId"], "?")))
        elif event == "Page.javascriptDialogOpening":
            self._socket.send(
                json.dumps(
                    {
                        "id": 0,
                        "method": "Page.handleJavaScriptDialog",
                        "params": {"accept": True},
                        "sessionId": self._session,
                    }
                )
            )

    def run(self, script: str, seconds: float = 60):
        """The value of an expression, waited for when it is a promise."""
        done = self.call(
            "Runtime.evaluate", seconds, expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in done:
            details = done["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description") or details["text"])
        return done["result"].get("value")

    def open(self, url: str, ready: str = "document.readyState === 'complete'", seconds: float = 60):
        """Goes to a page and waits until the expression is true there."""
        self.call("Page.navigate", url=url)
        self.until(ready, seconds)

    def until(self, condition: str, seconds: float = 60):
        """Waits until the expression is true; a page that is being left answers no."""

        def true():
            try:
                return self.run(f"Boolean({condition})")
            except AssertionError:
                return False

        wait_until(true, f"{condition} in {self.run('location.href')}", seconds)

    def close(self):
        self._socket.close()
        super().close()
