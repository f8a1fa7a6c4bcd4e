"""Measure a graph on each server: push, a question, pull, backup, and bytes.

python -m tests.benchmarks.servers --sizes 100000,1000000

Each figure is one run in this process; the servers and the graph are in a temporary folder. The
graph is a made-up programme (`tests.benchmarks.generate`) as one named graph.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

import c4f_graph
from c4f_graph.remote import RemoteStore
from c4f_graph.sync import plan_pull, plan_push, pull, push
from tests.benchmarks.generate import generate
from tests.servers import VIRTUOSO, VIRTUOSO_ACCOUNT, oxigraph_server, virtuoso_server

if TYPE_CHECKING:
    from collections.abc import Callable

GRAPH = ox.NamedNode("https://w3id.org/c4f/graph/made-up")
QUESTION = (
    "PREFIX c4f: <https://w3id.org/c4f/ontology#> "
    "SELECT ?kind (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?kind } GROUP BY ?kind ORDER BY ?kind"
)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measured(engine: str, local: ox.Store, statements: int, folder: Path) -> dict[str, str]:
    """Measure one engine; rates are statements a second."""
    server = oxigraph_server if engine == "Oxigraph" else virtuoso_server
    with server(folder / "data") as running:
        graph = c4f_graph.connect(running.query)
        remote = graph.store
        if not isinstance(remote, RemoteStore):
            raise AssertionError("the graph is on a server")
        plan = plan_push(local, remote)
        pushed = seconds(lambda: push(local, remote, plan, folder))
        graph.query(QUESTION)
        asked = seconds(lambda: graph.query(QUESTION))
        nothing = ox.Store()
        wanted = plan_pull(nothing, remote)
        pulled = seconds(lambda: sum(1 for _ in pull(nothing, remote, wanted)))
        kept = folder / "backup.nq.zst"
        backed = seconds(lambda: c4f_graph.back_up(graph, kept))
    return {
        "push, a second": f"{statements / pushed:,.0f}",
        "question, s": f"{asked:.3f}",
        "pull, a second": f"{statements / pulled:,.0f}",
        "backup, a second": f"{statements / backed:,.0f}",
        "server, bytes each": f"{size_of(folder / 'data') / statements:,.0f}",
        "backup, bytes each": f"{kept.stat().st_size / statements:,.1f}",
    }


def row(cells: list[str]) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def main() -> None:
    """Print a table, a row for each size and engine."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="100000", help="triples, with commas between")
    parser.add_argument("--engines", default="Oxigraph,Virtuoso" if VIRTUOSO else "Oxigraph")
    options = parser.parse_args()
    os.environ.update(VIRTUOSO_ACCOUNT)
    is_first = True
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="c4f-") as name:
            folder = Path(name)
            statements = generate(folder / "programme.nt", size).triples
            store = ox.Store(str(folder / "store"))
            store.bulk_load(path=str(folder / "programme.nt"), to_graph=GRAPH)
            for engine in options.engines.split(","):
                figures = measured(engine, store, statements, folder / engine)
                if is_first:
                    row(["statements", "engine", *figures])
                    row(["---"] * (len(figures) + 2))
                    is_first = False
                row([f"{statements:,}", engine, *figures.values()])
            del store


if __name__ == "__main__":
    main()
