"""Measure how long the pages of the project's graph take to their first byte, in milliseconds.

python -m tests.benchmarks.pages --rounds 20

The first figure is of a page that nobody asked for since the server started; the others are of the
same page asked for again, as the server keeps it.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import tempfile
import time
from pathlib import Path

import c4f_graph
from tests.c4f_server import c4f_server

ROOT = Path(__file__).parents[2]
PAGES = (
    *("/", "/cluster", "/actor", "/project", "/milestone", "/source", "/network", "/question"),
    *("/cluster/saxocell", "/actor/tu-dresden", "/programme/clusters4future", "/search?q=saxo"),
    *("/source/bmbf-slides-2023-09-11", "/question/clusters", "/schema", "/editor"),
    "/question/cluster-partners?cluster=saxocell",
)


def first_byte(connection: http.client.HTTPConnection, path: str) -> float:
    """Ask for a page on a connection that is open, and give the milliseconds to its first byte."""
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html"})
    reply = connection.getresponse()
    reply.read(1)
    took = time.perf_counter() - began
    reply.read()
    if reply.status != 200:
        raise RuntimeError(f"{path}: {reply.status}")
    return took * 1000


def main() -> None:
    """Serve the graph, and print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="requests for each page")
    rounds = parser.parse_args().rounds
    unlimited = {"requests_per_second": 1e6, "burst": 1_000_000}
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store")
        c4f_graph.open(store, ROOT)
        with c4f_server(store, ROOT, limits=unlimited) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            # What is known of an edition is found out once, with whichever page comes first.
            first_byte(connection, "/cluster/etos")
            all_again: list[float] = []
            firsts: list[float] = []
            lines = [f"{'page':46}{'first':>8}{'median':>8}{'largest':>8}"]
            for path in PAGES:
                first, *again = (first_byte(connection, path) for _ in range(rounds))
                firsts.append(first)
                all_again += again
                times = (first, statistics.median(again), max(again))
                lines.append(f"{path:46}{times[0]:8.1f}{times[1]:8.1f}{times[2]:8.1f}")
            medians = statistics.median(firsts), statistics.median(all_again)
            lines.append(f"{'median of all':46}{medians[0]:8.1f}{medians[1]:8.1f}")
            sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
