"""Put differences together by entity: what was said of it, what is, and by which sources."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from c4f_graph.corpus import corpus_files, read_corpus
from c4f_graph.namespaces import C4F, ID, RDF, RDFS, SKOS
from c4f_graph.statements import BELONGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from c4f_graph.diff.merge import Difference
    from c4f_graph.diff.sides import Side
    from c4f_graph.paths import CorpusPaths

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Statements: TypeAlias = dict[str, list[Node]]
"""What is said of one subject: the values by the IRI of the property."""
_TYPE = f"{RDF}type"
_NAMING = (f"{C4F}shortName", f"{RDFS}label", f"{SKOS}prefLabel")
_CLUSTER = f"{C4F}Cluster"


@dataclass(frozen=True, slots=True)
class Value:
    """A value, and the graphs that state it where it is stated."""

    term: Node
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropertyDifference:
    """The values of one property that went, and those that came."""

    predicate: str
    was: list[Value]
    now: list[Value]


@dataclass(frozen=True, slots=True)
class EntityDifference:
    """What differs about one entity.

    Attributes:
        entity: what it is about.
        change: `added` or `removed` where nothing was or is said of it, else `changed`.
        owners: what it is a part of, and what that is a part of.
        properties: what differs, by property.
    """

    entity: Subject
    change: str
    owners: tuple[ox.NamedNode, ...]
    properties: list[PropertyDifference]


@dataclass(slots=True)
class EntityDifferences:
    """All that differs, by entity; a statement is one however many graphs state it.

    Attributes:
        entities: what is stated on one side only, or by a graph that states something else now.
        also: by graph, how many statements it makes now that others make before and after.
        no_longer: by graph, how many it made before that others make before and after.
        added: how many statements are new, counted in each graph.
        removed: how many are gone, counted in each graph.
        names: gives names and types of what is mentioned.
    """

    entities: list[EntityDifference]
    also: dict[str, int]
    no_longer: dict[str, int]
    added: int
    removed: int
    names: Context

    @property
    def is_empty(self) -> bool:
        """Tell whether the sides are the same."""
        return not (self.added or self.removed)


class Context:
    """What both sides and the project's registry and vocabularies say of the things concerned."""

    def __init__(self, a: Side, b: Side, corpus: CorpusPaths) -> None:
        self._sides = (a, b)
        self._said: tuple[dict[Subject, Statements], dict[Subject, Statements]] = ({}, {})
        self.looked_up: set[Subject] = set()
        self._names: dict[Subject, str | None] = {}
        self._known: dict[Subject, Statements] = {}
        files = [file for file in corpus_files(corpus) if file.kind in {"ontology", "registry"}]
        for statement in read_corpus(files):
            _put(self._known, statement.quad)

    def look_up(self, subjects: Set[Subject]) -> None:
        """Read what both sides say of some subjects."""
        wanted = {node for node in subjects if isinstance(node, ox.NamedNode)} - self.looked_up
        if not wanted:
            return
        self.looked_up |= wanted
        for side, said in zip(self._sides, self._said, strict=True):
            for quad in side.about(wanted):
                _put(said, quad)

    def before(self, subject: Subject) -> Statements:
        """Give what the first side says."""
        return self._said[0].get(subject, {})

    def after(self, subject: Subject) -> Statements:
        """Give what the second side says."""
        return self._said[1].get(subject, {})

    def values(self, subject: Subject, predicate: str) -> list[Node]:
        """Give the values of a property: those that are, else those that were, else our own."""
        for statements in (
            self.after(subject),
            self.before(subject),
            self._known.get(subject, {}),
        ):
            if found := statements.get(predicate):
                return found
        return []

    def name(self, subject: Subject) -> str | None:
        """Give a short name or a label, English before German, or None."""
        if subject not in self._names:
            self._names[subject] = self._find_name(subject)
        return self._names[subject]

    def _find_name(self, subject: Subject) -> str | None:
        for predicate in _NAMING:
            names = [
                (value.language != "en", value.value)
                for value in self.values(subject, predicate)
                if isinstance(value, ox.Literal)
            ]
            if names:
                return min(names)[1]
        return None

    def classes(self, subject: Subject) -> list[ox.NamedNode]:
        """Give the classes of a thing."""
        return sorted(
            (value for value in self.values(subject, _TYPE) if isinstance(value, ox.NamedNode)),
            key=str,
        )

    def owners(self, subject: Subject) -> tuple[ox.NamedNode, ...]:
        """Give what a thing is a part of, and what that is a part of; a cluster is a whole."""
        owners: list[ox.NamedNode] = []
        while owner := self.owner(subject):
            if owner in owners:
                break
            owners.append(owner)
            subject = owner
        return tuple(owners)

    def owner(self, subject: Subject) -> ox.NamedNode | None:
        """Give the one thing that another is a part of."""
        if any(node.value == _CLUSTER for node in self.classes(subject)):
            return None
        for name in BELONGS:
            nodes = [
                value
                for value in self.values(subject, C4F + name)
                if isinstance(value, ox.NamedNode) and value.value.startswith(ID)
            ]
            if nodes:
                return min(nodes, key=str)
        return None


def by_entity(
    found: Iterable[Difference], a: Side, b: Side, corpus: CorpusPaths
) -> EntityDifferences:
    """Put differences together by entity. They are kept in memory, and the sides are read again.

    Args:
        found: what `differences` gives of the sides.
        a: what was.
        b: what is.
        corpus: its registry and vocabularies give names that neither side has.
    """
    properties: dict[Subject, list[PropertyDifference]] = defaultdict(list)
    also: Counter[str] = Counter()
    no_longer: Counter[str] = Counter()
    added = removed = 0
    for _, same in groupby(found, lambda difference: (difference.subject, difference.predicate)):
        group = list(same)
        added += sum(len(difference.added) for difference in group)
        removed += sum(len(difference.removed) for difference in group)
        was = _values(group, also=no_longer, came=False, told_as=a.told_as)
        now = _values(group, also=also, came=True, told_as=b.told_as)
        if was or now:
            triple = _parsed(group[0])
            about = PropertyDifference(triple.predicate.value, was, now)
            properties[triple.subject].append(about)
    context = Context(a, b, corpus)
    if not (added or removed):
        return EntityDifferences([], {}, {}, 0, 0, context)
    context.look_up(set(properties))
    context.look_up(_mentioned(properties, context))
    parts: set[Subject] = set(properties)
    while parts:
        owners = {owner for part in parts if (owner := context.owner(part))}
        parts = set(owners - context.looked_up)
        context.look_up(parts)
    entities = [
        EntityDifference(
            subject,
            _change(subject, context),
            context.owners(subject),
            about,
        )
        for subject, about in properties.items()
    ]
    return EntityDifferences(entities, dict(also), dict(no_longer), added, removed, context)


def _values(
    group: list[Difference], *, also: Counter[str], came: bool, told_as: Mapping[str, str]
) -> list[Value]:
    """Give the values of one property that came, or went.

    A value that others state before and after counts only where the graph that differs gives
    another one for it; else it is counted in `also`.
    """
    went = {graph for difference in group for graph in difference.removed}
    came_by = {graph for difference in group for graph in difference.added}
    exchanged = went & came_by
    values = []
    for difference in group:
        graphs = difference.added if came else difference.removed
        if difference.before and difference.after:
            also.update(graph for graph in graphs if graph not in exchanged)
            graphs = [graph for graph in graphs if graph in exchanged]
        if graphs:
            told = tuple(told_as.get(graph, graph) for graph in graphs)
            values.append(Value(_parsed(difference).object, told))
    return values


def _change(subject: Subject, context: Context) -> str:
    if isinstance(subject, ox.BlankNode):
        # Its name is one of the comparison: what a side says of it cannot be looked up.
        return "changed"
    if not context.before(subject):
        return "added"
    return "changed" if context.after(subject) else "removed"


def _mentioned(
    properties: dict[Subject, list[PropertyDifference]], context: Context
) -> set[Subject]:
    """Give what the entities that differ mention: its names are wanted."""
    values = [
        value.term
        for about in properties.values()
        for difference in about
        for value in (*difference.was, *difference.now)
    ]
    values += [
        value
        for subject in properties
        for statements in (context.before(subject), context.after(subject))
        for said in statements.values()
        for value in said
    ]
    return {value for value in values if isinstance(value, ox.NamedNode)}


def _put(said: dict[Subject, Statements], quad: ox.Quad) -> None:
    values = said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
    if quad.object not in values:
        values.append(quad.object)


def _parsed(difference: Difference) -> ox.Quad:
    line = f"{difference.subject} {difference.predicate} {difference.object} .\n"
    (quad,) = ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS, lenient=True)
    return ox.Quad(quad.subject, quad.predicate, quad.object)
