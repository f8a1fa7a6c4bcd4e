"""The access log: what was asked and answered, and nothing about a person."""

from __future__ import annotations

import asyncio
import sys
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from c4f_graph.web.limits import network

if TYPE_CHECKING:
    from starlette.types import Scope


class AccessLog:
    """Lines on stderr; those of requests that end in the same moment are written together."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, scope: Scope, status: int, length: int, seconds: float) -> None:
        """Note a request: no full address, and no query, which might name a person.

        Args:
            scope: the request.
            status: what it was answered.
            length: the bytes of the answer.
            seconds: how long it took.
        """
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._write)
        where = network(scope["client"][0]) if scope.get("client") else "unknown"
        self._lines.append(
            f"{_time(int(time.time()))} {where} {scope['method']} {_printable(scope['path'])} "
            f"{status} {length} {seconds * 1000:.1f}ms\n"
        )

    def _write(self) -> None:
        lines = "".join(self._lines)
        self._lines.clear()
        sys.stderr.write(lines)
        sys.stderr.flush()


@lru_cache(maxsize=1)
def _time(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@lru_cache(maxsize=1000)
def _printable(path: str) -> str:
    text = path[:200].encode("ascii", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() and sign != " " else "_" for sign in text)[:200]
