"""A shapes graph in memory, by subject and predicate, with the lists that SHACL uses."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from c4f_graph.shacl.terms import (
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    RDFS_SUBCLASS_OF,
    Node,
    Statement,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class IllFormedListError(ValueError):
    """An rdf:List that loops, forks, has no first or no rest (RDF Schema 1.1, section 5.2)."""


class Graph:
    """Triples by subject and predicate, in the order in which they came.

    Args:
        statements: quads or triples; the graph names of quads are not looked at.

    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.triples: list[Triple] = []
        self._objects: dict[tuple[Node, NamedNode], list[Term]] = defaultdict(list)
        self._subjects: dict[NamedNode, list[Node]] = defaultdict(list)
        self._predicates: dict[Node, list[NamedNode]] = defaultdict(list)
        seen: set[Triple] = set()
        for statement in statements:
            subject, predicate, value = statement.subject, statement.predicate, statement.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            triple = Triple(subject, predicate, value)
            if triple in seen:
                continue
            seen.add(triple)
            self.triples.append(triple)
            self._objects[subject, predicate].append(value)
            self._subjects[predicate].append(subject)
            self._predicates[subject].append(predicate)

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Return the values of a predicate at a subject."""
        if isinstance(subject, Literal):
            return []
        return self._objects.get((subject, predicate), [])

    def subjects(self, predicate: NamedNode) -> list[Node]:
        """Return the subjects of a predicate, each once."""
        return list(dict.fromkeys(self._subjects.get(predicate, [])))

    def predicates(self, subject: Term) -> list[NamedNode]:
        """Return the predicates of a subject, each once."""
        if isinstance(subject, Literal):
            return []
        return list(dict.fromkeys(self._predicates.get(subject, [])))

    def instances(self, classes: Iterable[NamedNode]) -> Iterator[Node]:
        """Yield the SHACL instances of any of these classes (SHACL, section 1.1, terminology)."""
        wanted = self._subclasses(classes)
        for subject in self.subjects(RDF_TYPE):
            if any(kind in wanted for kind in self._objects[subject, RDF_TYPE]):
                yield subject

    def list_members(self, head: Term) -> list[Term]:
        """Return the members of an rdf:List.

        Raises:
            IllFormedListError: the list loops, forks, or lacks a first or a rest.

        """
        members: list[Term] = []
        seen: set[Term] = set()
        while head != RDF_NIL:
            if head in seen:
                raise IllFormedListError("the list loops")
            seen.add(head)
            first, rest = self.objects(head, RDF_FIRST), self.objects(head, RDF_REST)
            if len(first) != 1 or len(rest) != 1:
                raise IllFormedListError(
                    "each node of a list needs exactly one rdf:first and one rdf:rest"
                )
            members.append(first[0])
            head = rest[0]
        if self.predicates(RDF_NIL) and self.objects(RDF_NIL, RDF_REST):
            raise IllFormedListError("rdf:nil has a rest")
        return members

    def is_list(self, node: Term) -> bool:
        """Tell whether a node stands at the head of a list."""
        return node == RDF_NIL or (
            isinstance(node, BlankNode | NamedNode) and bool(self.objects(node, RDF_FIRST))
        )

    def _subclasses(self, classes: Iterable[NamedNode]) -> set[Term]:
        found: set[Term] = set(classes)
        below: dict[Term, list[Node]] = defaultdict(list)
        for subject in self.subjects(RDFS_SUBCLASS_OF):
            for parent in self._objects[subject, RDFS_SUBCLASS_OF]:
                below[parent].append(subject)
        waiting = list(found)
        while waiting:
            fresh = [child for child in below[waiting.pop()] if child not in found]
            found.update(fresh)
            waiting.extend(fresh)
        return found
