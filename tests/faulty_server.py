"""A small HTTP server that fails as it is told, by itself or in front of a real one."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

JSON = "application/sparql-results+json"
ROWS = json.dumps(
    {
        "head": {"vars": ["n"]},
        "results": {
            "bindings": [{"n": {"type": "literal", "value": f"row {n}"}} for n in range(20_000)]
        },
    }
).encode()


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; `path` is without the query string, whose text stands in `query`."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Reply:
    """What the server answers.

    Attributes:
        cut: bytes of the body after which the connection breaks; None for all of it.
        chunked: whether the body comes in chunks, without its length.
    """

    status: int = 200
    body: bytes = ROWS
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": JSON})
    cut: int | None = None
    chunked: bool = False


@dataclass(slots=True)
class FaultyServer:
    """A server that runs: its address without a path, and the requests that it got."""

    address: str
    requests: list[Request]


@contextlib.contextmanager
def faulty_server(
    fault: Callable[[Request], Reply | None],
    *,
    before: str | None = None,
    name: str = "Faulty",
    tls: ssl.SSLContext | None = None,
) -> Iterator[FaultyServer]:
    """Run a server that asks a function for its reply to each request.

    Args:
        fault: gives a reply; None for that of the server behind, or for an empty result.
        before: the address of a real server that stands behind.
        name: what the `Server` header says where no server stands behind.
        tls: speak TLS.
    """
    requests: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Without it, each answer waits for the client's acknowledgement.
        disable_nagle_algorithm = True

        def _do(self) -> None:
            path, _, query = self.path.partition("?")
            body = b"".join(self._chunks())
            request = Request(self.command, path, query, dict(self.headers), body)
            requests.append(request)
            reply = fault(request)
            if reply is None:
                reply = passed_on(before, self.path, request) if before else _empty(request)
            self._answer(reply)

        def _chunks(self) -> Iterator[bytes]:
            if self.headers.get("Transfer-Encoding") != "chunked":
                yield self.rfile.read(int(self.headers.get("Content-Length", 0)))
                return
            while size := int(self.rfile.readline(), 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815

        def _answer(self, reply: Reply) -> None:
            headers = {"Server": name} | reply.headers
            body = reply.body if reply.cut is None else reply.body[: reply.cut]
            self.send_response_only(reply.status)
            for key, value in headers.items():
                self.send_header(key, value)
            if reply.chunked:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%b\r\n" % (len(body), body))
                if reply.cut is None:
                    self.wfile.write(b"0\r\n\r\n")
            else:
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(body)
            if reply.cut is not None:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Say nothing of a client that went away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        scheme = "https" if tls else "http"
        try:
            yield FaultyServer(f"{scheme}://127.0.0.1:{server.server_port}", requests)
        finally:
            server.shutdown()
            thread.join()


def _empty(request: Request) -> Reply:
    result: dict[str, Any] = {"head": {"vars": []}, "results": {"bindings": []}}
    if b"ASK" in request.body:
        result = {"head": {}, "boolean": True}
    return Reply(body=json.dumps(result).encode())


def passed_on(before: str, path: str, request: Request) -> Reply:
    """Ask the server behind; where it is gone, the connection breaks."""
    connection = http.client.HTTPConnection(urlsplit(before).netloc)
    headers = {
        key: value
        for key, value in request.headers.items()
        if key.lower() in {"accept", "content-type"}
    }
    try:
        connection.request(request.method, path, request.body, headers)
        answer = connection.getresponse()
        given = {
            key: answer.headers[key] for key in ("Content-Type", "Server") if key in answer.headers
        }
        return Reply(answer.status, answer.read(), given)
    finally:
        connection.close()


def break_connection(connection: socket.socket) -> None:
    """Close a connection at once, with a reset: what is under way is lost."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
