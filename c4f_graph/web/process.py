"""One worker process as the server sees it: a job goes in, an answer comes out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any, TypeAlias

from c4f_graph.errors import StoreError
from c4f_graph.web.worker import LENGTHS, packed, unpacked_lengths

_START_SECONDS = 60.0
Message: TypeAlias = tuple[dict[str, Any], bytes]


class WorkerProcess(asyncio.SubprocessProtocol):
    """A worker. It takes one job at a time.

    Attributes:
        is_alive: whether it can take one.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._parts: list[bytes] = []
        self._length = 0
        self._ready: asyncio.Future[Message] = loop.create_future()
        self._reply: asyncio.Future[Message] | None = self._ready
        self._has_ended: asyncio.Future[None] = loop.create_future()
        self.is_alive = True

    @classmethod
    async def start(cls, setup: str) -> WorkerProcess:
        """Start one, and wait until it has opened its edition.

        Args:
            setup: what `worker.main` reads from its argument.

        Raises:
            StoreError: it does not come up.
        """
        _, worker = await asyncio.get_running_loop().subprocess_exec(
            cls,
            sys.executable,
            "-m",
            "c4f_graph.web.worker",
            setup,
            stderr=None,
            # Ctrl-C is for the server, which lets queries come to their end.
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker._ready
        except BaseException as error:
            await worker.end()
            if isinstance(error, TimeoutError | ConnectionError):
                raise StoreError(
                    "a worker process did not start.", hint="Its own message is above."
                ) from error
            raise
        return worker

    def ask(self, job: dict[str, Any]) -> asyncio.Future[Message]:
        """Hand a job over, and give what will be answered; ConnectionError where it dies."""
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        if self.is_alive:
            self._reply = reply
            self._stdin.write(packed(job))
        else:
            reply.set_exception(ConnectionError())
        return reply

    async def end(self) -> None:
        """Kill it, whatever it does, and wait until it is gone."""
        self.is_alive = False
        with contextlib.suppress(ProcessLookupError):
            self._transport.kill()
        await self._has_ended
        self._transport.close()

    # uvloop's transports are no subclasses of asyncio's.
    def connection_made(self, transport: Any) -> None:
        """Take note of the way to it."""
        self._transport, self._stdin = transport, transport.get_pipe_transport(0)

    def pipe_data_received(self, _fd: int, data: bytes) -> None:
        """Take a part of a message."""
        self._parts.append(data)
        self._length += len(data)
        if self._length < LENGTHS:
            return
        if len(self._parts[0]) < LENGTHS:
            self._parts = [b"".join(self._parts)]
        head_length, body_length = unpacked_lengths(self._parts[0][:LENGTHS])
        if self._length < LENGTHS + head_length + body_length:
            return
        content = b"".join(self._parts)
        self._parts, self._length = [], 0
        if self._reply is not None and not self._reply.done():
            body = LENGTHS + head_length
            self._reply.set_result((json.loads(content[LENGTHS:body]), content[body:]))
        self._reply = None

    def pipe_connection_lost(self, _fd: int, _error: Exception | None) -> None:
        """Take note that it writes no more."""
        self._lose()

    def process_exited(self) -> None:
        """Take note that it is gone."""
        self._lose()
        if not self._has_ended.done():
            self._has_ended.set_result(None)

    def _lose(self) -> None:
        self.is_alive = False
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(ConnectionError())
        self._reply = None
