"""Run the application on a port, until a signal ends it."""

from __future__ import annotations

import contextlib
import signal
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from c4f_graph.errors import StoreError
from c4f_graph.web.app import create_app

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.limits import Limits

_CONNECTIONS = 4000
_GOODBYE_SECONDS = 10
_LEAST_PART = 64 * 2**10


def listen(host: str, port: int) -> socket.socket:
    """Take a port; 0 is any that is free.

    Raises:
        StoreError: it cannot be taken.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreError(
            f"{host}:{port} cannot be listened on: {reason}.",
            hint="Choose another with --host or --port.",
        ) from error
    return listener


def serve(graph: ProgrammeGraph, listener: socket.socket, limits: Limits) -> None:
    """Answer requests until SIGINT or SIGTERM comes; those that have begun are then answered.

    Args:
        graph: the graph, in an embedded store.
        listener: what `listen` gave.
        limits: what requests may take.

    Raises:
        StoreError: the workers do not come up.
    """
    _allow_connections()
    config = uvicorn.Config(
        create_app(graph, limits),
        http=_protocol(limits),
        ws="none",
        lifespan="on",
        log_level="critical",
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=int(limits.client_seconds),
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    server = uvicorn.Server(config)
    # uvicorn sends itself the signal again once it has ended; the end is a good one.
    former = {sign: signal.signal(sign, _ignore) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[listener])
    finally:
        for sign, handler in former.items():
            signal.signal(sign, handler)
    if not server.started:
        raise StoreError("the server did not start.", hint="The reason is above.")


def _ignore(_sign: int, _frame: FrameType | None) -> None:
    pass


def _protocol(limits: Limits) -> type[asyncio.Protocol]:
    """Give uvicorn's protocol with limits that it does not have.

    They are the time and length of a head, and how long a client may take no part of an answer.
    """

    class Protocol(HttpToolsProtocol):
        """HTTP/1.1, for clients that may be slow or talk for ever."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._head_length = 0
            self._deadline = self.loop.call_later(limits.client_seconds, transport.close)
            self._progress: asyncio.TimerHandle | None = None

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._deadline.cancel()
            self._deadline = self.loop.call_later(limits.client_seconds, self.transport.close)

        def data_received(self, data: bytes) -> None:
            self._head_length += len(data)
            super().data_received(data)
            if self._is_in_head() and self._head_length > limits.head_bytes:
                self.send_400_response("The request line and headers are too long.")

        def on_headers_complete(self) -> None:
            self._deadline.cancel()
            self._head_length = 0
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._head_length = 0

        def pause_writing(self) -> None:
            super().pause_writing()
            self._expect_progress()

        def resume_writing(self) -> None:
            super().resume_writing()
            self._end_progress()

        def connection_lost(self, exc: Exception | None) -> None:
            self._deadline.cancel()
            self._end_progress()
            super().connection_lost(exc)

        def _expect_progress(self) -> None:
            left: int = self.transport.get_write_buffer_size()
            self._progress = self.loop.call_later(limits.client_seconds, self._check_progress, left)

        def _check_progress(self, before: int) -> None:
            if self.transport.get_write_buffer_size() > before - _LEAST_PART:
                self.transport.abort()
            else:
                self._expect_progress()

        def _end_progress(self) -> None:
            if self._progress is not None:
                self._progress.cancel()

        def _is_in_head(self) -> bool:
            return not self._deadline.cancelled()

    return Protocol


def _allow_connections() -> None:
    """Let the process have as many open connections as the system allows it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
