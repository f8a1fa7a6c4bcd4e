"""Real SPARQL servers on free ports of this machine, each with a folder of its own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.process import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VIRTUOSO = shutil.which("virtuoso-t")
# It ships with this account, which only this machine can reach.
VIRTUOSO_ACCOUNT = {"C4F_USER": "dba", "C4F_PASSWORD": "dba", "C4F_AUTHENTICATION": "digest"}
_VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 20
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {folder}
AllowOSCalls = 0
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
MaxQueryMem = 1G
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 15
EnabledGzipContent = 0
[SPARQL]
ResultSetMaxRows = {row_limit}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its query address, and the process to stop or kill."""

    query: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """Find a port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def oxigraph_server(folder: Path, port: int | None = None) -> Iterator[Server]:
    """Run the Oxigraph server on a folder, which is made where it is missing."""
    port = port or free_port()
    command = Path(sys.executable).with_name("oxigraph")
    address = f"127.0.0.1:{port}"
    with _running([command, "serve", "--location", folder, "--bind", address], folder) as process:
        yield Server(_answering(f"http://{address}/query", process), process)


@contextlib.contextmanager
def virtuoso_server(folder: Path, *, row_limit: int = 0) -> Iterator[Server]:
    """Run Virtuoso on a folder, which is made where it is missing; a row limit of 0 is none."""
    if VIRTUOSO is None:
        raise RuntimeError("virtuoso-t is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    configuration = folder / "virtuoso.ini"
    text = _VIRTUOSO_INI.format(folder=folder, port=port, sql_port=free_port(), row_limit=row_limit)
    configuration.write_text(text, encoding="utf-8")
    command: list[str | Path] = [VIRTUOSO, "+configfile", configuration, "+foreground"]
    with _running(command, folder) as process:
        yield Server(_answering(f"http://127.0.0.1:{port}/sparql", process), process)


@contextlib.contextmanager
def _running(command: Sequence[str | Path], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen([*map(str, command)], cwd=folder, stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE)


def _answering(address: str, process: subprocess.Popen[bytes]) -> str:
    """Wait until a server answers a query."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5) as answer:  # noqa: S310
                answer.read()
            return address
        time.sleep(0.05)
    raise RuntimeError(f"{address} does not answer")
