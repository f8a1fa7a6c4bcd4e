"""Answers that were given, to be given again: an edition never changes."""

from __future__ import annotations

import datetime
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Key: TypeAlias = "tuple[bytes | str | bool, ...]"
_Headers: TypeAlias = "list[tuple[bytes, bytes]]"
# Any origin is answered alike, so that it matters only whether there is one.
_VARYING = {b"accept", b"accept-language", b"origin"}
_BODY = {b"content-type", b"content-length"}


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer to GET as it was sent: its headers and body, and the route that it came from."""

    headers: _Headers
    body: bytes
    route: object


class KeptAnswers:
    """The answers that were last asked for."""

    def __init__(self, most_bytes: int) -> None:
        """Begin with none.

        Args:
            most_bytes: how long they may be together; one may be a hundredth of it.
        """
        self._most = most_bytes
        self._length = 0
        self._answers: OrderedDict[Key, KeptAnswer] = OrderedDict()

    @property
    def longest(self) -> int:
        """How many bytes one may have."""
        return self._most // 100

    def get(self, key: Key) -> KeptAnswer | None:
        """Give the answer of a key, if it was kept."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: Key, answer: KeptAnswer) -> None:
        """Keep an answer, in place of those that were not asked for for longest."""
        if key in self._answers or len(answer.body) > self.longest:
            return
        self._answers[key] = answer
        self._length += _size(key, answer)
        while self._length > self._most:
            self._length -= _size(*self._answers.popitem(last=False))


class Keeping:
    """An ASGI application that gives again what the one behind it answered.

    That is what has an ETag, may be kept by anybody and depends on no header but two: the answers
    of an edition, on one day.
    """

    def __init__(self, app: ASGIApp, answers: KeptAnswers) -> None:
        """Begin.

        Args:
            app: the application behind.
            answers: where its answers are kept.
        """
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        key, known = _key(scope)
        answer = self._answers.get(key)
        if answer is None:
            await self._app(scope, receive, self._keeping(scope, key, send))
            return
        scope["route"] = answer.route
        if known and _value(answer.headers, b"etag") in known.split(b", "):
            headers = [pair for pair in answer.headers if pair[0] not in _BODY]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _keeping(self, scope: Scope, key: Key, send: Send) -> Send:
        headers: _Headers = []

        async def send_on(message: Message) -> None:
            nonlocal headers
            if message["type"] == "http.response.start":
                headers = list(message["headers"]) if message["status"] == 200 else []
            elif headers and not message.get("more_body") and _may_be_kept(scope, headers):
                answer = KeptAnswer(headers, message["body"], scope.get("route"))
                self._answers.keep(key, answer)
            else:
                headers = []
            await send(message)

        return send_on


def _key(scope: Scope) -> tuple[Key, bytes]:
    """Give what an answer depends on, and the ETags that the client has."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        # A client can send a header twice, and whoever reads it may take either.
        found[name] = found[name] + b", " + value if name in found else value
    return (
        scope["app"].state.edition,
        datetime.date.today().isoformat(),
        scope["scheme"],
        found.get(b"host", b""),
        scope["path"],
        scope["query_string"],
        found.get(b"accept", b""),
        found.get(b"accept-language", b""),
        b"origin" in found,
    ), found.get(b"if-none-match", b"")


def _may_be_kept(scope: Scope, headers: _Headers) -> bool:
    if scope["method"] != "GET" or _value(headers, b"etag") is None:
        return False
    vary = (_value(headers, b"vary") or b"").lower().split(b", ")
    return _value(headers, b"cache-control") == b"public, no-cache" and _VARYING.issuperset(vary)


def _value(headers: _Headers, name: bytes) -> bytes | None:
    return next((value for key, value in headers if key == name), None)


def _size(key: Key, answer: KeptAnswer) -> int:
    # An entry takes about so much beside its body and what a client wrote.
    written = sum(len(part) for part in key if isinstance(part, bytes | str))
    return len(answer.body) + written + 2000
