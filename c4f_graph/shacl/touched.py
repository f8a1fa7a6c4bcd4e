"""Which triples a query can touch, so that the others need not be in the store that answers it.

A query is read only as far as its triple patterns. Whatever is not understood, and whatever may
touch any triple, such as a variable as a predicate, gives no answer: then all triples are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import NamedNode

from c4f_graph.shacl.query_text import Block, parse_query
from c4f_graph.shacl.terms import RDF_TYPE
from c4f_graph.sparql_tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Children: TypeAlias = "Sequence[Token | Block]"
_JOINS = ("OPTIONAL", "UNION", "MINUS")


@dataclass(frozen=True, slots=True)
class Touched:
    """What a store must have for queries to find in it what they find in the whole graph.

    Attributes:
        predicates: each triple with one of these.
        nodes: at least one triple about each of these that stands in the graph: a path of no
            steps leads from a node of the graph to itself.

    """

    predicates: frozenset[NamedNode]
    nodes: frozenset[NamedNode]


class _NotUnderstoodError(ValueError):
    """A query that may touch any triple."""


def touched(queries: Iterable[str]) -> Touched | None:
    """Return what queries can touch, whose prefixes are written out; None if it may be anything."""
    predicates: set[NamedNode] = set()
    nodes: set[NamedNode] = set()
    for text in queries:
        tree = parse_query(text)
        reader = _Reader()
        try:
            reader.select(_without_space(tree))
        except (_NotUnderstoodError, IndexError):
            return None
        predicates |= reader.predicates
        nodes |= {NamedNode(token.text[1:-1]) for token in tree.tokens() if token.kind == "iri"}
    return Touched(frozenset(predicates), frozenset(nodes))


def _without_space(block: Block) -> list[Token | Block]:
    return [child for child in block.children if isinstance(child, Block) or child.kind != "space"]


class _Reader:
    """Collects the predicates of one query."""

    def __init__(self) -> None:
        self.predicates: set[NamedNode] = set()

    def select(self, children: _Children) -> None:
        """Read a SELECT: its group, and the groups inside of its expressions."""
        is_values = False
        for child in children:
            if isinstance(child, Token):
                is_values = child.keyword == "VALUES" or (is_values and child.kind == "variable")
                if child.keyword in ("FROM", "PREFIX", "BASE", "CONSTRUCT", "DESCRIBE"):
                    raise _NotUnderstoodError
            elif child.bracket == "(":
                self._expression(child)
            elif not is_values:
                self._group(child)

    def _expression(self, block: Block) -> None:
        for child in block.children:
            if isinstance(child, Block):
                (self._group if child.bracket == "{" else self._expression)(child)

    def _group(self, group: Block) -> None:
        children = _without_space(group)
        if group.first_keyword() == "SELECT":
            self.select(children)
            return
        position = 0
        while position < len(children):
            child = children[position]
            if isinstance(child, Block) and child.bracket == "{":
                self._group(child)
                position += 1
            elif isinstance(child, Token) and (child.keyword in _JOINS or child.text == "."):
                position += 1
            elif isinstance(child, Token) and child.keyword in ("FILTER", "BIND"):
                position = self._until_block(children, position + 1)
            elif isinstance(child, Token) and child.keyword == "VALUES":
                position = _after_values(children, position + 1)
            else:
                position = self._triples(children, position)

    def _until_block(self, children: _Children, position: int) -> int:
        """Read a condition up to its brackets: those of a group, an expression or a function."""
        while True:
            child = children[position]
            position += 1
            if isinstance(child, Block):
                (self._group if child.bracket == "{" else self._expression)(child)
                return position

    def _triples(self, children: _Children, position: int) -> int:
        is_fixed, position = _term(children, position)
        while True:
            is_nullable, position = self._path(children, position)
            while True:
                is_end_fixed, position = _term(children, position)
                if is_nullable and not is_fixed and not is_end_fixed:
                    raise _NotUnderstoodError
                if not _is_sign(children, position, ","):
                    break
                position += 1
            if not _is_sign(children, position, ";"):
                return position
            while _is_sign(children, position, ";"):
                position += 1
            if position == len(children) or _is_sign(children, position, "."):
                return position

    def _path(self, children: _Children, position: int) -> tuple[bool, int]:
        """Read a path: whether it may have no steps, and where it ends."""
        is_any_nullable, is_nullable = False, True
        while True:
            while _is_sign(children, position, "^"):
                position += 1
            child = children[position]
            position += 1
            is_part_nullable = False
            if isinstance(child, Block) and child.bracket == "(":
                inner = _without_space(child)
                is_part_nullable, end = self._path(inner, 0)
                if end != len(inner):
                    raise _NotUnderstoodError
            elif isinstance(child, Token) and child.kind == "iri":
                self.predicates.add(NamedNode(child.text[1:-1]))
            elif isinstance(child, Token) and child.text == "a":
                self.predicates.add(RDF_TYPE)
            else:
                raise _NotUnderstoodError
            for mark in ("*", "?", "+"):
                if _is_sign(children, position, mark):
                    is_part_nullable = is_part_nullable or mark != "+"
                    position += 1
                    break
            is_nullable = is_nullable and is_part_nullable
            if _is_sign(children, position, "|"):
                is_any_nullable, is_nullable = is_any_nullable or is_nullable, True
            elif not _is_sign(children, position, "/"):
                return is_any_nullable or is_nullable, position
            position += 1


def _after_values(children: _Children, position: int) -> int:
    while True:
        child = children[position]
        position += 1
        if isinstance(child, Block) and child.bracket == "{":
            return position


def _term(children: _Children, position: int) -> tuple[bool, int]:
    """Read a subject or object: whether it is an IRI, and where it ends."""
    child = children[position]
    if isinstance(child, Block):
        raise _NotUnderstoodError
    position += 1
    if child.kind in ("iri", "variable"):
        return child.kind == "iri", position
    if child.kind == "string":
        if position < len(children):
            following = children[position]
            if isinstance(following, Token) and following.kind == "language":
                position += 1
            elif isinstance(following, Token) and following.text == "^^":
                position += 2
        return False, position
    if child.text in ("+", "-"):
        return _term(children, position)
    if child.kind == "number" or child.keyword in ("TRUE", "FALSE"):
        return False, position
    raise _NotUnderstoodError


def _is_sign(children: _Children, position: int, text: str) -> bool:
    if position >= len(children):
        return False
    child = children[position]
    return isinstance(child, Token) and child.kind == "sign" and child.text == text
