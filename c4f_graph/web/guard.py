"""What stands around every request: rate limit, security headers, time for clients, the log."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from c4f_graph.web.limits import RateLimit, network
from c4f_graph.web.problems import ProblemError, problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from c4f_graph.web.limits import Limits
    from c4f_graph.web.metrics import Metrics

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
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
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            else:
                length += len(message.get("body", b""))
            async with asyncio.timeout(self._limits.client_seconds):
                await send(message)

        try:
            await self._answered(scope, receive, send_on)
        except TimeoutError:
            # The client takes nothing in: uvicorn closes the connection of an unfinished answer.
            pass
        except Exception:
            traceback.print_exc()
            if not status:
                request = Request(scope)
                fault = problem_response(
                    request, ProblemError(500, "this is a fault of the server.")
                )
                await fault(scope, receive, send_on)
        finally:
            seconds = time.monotonic() - began
            self._count(scope, status, seconds)
            _log(scope, status, length, seconds)

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
        await problem_response(Request(scope), problem)(scope, receive, send)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        # Words that a client chose would make a new counter each.
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        self._metrics.count(method, route, status, seconds)


def _log(scope: Scope, status: int, length: int, seconds: float) -> None:
    """Write a line of the access log: no full address, and no query, which might name a person."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    where = network(scope["client"][0]) if scope.get("client") else "unknown"
    path = scope["path"].encode("ascii", "backslashreplace").decode()
    path = "".join(sign if sign.isprintable() and sign != " " else "_" for sign in path)[:200]
    line = f"{when} {where} {scope['method']} {path} {status} {length} {seconds * 1000:.1f}ms\n"
    sys.stderr.write(line)
