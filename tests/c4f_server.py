"""`c4f serve` as a process of its own on a free port, and plain HTTP to talk to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tests.process import COMMAND, PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

_WITH_LIMITS = """
import json, sys
from pathlib import Path
import c4f_graph
from c4f_graph.web.limits import Limits
from c4f_graph.web.serving import listen, serve
listener = listen("127.0.0.1", 0)
print("c4f: serving http://127.0.0.1:%d/sparql;" % listener.getsockname()[1], file=sys.stderr)
store, corpus = map(Path, sys.argv[2:])
serve(c4f_graph.open(store, corpus), listener, Limits(**json.loads(sys.argv[1])))
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class C4fServer:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        **headers: str,
    ) -> Reply:
        """Make a request; an underscore in a header's name is a hyphen."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.request(method, path, body, names)
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, found, reply.read())

    def sparql(self, query: str, accept: str = "", **fields: str) -> Reply:
        """Send a query by GET."""
        address = f"/sparql?{urlencode({'query': query, **fields}, quote_via=quote)}"
        return self.ask(address, accept=accept) if accept else self.ask(address)

    def stop(self) -> int:
        """End the server as ctrl-C does, and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def c4f_server(
    store: Path, corpus: Path, *options: str, limits: dict[str, Any] | None = None
) -> Iterator[C4fServer]:
    """Run `c4f serve` on a store, or, with limits that it has no options for, what it runs."""
    if limits is None:
        places = ["--store", str(store), "--corpus", str(corpus)]
        command = [*COMMAND, "serve", "--port", "0", *places, *options]
    else:
        command = [sys.executable, "-W", "error", "-c", _WITH_LIMITS, json.dumps(limits)]
        command += [str(store), str(corpus)]
    with tempfile.NamedTemporaryFile(prefix="c4f-server-", suffix=".log") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield _answering(C4fServer(process, Path(log.name)))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def _answering(server: C4fServer) -> C4fServer:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        said = server.log.read_text(encoding="utf-8")
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended: {said}")
        if "serving http://" in said:
            server.port = int(said.partition("serving http://127.0.0.1:")[2].partition("/")[0])
            with contextlib.suppress(OSError):
                if server.ask("/healthz").status == 200:
                    return server
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")
