"""Compare two editions of a catalogue by what they say: each is a named graph with its own name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.diff.sides import NOTHING, Side
from c4f_graph.namespaces import C4F, DCTERMS, GRAPH, VOCAB

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Set

_CATALOGUE = frozenset({ox.NamedNode(f"{VOCAB}source-kind/funding-catalogue")})
_ISSUED = f"{DCTERMS}issued"
_PUBLISHER = f"{DCTERMS}publisher"
_URL = f"{C4F}documentURL"
_HASH = f"{C4F}fileHash"


@dataclass(frozen=True, slots=True)
class CatalogueEdition:
    """An edition of a funding catalogue on one side.

    Attributes:
        graph: its graph.
        catalogue: publisher and address, which its other editions have as well.
        issued: its day.
        hashes: those of the files that it was imported from.
    """

    graph: ox.NamedNode
    catalogue: tuple[str, ...]
    issued: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Editions:
    """Two sides, in which an edition that replaces another goes by one name.

    Attributes:
        a: what was.
        b: what is.
        came: editions that only B has and that replace none.
        went: editions that only A has and that none replaces.
        sentences: which edition is compared with which.
    """

    a: Side
    b: Side
    came: list[ox.NamedNode]
    went: list[ox.NamedNode]
    sentences: list[str]


class _WithReplaced(Side):
    """A side with the edition that was replaced under the name of the one that replaced it."""

    def __init__(
        self,
        inner: Side,
        without: Set[ox.NamedNode],
        names: dict[ox.NamedNode, ox.NamedNode],
        kept: Set[ox.NamedNode],
    ) -> None:
        super().__init__(inner.name)
        self.is_file, self.is_store = inner.is_file, inner.is_store
        self.keeps_names = inner.keeps_names
        self.told_as = {str(new): str(old) for old, new in names.items()}
        self._inner = inner
        self._without = without
        self._names = names
        self._kept = kept

    def quads(self, without: Set[ox.NamedNode] = NOTHING) -> Iterator[ox.Quad]:
        for quad in self._inner.quads(self._without | without):
            yield from self._renamed(quad)

    def about(self, subjects: Set[ox.NamedNode | ox.BlankNode | ox.Triple]) -> Iterator[ox.Quad]:
        also = {old for old, new in self._names.items() if new in subjects}
        for quad in self._inner.about(subjects | also):
            if quad.graph_name not in self._without:
                yield from self._renamed(quad)

    def size(self, graph: ox.NamedNode) -> int:
        return self._inner.size(graph)

    def classes(self, graph: ox.NamedNode) -> Counter[str]:
        return self._inner.classes(graph)

    def _renamed(self, quad: ox.Quad) -> Iterator[ox.Quad]:
        graph = quad.graph_name
        new = self._names.get(graph) if isinstance(graph, ox.NamedNode) else None
        if new is None:
            yield quad
            return
        subject = new if quad.subject == graph else quad.subject
        yield ox.Quad(subject, quad.predicate, quad.object, new)
        if graph in self._kept:
            yield quad


def catalogue_editions(side: Side) -> list[CatalogueEdition]:
    """Give the editions of funding catalogues that a side has, the oldest first."""
    said: dict[ox.NamedNode, dict[str, list[str]]] = {}
    for quad in side.about_graphs(_CATALOGUE):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
            about = said.setdefault(quad.subject, {})
            about.setdefault(quad.predicate.value, []).append(quad.object.value)
    editions = [
        CatalogueEdition(
            graph,
            (*sorted(about.get(_PUBLISHER, ())), *sorted(about.get(_URL, ()))),
            max(about.get(_ISSUED, [""])),
            tuple(sorted(about.get(_HASH, ()))),
        )
        for graph, about in said.items()
    ]
    return sorted(editions, key=lambda edition: (edition.issued, edition.graph.value))


def pair_editions(a: Side, b: Side) -> Editions:
    """Let an edition of a funding catalogue be compared with the one that it replaces.

    The newest edition of a catalogue that A has goes by the name of the newest that B has, if A
    does not have it. Editions that both have of the same file, day and size are left out.

    Args:
        a: what was.
        b: what is.
    """
    all_had, all_have = catalogue_editions(a), catalogue_editions(b)
    names: dict[ox.NamedNode, ox.NamedNode] = {}
    kept: set[ox.NamedNode] = set()
    graphs_had = {edition.graph for edition in all_had}
    graphs_have = {edition.graph for edition in all_have}
    both = [edition for edition in all_had if edition in all_have and edition.hashes]
    same = {edition.graph for edition in both if a.size(edition.graph) == b.size(edition.graph)}
    sentences = []
    for newer in {edition.catalogue: edition for edition in all_have}.values():
        had = [edition for edition in all_had if edition.catalogue == newer.catalogue]
        if not had or newer.graph in graphs_had:
            continue
        former = had[-1].graph
        names[former] = newer.graph
        if former in graphs_have - same:
            kept.add(former)
        sentences.append(
            f"{_short(newer.graph)} is compared with {_short(former)}, which it replaces."
        )
    return Editions(
        _WithReplaced(a, same - names.keys(), names, kept) if names or same else a,
        without_graphs(b, same),
        sorted(graphs_have - graphs_had - set(names.values()), key=str),
        sorted(graphs_had - graphs_have - names.keys(), key=str),
        sentences,
    )


def without_graphs(side: Side, graphs: Set[ox.NamedNode]) -> Side:
    """Give a side without some graphs."""
    return _WithReplaced(side, graphs, {}, NOTHING) if graphs else side


def _short(graph: ox.NamedNode) -> str:
    return graph.value.removeprefix(GRAPH)
