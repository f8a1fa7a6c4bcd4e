"""Measure the endpoint beside Oxigraph's own server: the same store, queries and clients, in turn.

python -m tests.benchmarks.endpoint --clients 50 --seconds 10 --rounds 3

Each client keeps its connection and asks one query after another: three short ones, apart from
these those saved questions that need no parameter, and some whose answers are long.
Figures are of all rounds together. Processor time is that of a server with its workers for one
answer (on Linux): it says the same on a busy machine as on an idle one, where rates do not.
`c4f serve` keeps answers, as an edition never changes; beside it, one that keeps none shows what a
query costs that nobody asked before.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import c4f_graph
from c4f_graph.editions import current_edition
from tests.benchmarks import ROOT
from tests.c4f_server import c4f_server
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = (
    "ASK { ?s ?p ?o }",
    "SELECT ?p ?o { <https://w3id.org/c4f/id/cluster/saxocell> ?p ?o }",
    "SELECT ?c { ?c a <https://w3id.org/c4f/ontology#Cluster> }",
)
LONG = tuple(f"SELECT * {{ ?s ?p ?o }} OFFSET {offset} LIMIT 5000" for offset in (0, 1000, 2000))
# Oxigraph's server takes a request line and headers of 8 kB.
_LONGEST = 7500
UNLIMITED = {
    "requests_per_second": 1e6,
    "burst": 1_000_000,
    "query_seconds": 60,
    "wait_seconds": 60,
}
NOT_KEPT = {**UNLIMITED, "kept_bytes": 0}


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[tuple[int, int]]:
    """Run Oxigraph's server on an edition, for reading, and give its port and process."""
    port = free_port()
    command = [Path(sys.executable).with_name("oxigraph"), "serve-read-only"]
    options = ["--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*map(str, command), *options], stderr=subprocess.DEVNULL)
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def processor_seconds(pid: int) -> float:
    """Give the processor time that a process and its children took."""
    taken: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            taken[int(path.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ticks = sum(ticks for one, (parent, ticks) in taken.items() if pid in {one, parent})
    return ticks / os.sysconf("SC_CLK_TCK")


async def client(port: int, path: str, queries: list[str], end: float) -> list[float]:
    """Ask one query after another until the time is over, and give the seconds of each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    for query in itertools.cycle(queries):
        began = time.perf_counter()
        if began > end:
            break
        writer.write(
            f"GET {path}?query={quote(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Accept: application/sparql-results+json\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(head.decode())
        if b"chunked" in head:
            while (size := int(await reader.readline(), 16)) > 0:
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        else:
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        taken.append(time.perf_counter() - began)
    writer.close()
    return taken


async def load(
    port: int, path: str, queries: list[str], clients: int, seconds: float
) -> list[float]:
    """Let clients ask at once; each begins at another query."""
    end = time.perf_counter() + seconds
    turns = [
        queries[start % len(queries) :] + queries[: start % len(queries)]
        for start in range(clients)
    ]
    found = await asyncio.gather(*(client(port, path, turn, end) for turn in turns))
    return [one for taken in found for one in taken]


def main() -> None:
    """Measure, and print a line for each server and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="c4f-endpoint-") as folder:
        store = Path(folder) / "store"
        graph = c4f_graph.open(store)
        questions = [one.query for one in graph.questions() if not one.parameters]
        queries = [
            query
            for query in questions
            if "CONSTRUCT" not in query and len(quote(query)) < _LONGEST
        ]
        edition = current_edition(store)
        if edition is None:
            raise RuntimeError("the store was not built")
        copy = Path(folder) / "oxigraph"
        shutil.copytree(store / edition.folder, copy)
        with (
            c4f_server(store, ROOT, limits=UNLIMITED) as ours,
            c4f_server(store, ROOT, limits=NOT_KEPT) as forgetful,
            oxigraph(copy) as (other, other_pid),
        ):
            time.sleep(1)
            for name, asked in (
                ("short queries", list(SHORT)),
                ("questions", queries),
                ("long answers", list(LONG)),
            ):
                taken: dict[str, list[float]] = {}
                worked: dict[str, float] = {}
                for _ in range(arguments.rounds):
                    for contender, port, path, pid in (
                        ("c4f serve", ours.port, "/sparql", ours.process.pid),
                        ("nothing kept", forgetful.port, "/sparql", forgetful.process.pid),
                        ("oxigraph", other, "/query", other_pid),
                    ):
                        before = processor_seconds(pid)
                        times = asyncio.run(
                            load(port, path, asked, arguments.clients, arguments.seconds)
                        )
                        taken.setdefault(contender, []).extend(times)
                        spent = processor_seconds(pid) - before
                        worked[contender] = worked.get(contender, 0) + spent
                report(name, taken, worked, arguments.seconds * arguments.rounds)


def report(
    name: str, taken: dict[str, list[float]], worked: dict[str, float], seconds: float
) -> None:
    """Print what was measured of some queries."""
    for contender, times in taken.items():
        hundredths = statistics.quantiles(times, n=100)
        sys.stdout.write(
            f"{name:<14} {contender:<12} {len(times) / seconds:8.0f} a second"
            f"   median {hundredths[49] * 1000:7.1f} ms   p99 {hundredths[98] * 1000:7.1f} ms"
            f"   processor {worked[contender] / len(times) * 1000:7.3f} ms each\n"
        )
    for contender in ("c4f serve", "nothing kept"):
        ratio = len(taken["oxigraph"]) / len(taken[contender])
        sys.stdout.write(f"{name:<14} oxigraph answers {ratio:.2f} times as many as {contender}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
