"""What stands around every request: the rate limit, faults, metrics, the log."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING

from starlette.requests import Request

from c4f_graph.web.access_log import AccessLog
from c4f_graph.web.limits import RateLimit
from c4f_graph.web.problems import ProblemError, problem_response
from c4f_graph.web.security import SecurityHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from c4f_graph.web.limits import Limits
    from c4f_graph.web.metrics import Metrics

_ALWAYS_ANSWERED = {"/healthz", "/metrics"}
_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"}


class Guard:
    """An ASGI application around another."""

    def __init__(self, app: ASGIApp, limits: Limits, metrics: Metrics) -> None:
        """Begin.

        Args:
            app: the application.
            limits: the limits that it holds.
            metrics: where requests are counted.
        """
        self._app = app
        self._limits = limits
        self._metrics = metrics
        self._rate = RateLimit(limits.requests_per_second, limits.burst)
        self._log = AccessLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status, length = 0, 0

        async def send_on(message: Message) -> None:
            nonlocal status, length
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                length += len(message.get("body", b""))
            await send(message)

        try:
            await self._answered(scope, receive, send_on)
        except Exception:
            traceback.print_exc()
            if not status:
                fault = ProblemError(500, "this is a fault of the server.")
                await _refuse(scope, receive, send_on, fault)
        finally:
            seconds = time.monotonic() - began
            # Words that a client chose would make a new counter each.
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.count(method, route, status, seconds)
            self._log.add(scope, status, length, seconds)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        seconds = 0.0 if scope["path"] in _ALWAYS_ANSWERED else self._rate.wait(address)
        if not seconds:
            await self._app(scope, receive, send)
            return
        problem = ProblemError(
            429,
            "there are too many requests from this address.",
            f"It may make {self._limits.requests_per_second:g} a second.",
            {"Retry-After": str(int(seconds) + 1)},
        )
        await _refuse(scope, receive, send, problem)


async def _refuse(scope: Scope, receive: Receive, send: Send, problem: ProblemError) -> None:
    await SecurityHeaders(problem_response(Request(scope), problem))(scope, receive, send)
