"""What a backup says of itself: a JSON object in the comments with which its N-Quads begin."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph import __version__
from c4f_graph.errors import InputError, Location
from c4f_graph.namespaces import DCTERMS
from c4f_graph.sync import GraphState
from c4f_graph.sync.states import graph_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_FORM = "c4f-backup-1"
_COMMENT = "# "
_END = f"{_COMMENT}}}\n".encode()
_ISSUED = ox.NamedNode(f"{DCTERMS}issued")
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        version: the version of the program that wrote it.
        newest: when the newest source came out, as exact as it says; empty where none says.
        private: whether personal data are in it.
        statements: their number.
        sha256: the hash of the lines after the manifest, decompressed.
        graphs: the state of each named graph, by its IRI.
    """

    version: str
    newest: str
    private: bool
    statements: int
    sha256: str
    graphs: dict[str, GraphState]


def described(
    lines: Iterable[bytes], path: Path, *, private: bool, first_line: int = 1
) -> Manifest:
    """Make the manifest of N-Quads that are sorted by graph. Memory does not grow with them.

    Args:
        lines: each with its end of line.
        path: what error messages call the file that they come from.
        private: whether personal data are in it.
        first_line: the number of the first of the lines in the file.

    Raises:
        InputError: a line is no statement in a named graph.
    """
    digest = hashlib.sha256()
    issued = ""
    graphs: dict[str, GraphState] = {}

    def seen(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        nonlocal issued
        for quad in quads:
            if quad.predicate == _ISSUED and quad.subject == quad.graph_name:
                issued = max(issued, getattr(quad.object, "value", ""))
            yield quad

    statements = parsed(lines, path, digest.update, first_line)
    for graph, quads in groupby(statements, key=lambda quad: quad.graph_name):
        graphs[_name(graph, path)] = graph_state(seen(quads))
    return Manifest(
        version=__version__,
        newest=issued,
        private=private,
        statements=sum(state.statements for state in graphs.values()),
        sha256=digest.hexdigest(),
        graphs=graphs,
    )


def parsed(
    lines: Iterable[bytes], path: Path, see: Callable[[bytes], None], first_line: int = 1
) -> Iterator[ox.Quad]:
    """Parse N-Quads some lines at a time.

    Args:
        lines: each with its end of line.
        path: what error messages call the file that they come from.
        see: is given the lines, some at a time.
        first_line: the number of the first of the lines in the file.

    Raises:
        InputError: a line is no statement.
    """
    rest = iter(lines)
    while chunk := list(islice(rest, _AT_ONCE)):
        text = b"".join(chunk)
        see(text)
        try:
            yield from ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True)
        except SyntaxError as error:
            line = first_line + (error.lineno or 1) - 1
            raise InputError(
                f"{error.msg}.", location=Location(path, line), hint=RESTORE_ANOTHER
            ) from error
        first_line += len(chunk)


def header(manifest: Manifest) -> bytes:
    """Write a manifest as comment lines."""
    text = json.dumps({"form": _FORM, **asdict(manifest)}, indent=1, ensure_ascii=False)
    return "".join(f"{_COMMENT}{line}\n" for line in text.splitlines()).encode()


def read_header(lines: Iterator[bytes], path: Path) -> tuple[Manifest, int]:
    """Read the manifest from a backup's lines, and say how many lines it takes.

    Raises:
        InputError: there is none, or none that this version can read.
    """
    found = []
    for line in lines:
        found.append(line.removeprefix(_COMMENT.encode()))
        if line == _END or not line.startswith(b"#"):
            break
    try:
        content = json.loads(b"".join(found))
        if content.pop("form") != _FORM:
            raise ValueError("another form")
        graphs = {name: GraphState(**state) for name, state in content.pop("graphs").items()}
        return Manifest(graphs=graphs, **content), len(found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            "this is no backup: it does not begin with a manifest that this version can read.",
            location=Location(path),
            hint="Give a file that `c4f backup` wrote; `c4f load` takes other files.",
        ) from error


RESTORE_ANOTHER = "Nothing was changed; restore from another copy."


def refuse_other_content(said: Manifest, found: Manifest, path: Path) -> None:
    """Refuse a backup whose statements are not those that its manifest names.

    Raises:
        InputError: it is so; the message names the graph.
    """
    for name in sorted({*said.graphs, *found.graphs}):
        one, other = said.graphs.get(name), found.graphs.get(name)
        if one != other:
            raise InputError(
                f"the graph <{name}> is damaged: {_counted(other)} in the file, and "
                f"{_counted(one)} in the manifest"
                f"{', with another hash' if one and other else ''}.",
                location=Location(path),
                hint=RESTORE_ANOTHER,
            )
    if (said.sha256, said.statements) != (found.sha256, found.statements):
        raise InputError(
            "the statements are not as they were written: their hash is not the manifest's.",
            location=Location(path),
            hint=RESTORE_ANOTHER,
        )


def _counted(state: GraphState | None) -> str:
    return f"{state.statements:,} statements" if state else "no statement"


def _name(graph: object, path: Path) -> str:
    if isinstance(graph, ox.NamedNode):
        return graph.value
    raise InputError(
        "a statement stands in no named graph, and a backup keeps named graphs only.",
        location=Location(path),
    )
