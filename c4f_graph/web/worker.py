"""A worker process: takes jobs on stdin, one at a time, and gives answers on stdout.

A message is the length of its head and of its body, four bytes each, then the head as JSON, then
the body. A process that takes too long is killed by whoever started it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from c4f_graph.editions import Edition, open_edition
from c4f_graph.graph import ProgrammeGraph
from c4f_graph.paths import corpus_paths
from c4f_graph.web.jobs import Ceiling, run_job
from c4f_graph.web.problems import ProblemError

LENGTHS = 8
"""The bytes before a message's head."""
_LOOK_SECONDS = 1.0


def packed(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Give a message as bytes."""
    text = json.dumps(head).encode()
    return len(text).to_bytes(4) + len(body).to_bytes(4) + text + body


def unpacked_lengths(prefix: bytes) -> tuple[int, int]:
    """Give the lengths of a message's head and body."""
    return int.from_bytes(prefix[:4]), int.from_bytes(prefix[4:])


def main() -> None:
    """Work until stdin ends."""
    setup = json.loads(sys.argv[1])
    _bound_memory(setup["memory"])
    # Nothing else may write among the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    edition = Edition(**setup["edition"])
    store_path = Path(setup["store"])
    store = open_edition(store_path, edition)
    paths = corpus_paths(Path(setup["corpus"]))
    graph = ProgrammeGraph(store, paths, store_path, edition, private=False)
    ceiling = Ceiling(setup["rows"], setup["length"])
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    jobs = sys.stdin.buffer
    _send(answers, packed({"ready": True}))
    while len(prefix := jobs.read(LENGTHS)) == LENGTHS:
        length, _ = unpacked_lengths(prefix)
        _send(answers, _answer(graph, json.loads(jobs.read(length)), ceiling))


def _end_with(server: int) -> None:
    """End with the server, also in the middle of a query."""
    while os.getppid() == server:
        time.sleep(_LOOK_SECONDS)
    os._exit(0)


def _answer(graph: ProgrammeGraph, job: dict[str, Any], ceiling: Ceiling) -> bytes:
    try:
        done = run_job(graph, job, ceiling)
    except ProblemError as problem:
        return packed({"status": problem.status, "message": problem.message, "hint": problem.hint})
    except MemoryError:
        return packed({"status": 503, "message": OUT_OF_MEMORY, "hint": None})
    except Exception:
        import traceback

        traceback.print_exc()
        return packed({"status": 500, "message": "this is a fault of the server.", "hint": None})
    head = {name: getattr(done, name) for name in ("content_type", "total", "status", "headers")}
    return packed(head, done.body)


OUT_OF_MEMORY = "the query takes more memory than it may."


def _send(stream: BinaryIO, message: bytes) -> None:
    stream.write(message)
    stream.flush()


def _bound_memory(length: int) -> None:
    """Take no more memory: the engine then ends the process, and not the machine."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (length, length))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
