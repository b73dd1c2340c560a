"""No construct on which two readers differ gets through, in either direction: crossed families, judged by two readers.

Every request case is followed by a clean sentinel on the same connection. Either the case is refused (one 4xx or 5xx, the
connection closed, the sentinel not answered), or it arrives at the origin as exactly one request that both judges read
alike, and the sentinel behind it is answered as itself. Afterwards a bystander on another connection gets its own answer.
"""

from __future__ import annotations

import itertools
import random
import threading
import time

import pytest

from support.adversary import CANARY, FORWARDED, REFUSED, answer_cases, chunked, head, request_cases
from support.judge import Ambiguous, Incomplete, agree_on_requests, one_request, requests, responses
from support.origins import Listener
from support.waiting import wait_until
from support.wire import Ended, Stream, connect

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(300)]


class Recorder(Listener):
    """Answers each request it can read with its target; keeps every byte of every connection."""

    def __init__(self):
        self.scripts: dict = {}
        self.ended: list = []
        super().__init__()

    def serve(self, stream: Stream):
        stream.socket.settimeout(120)
        at = 0
        try:
            while True:
                try:
                    message, at = one_request(bytes(stream.received), at)
                except Incomplete:
                    if not stream._more():
                        return
                    continue
                except Ambiguous:
                    return  # The test reads the same bytes and says so.
                script = self.scripts.get(message.target)
                if script is not None:
                    if script(stream):
                        return
                    continue
                body = b"target=" + message.target
                no_body = message.start.startswith(b"HEAD ")
                stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + (b"" if no_body else body))
        finally:
            self.ended.append(stream)

    def mark(self) -> list:
        """Where each connection stands now."""
        return [(stream, len(stream.received)) for stream in self.connections]

    def since(self, mark: list) -> list:
        """What has arrived on each connection since a mark."""
        known = {id(stream): count for stream, count in mark}
        return [bytes(stream.received[known.get(id(stream), 0) :]) for stream in list(self.connections)]


@pytest.fixture
def origin(closing):
    recorder = Recorder()
    closing(recorder)
    return recorder


_numbers = itertools.count()


def bystander(port: int):
    """Another client asks for something and gets that."""
    target = b"/bystander-%d" % next(_numbers)
    with connect(port) as client:
        client.send(head(b"Connection: close", first=b"GET " + target + b" HTTP/1.1"))
        data = client.rest()
    finals, _, whole = responses(data, [b"GET"], True)
    assert whole and finals[0].body == b"target=" + target, f"a bystander was given {data!r}"


def play(port: int, pieces, *, cut: bool, method: bytes) -> tuple:
    """Sends the case and the sentinel, and gives (everything that came back, the sentinel's target)."""
    sentinel = b"/sentinel-%d" % next(_numbers)
    with connect(port) as client:
        try:
            for piece in pieces:
                client.send(piece)
            if cut:
                client.shut()
            else:
                client.send(head(b"Connection: close", first=b"GET " + sentinel + b" HTTP/1.1"))
        except Ended:
            pass  # Refused in the middle of it.
        try:
            client.rest()
        except Ended:
            pass
        return bytes(client.received), sentinel


def judge(case, origin, mark, data: bytes, sentinel: bytes) -> str | None:
    """What is wrong with how a case went, or None."""
    try:
        arrived = [message for part in origin.since(mark) if part for message in agree_on_requests(part)]
        finals, interims, whole = responses(data, [case.method, b"GET"], True)
    except Ambiguous as found:
        return f"ambiguous: {found}"
    targets = [message.target for message in arrived]
    served = [target for target in targets if target != sentinel]
    if any(b"canary" in target for target in targets):
        return "SMUGGLED: the hidden request reached the origin as one of its own"
    if len(served) > 1 or targets.count(sentinel) > 1:
        return f"one request became {targets}"
    if not finals:
        return None if case.cut and not served else f"no answer; the origin saw {targets}"
    if not served:
        if case.lawful == FORWARDED:
            return f"refused with {finals[0].status}"
        if len(finals) != 1 or sentinel in targets:
            return f"after a refusal with {finals[0].status} the connection was served on: {targets}"
        if finals[0].status not in case.statuses:
            return f"refused with {finals[0].status}"
        return None
    if case.lawful == REFUSED:
        return f"forwarded: {arrived[0]}"
    if case.bodies is not None and arrived[0].body not in case.bodies:
        return f"the body arrived as {arrived[0].body!r}"
    if not whole:
        return f"the answer was cut: {data!r}"
    if case.closes:
        return None if len(finals) == 1 and sentinel not in targets else "served on although the request ends the connection"
    if case.cut:
        return None
    if len(finals) != 2 or finals[1].body != b"target=" + sentinel:
        return f"the sentinel was not answered: {data!r}"
    return None


def test_no_request_is_read_in_two_ways(hoplens, origin):
    front = hoplens(origin, "--quiet", "--timeout", "head=5s", "--timeout", "body=5s")
    wrong = []
    for number, case in enumerate(request_cases()):
        mark = origin.mark()
        data, sentinel = play(front.port, [case.data], cut=case.cut, method=case.method)
        found = judge(case, origin, mark, data, sentinel)
        if found:
            wrong.append(f"{case.name}: {found}")
        if number % 16 == 0:
            bystander(front.port)
    assert not wrong, f"{len(wrong)} cases\n" + "\n".join(wrong[:60])


#: Cases whose meaning must not hang on how the bytes were cut on their way.
SPLIT = [
    (head(b"Content-Length: %d" % len(CANARY)) + CANARY, True),
    (head(b"Transfer-Encoding: chunked") + chunked(b"HELLO", CANARY, trailers=b"X: y\r\n"), True),
    (head(b"Transfer-Encoding: chunked") + b"5;a=\"b;c\"\r\nHELLO\r\n0 \r\n\r\n", True),
    (head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + CANARY, False),
    (head(b"Transfer-Encoding: chunked") + b"5\rXHELLO\r\n0\r\n\r\n" + CANARY, False),
    (head(b"Transfer-Encoding: chunked", b" , identity") + b"0\r\n\r\n" + CANARY, False),
    (head(b"X: a\rContent-Length: 40") + CANARY, False),
    (b"\r\n" + head(first=b"GET /c HTTP/1.1"), True),
]


@pytest.mark.parametrize("data, passes", SPLIT, ids=range(len(SPLIT)))
def test_where_bytes_are_cut_changes_nothing(hoplens, origin, data, passes):
    front = hoplens(origin, "--quiet", "--timeout", "head=5s", "--timeout", "body=5s")
    seen = set()
    for at in range(1, len(data)):
        mark = origin.mark()
        sentinel = b"/sentinel-%d" % next(_numbers)
        with connect(front.port) as client:
            try:
                client.send(data[:at])
                time.sleep(0.002)
                client.send(data[at:] + head(b"Connection: close", first=b"GET " + sentinel + b" HTTP/1.1"))
            except Ended:
                pass
            try:
                client.rest()
            except Ended:
                pass
            got = bytes(client.received)
        finals, _, _ = responses(got, [b"POST", b"GET"], True)
        arrived = [m for part in origin.since(mark) if part for m in agree_on_requests(part)]
        assert not any(b"canary" in m.target for m in arrived), f"cut at {at}"
        seen.add((tuple(m.status for m in finals), tuple(m.body for m in arrived if m.target != sentinel)))
        assert (len(finals) == 2 and arrived[-1].target == sentinel) is passes, f"cut at {at}: {got!r}"
    assert len(seen) == 1, f"it depends on the cut: {seen}"
    bystander(front.port)


def test_no_answer_is_read_in_two_ways(hoplens, origin):
    front = hoplens(origin, "--quiet", "--timeout", "response=5s", "--timeout", "body=5s")
    wrong = []
    for case in answer_cases():
        target = b"/answer-%d" % next(_numbers)
        sent = threading.Event()

        def script(stream, case=case, sent=sent):
            stream.send(case.data)
            if case.closes:
                stream.shut()
            sent.set()
            return case.closes

        origin.scripts[target] = script
        first = case.method + b" " + target + b" HTTP/" + case.version
        with connect(front.port) as client:
            client.send(head(*case.request, b"Connection: close" if not case.request else b"X-Y: z", first=first))
            if case.request:
                client.shut()
            try:
                client.rest()
                clean = True
            except Ended:
                clean = False
            data = bytes(client.received)
        assert sent.wait(10), f"{case.name}: the origin was never asked"
        found = judge_answer(case, data, clean)
        if found:
            wrong.append(f"{case.name}: {found}")
        bystander(front.port)
    assert not wrong, f"{len(wrong)} cases\n" + "\n".join(wrong[:60])


def judge_answer(case, data: bytes, clean: bool) -> str | None:
    try:
        finals, interims, whole = responses(data, [case.method], clean)
    except Ambiguous as found:
        return f"ambiguous: {found}"
    if case.version == b"1.0" and interims:
        return "an interim answer to an HTTP/1.0 client"
    if not finals:
        return "no answer"
    if b"POISON" in data:
        return "what stood behind the answer was passed on"
    if finals[0].status not in case.statuses and finals[0].status != 502:
        return f"status {finals[0].status}"
    if finals[0].status == 502 and 502 not in case.statuses and case.whole:
        return "refused with 502"
    if finals[0].status != 502:
        if case.whole and not whole:
            return "it was cut"
        if not case.whole and whole:
            return f"a broken answer ended as if it were whole: {data!r}"
        if whole and case.bodies is not None and finals[0].body not in case.bodies:
            return f"the body became {finals[0].body!r}"
    return None


def test_bytes_that_come_late_behind_an_answer_reach_nobody(hoplens, origin):
    """The connection is back in the pool when they come; whoever is next must not get them for an answer."""
    front = hoplens(origin, "--quiet")
    poison = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON"
    for first in (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 44\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 44\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ):
        target = b"/late-%d" % next(_numbers)
        poisoned = threading.Event()

        def script(stream, first=first, poisoned=poisoned):
            stream.send(first)
            time.sleep(0.05)
            try:
                stream.send(poison)
            except Ended:
                pass  # The connection is not in a pool at all.
            poisoned.set()

        origin.scripts[target] = script
        with connect(front.port) as client:
            client.send(head(first=b"GET " + target + b" HTTP/1.1"))
            client.response()
            assert poisoned.wait(10)
            time.sleep(0.05)
            follow = b"/follow-%d" % next(_numbers)
            client.send(head(first=b"GET " + follow + b" HTTP/1.1"))
            assert client.response().body == b"target=" + follow
        bystander(front.port)


def test_an_early_answer_leaves_no_body_to_be_read_as_a_request(hoplens, origin):
    """The origin answers before it has read the body; what the client still sends is nobody's request."""
    front = hoplens(origin, "--quiet")
    for framing, body in (
        (b"Content-Length: 100000", CANARY * 2500),
        (b"Transfer-Encoding: chunked", b"%x\r\n" % len(CANARY * 2500) + CANARY * 2500 + b"\r\n0\r\n\r\n"),
    ):
        target = b"/early-%d" % next(_numbers)
        mark = origin.mark()
        with connect(front.port) as client:
            head_only = head(framing, first=b"POST " + target + b" HTTP/1.1")
            client.send(head_only)
            wait_until(lambda: any(target in part for part in origin.since(mark)), "the head to arrive")
            stream = next(s for s in origin.connections if target in bytes(s.received))
            stream.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            assert client.response("POST").body == b"no"
            try:
                client.send(body + CANARY)
                client.shut()
                rest = client.rest()
            except Ended:
                rest = b""
            assert rest == b"", "the rest of a body was answered"
        wait_until(lambda stream=stream: stream in origin.ended, "hoplens to let go of the connection")
        bystander(front.port)
        for part in origin.since(mark):
            found, _ = requests(part)
            assert not any(b"canary" in message.target for message in found)


def test_among_clients_that_misbehave_everybody_gets_his_own_answer(hoplens, origin):
    """Many clients at once on few connections to the origin: some leave in the middle, some are refused, some pipeline."""
    front = hoplens(origin, "--quiet", "--limit", "origin-connections=6", "--threads", "1")
    mistakes: list = []

    def client_of(seed: int):
        dice = random.Random(seed)
        try:
            client = None
            for number in range(80):
                if client is None:
                    client = connect(front.port, patience=30)
                token = b"/client-%d-%d" % (seed, number)
                kind = dice.choice(["get", "get", "length", "chunks", "head", "pair", "leave", "cut", "refused", "late"])
                body = dice.randbytes(dice.randrange(1, 20_000))
                if kind == "leave":
                    client.send(head(first=b"GET " + token + b" HTTP/1.1"))
                    client.reset()
                    client = None
                    continue
                if kind == "cut":
                    client.send(head(b"Content-Length: 30000", first=b"POST " + token + b" HTTP/1.1") + body)
                    client.reset()
                    client = None
                    continue
                if kind == "late":
                    # The client goes while its request is complete and the answer is on its way.
                    client.send(head(first=b"GET " + token + b" HTTP/1.1"))
                    client.shut()
                    time.sleep(0.001)
                    client.close()
                    client = None
                    continue
                if kind == "refused":
                    client.send(head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + CANARY)
                    answers = responses(client.rest(), [b"POST"], True)[0]
                    if [message.status for message in answers] != [400]:
                        mistakes.append(f"{token!r}: {answers}")
                    client.close()
                    client = None
                    continue
                tokens = [token]
                if kind == "length":
                    client.send(head(b"Content-Length: %d" % len(body), first=b"POST " + token + b" HTTP/1.1") + body)
                elif kind == "chunks":
                    client.send(head(b"Transfer-Encoding: chunked", first=b"POST " + token + b" HTTP/1.1") + chunked(body[:7], body))
                elif kind == "head":
                    client.send(head(first=b"HEAD " + token + b" HTTP/1.1"))
                    length = client.response("HEAD").one("Content-Length")
                    if length != b"%d" % len(b"target=" + token):
                        mistakes.append(f"{token!r}: the answer to HEAD speaks of {length!r} bytes")
                    continue
                elif kind == "pair":
                    tokens.append(token + b"-second")
                    client.send(b"".join(head(first=b"GET " + each + b" HTTP/1.1") for each in tokens))
                else:
                    client.send(head(first=b"GET " + token + b" HTTP/1.1"))
                for each in tokens:
                    got = client.response()
                    if got.body != b"target=" + each:
                        mistakes.append(f"{each!r} was answered {got.start!r} {got.body[:80]!r}")
                        return
        except Exception as mistake:  # noqa: BLE001 - judged below
            mistakes.append(repr(mistake))

    threads = [threading.Thread(target=client_of, args=(seed,), daemon=True) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert mistakes == []
    assert not any(thread.is_alive() for thread in threads)
    for stream in origin.connections:
        for message in agree_on_requests(bytes(stream.received)):
            assert message.target.startswith(b"/client-"), message
