"""Measure what a user waits for each time: whole processes, and a question beside its bare query.

python -m tests.benchmarks.startup --repeat 15

One round runs all of them in turn, so that a machine that is busy for a while is busy for all. The
figures are medians. The store is built in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

import c4f_graph
from tests.benchmarks import ROOT, compile_package

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTION = "clusters"


def seconds(call: Callable[[], object]) -> tuple[float, float]:
    """Measure the seconds of one call, and those of the processor in its child processes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    call()
    taken, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(calls: dict[str, Callable[[], object]], repeat: int) -> dict[str, tuple[float, float]]:
    """Give the medians of each call; a round before the measured ones warms the caches."""
    rounds = [{name: seconds(call) for name, call in calls.items()} for _ in range(repeat + 1)]
    return {
        name: (
            statistics.median(each[name][0] for each in rounds[1:]),
            statistics.median(each[name][1] for each in rounds[1:]),
        )
        for name in calls
    }


def process(*arguments: str | Path) -> Callable[[], object]:
    """Give what runs Python with these arguments to its end; it must succeed."""
    command = [sys.executable, *map(str, arguments)]

    def call() -> object:
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)

    return call


def bare(store: ox.Store, query: str) -> list[tuple[object, ...]]:
    """Run a query with pyoxigraph alone, to the same rows."""
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(solution) for solution in solutions]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=15, help="rounds  [15]")
    repeat = parser.parse_args().repeat
    compile_package()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        c4f_graph.build(store)
        graph = c4f_graph.open(store)
        query = graph.question(QUESTION).query
        c4f = ("-m", "c4f_graph")
        whole = medians(
            {
                "python -c pass": process("-c", "pass"),
                f"c4f ask {QUESTION}": process(*c4f, "ask", QUESTION, "--store", store),
                "c4f validate": process(*c4f, "validate"),
            },
            repeat,
        )
        calls = medians(
            {
                "pyoxigraph: the bare query": lambda: bare(graph.embedded, query),
                f'graph.ask("{QUESTION}")': lambda: graph.ask(QUESTION),
            },
            repeat * 4,
        )
    python = whole["python -c pass"][0]
    least = min(taken for taken, _ in calls.values())
    lines = [
        "| whole process | seconds | more than Python | of the processor |",
        "|---|---|---|---|",
        *(
            f"| `{name}` | {taken:.3f} | {taken - python:.3f} | {processor:.3f} |"
            for name, (taken, processor) in whole.items()
        ),
        "",
        "| in one process | milliseconds | times |",
        "|---|---|---|",
        *(
            f"| {name} | {taken * 1000:.2f} | {taken / least:.2f} |"
            for name, (taken, _) in calls.items()
        ),
    ]
    load = os.getloadavg()[0]
    lines += ["", f"{os.cpu_count()} cores, load {load:.1f}, medians of {repeat} rounds."]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
