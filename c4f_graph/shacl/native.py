"""The native engine `shacl`, beside the store: core constraints on one file, in its own process.

It reads the file by itself and is several times faster than queries on a store that must be loaded
first. It is young, so that it works in a process of its own: if that ends without an answer, for
whatever reason, the store answers instead. `native_shapes` says what it is asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from c4f_graph.errors import C4fError
from c4f_graph.shacl.native_shapes import is_false_alarm
from c4f_graph.shacl.results import RowReader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from c4f_graph.shacl.model import ShapesGraph
    from c4f_graph.shacl.native_shapes import NativeShapes
    from c4f_graph.shacl.report import ValidationResult
    from c4f_graph.shacl.terms import Term

FORMATS = {".nt": "ntriples", ".ttl": "turtle"}
_PROCESS = Path(__file__).with_name("native_process.py")
_Fields = tuple[str, str, str, str | None, str | None]


class NativeEngineError(C4fError):
    """The native engine gave no answer that can be used; the message says why."""


class UnnamedResultError(NativeEngineError):
    """A result is about a blank node, which each reading of a file names anew, or a triple."""


def is_installed() -> bool:
    """Tell whether the native engine is there."""
    return find_spec("shacl") is not None


class NativeRun:
    """One validation by the native engine, at work from the beginning; to be used in `with`.

    Args:
        shapes: what it is asked.
        path: the data: a file whose suffix is a key of `FORMATS`.
        base: the IRI that relative IRIs are resolved against.

    Attributes:
        queries: the numbers of the queries of the plan that it answers.

    Raises:
        NativeEngineError: the engine is not installed.

    """

    def __init__(self, shapes: NativeShapes, path: Path, base: str) -> None:
        self._shapes = shapes
        self.queries = shapes.queries
        self._start = time.perf_counter()
        spec = find_spec("shacl")
        if spec is None or spec.origin is None:
            raise NativeEngineError("the package shacl is not installed.")
        self._process = subprocess.Popen(  # noqa: S603 - our own program on our own Python
            [sys.executable, "-I", "-S", str(_PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        task = {
            "packages": str(Path(spec.origin).parents[1]),
            "shapes": shapes.text,
            "path": str(path),
            "format": FORMATS[path.suffix.lower()],
            "base": base,
        }
        stdin = self._process.stdin
        # Where it has ended already, its exit code and its message tell more.
        with suppress(OSError):
            if stdin is not None:
                stdin.write(json.dumps(task).encode())
                stdin.close()
        self._process.stdin = None

    def __enter__(self) -> NativeRun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def results(self, shapes: ShapesGraph) -> tuple[dict[int, list[ValidationResult]], float]:
        """Wait for the results: by the number of the query in the plan, and the seconds it took.

        Args:
            shapes: all shapes, for messages.

        Raises:
            UnnamedResultError: a result is about a blank node or a triple.
            NativeEngineError: the process ended without an answer.

        """
        out, problems = self._process.communicate()
        seconds = time.perf_counter() - self._start
        lines = out.splitlines()
        if self._process.returncode != 0 or lines[-1:] != [b"null"]:
            told = problems.decode(errors="replace").strip().splitlines()
            reason = told[-1] if told else f"exit code {self._process.returncode}"
            raise NativeEngineError(f"the native SHACL engine gave no answer ({reason}).")
        found = self._read([json.loads(line) for line in lines[:-1]], shapes)
        return found, seconds

    def _read(self, rows: list[_Fields], shapes: ShapesGraph) -> dict[int, list[ValidationResult]]:
        results: dict[int, list[ValidationResult]] = {number: [] for number in self._shapes.queries}
        readers = {
            key: RowReader(replace(check, flag=None), shapes.shapes)
            for key, (_, check) in self._shapes.checks.items()
        }
        terms = _terms(text for row in rows for text in row[2:] if text is not None)
        for source, component, focus, value, path in rows:
            key = source[1:-1], component
            number, check = self._shapes.checks[key]
            row: dict[str, Term | None] = {"this": terms[focus]}
            if value is not None and check.value not in (None, "?this"):
                row[str(check.value)[1:]] = terms[value]
            if path is not None and check.path is not None:
                row[check.path[1:]] = terms[path]
            result = readers[key].result(row)
            if result is not None and not is_false_alarm(result):
                results[number].append(result)
        return results


def _terms(texts: Iterable[str]) -> dict[str, Term]:
    """Read terms as the engine writes them: in the form of N-Triples.

    Raises:
        UnnamedResultError: one of them is a blank node or a triple.
        NativeEngineError: one of them is no term.

    """
    order = list(dict.fromkeys(texts))
    content = "".join(f"<urn:c4f:a> <urn:c4f:b> {text} .\n" for text in order)
    terms: dict[str, Term] = {}
    try:
        quads = parse(content.encode(), format=RdfFormat.N_TRIPLES)
        for text, quad in zip(order, quads, strict=True):
            if not isinstance(quad.object, NamedNode | Literal):
                raise UnnamedResultError("a result is about a node without a name.")
            terms[text] = quad.object
    except (SyntaxError, ValueError) as error:
        raise NativeEngineError(f"the native SHACL engine wrote no term ({error}).") from error
    return terms
