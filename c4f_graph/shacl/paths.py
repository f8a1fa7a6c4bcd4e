"""Property paths: read from a shapes graph, written as SPARQL and as triples (SHACL 2.3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from c4f_graph.shacl.graph import IllFormedListError
from c4f_graph.shacl.terms import RDF_FIRST, RDF_NIL, RDF_REST, Node, Term, sh

if TYPE_CHECKING:
    from collections.abc import Callable

    from c4f_graph.shacl.graph import Graph


class IllFormedPathError(ValueError):
    """A node that is no SHACL property path."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A path of one predicate."""

    iri: NamedNode


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked from object to subject."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paths walked one after the other."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Paths of which any is walked."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path walked a number of times that the mark tells: `*`, `+` or `?`."""

    path: Path
    mark: str


Path = Predicate | Inverse | Sequence | Alternative | Repeat

MARKS = {
    sh("zeroOrMorePath"): "*",
    sh("oneOrMorePath"): "+",
    sh("zeroOrOnePath"): "?",
}
MAX_STEPS = 5000
MAX_DEPTH = 40
_TERMS = {mark: term for term, mark in MARKS.items()}


def parse_path(graph: Graph, node: Term) -> Path:
    """Read the path that a node of the shapes graph stands for (SHACL, section 2.3.1).

    Raises:
        IllFormedPathError: the node is no path, its blank nodes circle, or it is too large.

    """
    return _PathReader(graph).read(node, ())


class _PathReader:
    """Reads one path; a node that stands in it twice is read twice, which can grow without end."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._count = 0

    def read(self, node: Term, above: tuple[Term, ...]) -> Path:
        if isinstance(node, Literal):
            raise IllFormedPathError("a literal is no path")
        if node in above:
            raise IllFormedPathError("the blank nodes of the path circle")
        self._count += 1
        if len(above) > MAX_DEPTH or self._count > MAX_STEPS:
            raise IllFormedPathError(
                f"it has more than {MAX_STEPS} parts, or more than {MAX_DEPTH} inside one another"
            )
        graph, above = self._graph, (*above, node)
        if graph.is_list(node) and node != RDF_NIL:
            return Sequence(self._read_all(node, "sequence", above))
        if isinstance(node, NamedNode):
            return Predicate(node)
        keys = [
            key
            for key in (sh("inversePath"), sh("alternativePath"), *MARKS)
            if graph.objects(node, key)
        ]
        if len(keys) != 1 or len(graph.objects(node, keys[0])) != 1:
            raise IllFormedPathError(
                "a blank node in a path needs exactly one of sh:inversePath, sh:alternativePath, "
                "sh:zeroOrMorePath, sh:oneOrMorePath, sh:zeroOrOnePath, or must be a list"
            )
        key, value = keys[0], graph.objects(node, keys[0])[0]
        if key == sh("alternativePath"):
            return Alternative(self._read_all(value, "alternative", above))
        inner = self.read(value, above)
        return Inverse(inner) if key == sh("inversePath") else Repeat(inner, MARKS[key])

    def _read_all(self, head: Term, kind: str, above: tuple[Term, ...]) -> tuple[Path, ...]:
        members = _members(self._graph, head, kind)
        return tuple(self.read(member, above) for member in members)


def _members(graph: Graph, head: Term, kind: str) -> list[Term]:
    try:
        members = graph.list_members(head)
    except IllFormedListError as error:
        raise IllFormedPathError(f"the list of the {kind} path is ill-formed: {error}") from error
    if len(members) < 2:
        raise IllFormedPathError(f"a {kind} path needs at least two members")
    return members


def path_sparql(path: Path) -> str:
    """Return a path as a SPARQL 1.1 property path (section 9.1)."""
    match path:
        case Predicate(iri):
            return str(iri)
        case Inverse(inner):
            return f"^({path_sparql(inner)})"
        case Sequence(paths):
            return "(" + "/".join(path_sparql(each) for each in paths) + ")"
        case Alternative(paths):
            return "(" + "|".join(path_sparql(each) for each in paths) + ")"
        case Repeat(inner, mark):
            return f"({path_sparql(inner)}){mark}"


def path_text(path: Path) -> str:
    """Return a path as a person reads it: as in SPARQL, with the local names of its predicates."""
    text = re.sub("<([^>]*)>", lambda match: _local(match.group(1)), path_sparql(path))
    return text.removeprefix("(").removesuffix(")") if text.count("(") == 1 else text


def _local(iri: str) -> str:
    return re.split("[/#]", iri)[-1] or iri


def is_nullable(path: Path) -> bool:
    """Tell whether a path leads from every node, also one in no triple, to itself."""
    match path:
        case Predicate():
            return False
        case Inverse(inner):
            return is_nullable(inner)
        case Sequence(paths):
            return all(is_nullable(each) for each in paths)
        case Alternative(paths):
            return any(is_nullable(each) for each in paths)
        case Repeat(inner, mark):
            return mark != "+" or is_nullable(inner)


def predicates(path: Path) -> list[NamedNode]:
    """Return the predicates that a path is made of."""
    match path:
        case Predicate(iri):
            return [iri]
        case Inverse(inner) | Repeat(inner, _):
            return predicates(inner)
        case Sequence(paths) | Alternative(paths):
            return [iri for each in paths for iri in predicates(each)]


def path_triples(path: Path, fresh: Callable[[], BlankNode]) -> tuple[Node, list[Triple]]:
    """Return the node of a path in a report and the triples that say what it is.

    Args:
        path: the path to write (SHACL, section 3.6.2.2: blank nodes are copied).
        fresh: makes a new blank node.

    """
    triples: list[Triple] = []

    def write_list(nodes: list[Node]) -> Node:
        head: Node = RDF_NIL
        for node in reversed(nodes):
            cell = fresh()
            triples.append(Triple(cell, RDF_FIRST, node))
            triples.append(Triple(cell, RDF_REST, head))
            head = cell
        return head

    def write(path: Path) -> Node:
        match path:
            case Predicate(iri):
                return iri
            case Sequence(paths):
                return write_list([write(each) for each in paths])
            case Alternative(paths):
                key, value = sh("alternativePath"), write_list([write(each) for each in paths])
            case Inverse(inner):
                key, value = sh("inversePath"), write(inner)
            case Repeat(inner, mark):
                key, value = _TERMS[mark], write(inner)
        node = fresh()
        triples.append(Triple(node, key, value))
        return node

    return write(path), triples
