"""Measure the endpoint beside Oxigraph's own server: the same store, queries and clients, in turn.

python -m tests.benchmarks.endpoint --clients 50 --seconds 10 --rounds 3

Each client keeps its connection and asks one query after another: three short ones, apart from
these those saved questions that need no parameter, and some whose answers are long.
Figures are of all rounds together.
`c4f serve` keeps answers, as an edition never changes; beside it, one that keeps none shows what a
query costs that nobody asked before.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
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
LONG = tuple(
    f"SELECT * {{ ?s ?p ?o }} ORDER BY ?s ?p ?o OFFSET {offset} LIMIT 5000"
    for offset in (0, 1000, 2000)
)
UNLIMITED = {"requests_per_second": 1e6, "burst": 1_000_000}
NOT_KEPT = {**UNLIMITED, "kept_bytes": 0}


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[int]:
    """Run Oxigraph's server on an edition, for reading, and give its port."""
    port = free_port()
    command = [Path(sys.executable).with_name("oxigraph"), "serve-read-only"]
    options = ["--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*map(str, command), *options], stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


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
        queries = [query for query in questions if "CONSTRUCT" not in query]
        edition = current_edition(store)
        if edition is None:
            raise RuntimeError("the store was not built")
        copy = Path(folder) / "oxigraph"
        shutil.copytree(store / edition.folder, copy)
        with (
            c4f_server(store, ROOT, limits=UNLIMITED) as ours,
            c4f_server(store, ROOT, limits=NOT_KEPT) as forgetful,
            oxigraph(copy) as other,
        ):
            time.sleep(1)
            for name, asked in (
                ("short queries", list(SHORT)),
                ("questions", queries),
                ("long answers", list(LONG)),
            ):
                taken: dict[str, list[float]] = {}
                for _ in range(arguments.rounds):
                    for contender, port, path in (
                        ("c4f serve", ours.port, "/sparql"),
                        ("nothing kept", forgetful.port, "/sparql"),
                        ("oxigraph", other, "/query"),
                    ):
                        times = asyncio.run(
                            load(port, path, asked, arguments.clients, arguments.seconds)
                        )
                        taken.setdefault(contender, []).extend(times)
                report(name, taken, arguments.seconds * arguments.rounds)


def report(name: str, taken: dict[str, list[float]], seconds: float) -> None:
    """Print what was measured of some queries."""
    for contender, times in taken.items():
        hundredths = statistics.quantiles(times, n=100)
        sys.stdout.write(
            f"{name:<14} {contender:<12} {len(times) / seconds:8.0f} a second"
            f"   median {hundredths[49] * 1000:7.1f} ms   p99 {hundredths[98] * 1000:7.1f} ms\n"
        )
    for contender in ("c4f serve", "nothing kept"):
        ratio = len(taken["oxigraph"]) / len(taken[contender])
        sys.stdout.write(f"{name:<14} oxigraph answers {ratio:.2f} times as many as {contender}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
