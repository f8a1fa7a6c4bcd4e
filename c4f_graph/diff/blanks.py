"""Match the blank nodes of two sides: their names mean nothing, what is said around them does.

A whole graph's canonical names all change when one statement does. So the statements are taken
apart into groups that blank nodes join, and each group is compared on its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.DefaultGraph | ox.Triple
_Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
# A feature that so many pairs of nodes share, such as a class, tells none of them apart.
_MOST_PAIRS = 10_000


def has_blank(quad: ox.Quad) -> bool:
    """Tell whether a statement has a blank node."""
    return (
        type(quad.subject) is ox.BlankNode
        or type(quad.object) is ox.BlankNode
        or type(quad.graph_name) is ox.BlankNode
    )


def matched(
    a: Iterable[ox.Quad], b: Iterable[ox.Quad], *, keep_names: bool
) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Give the statements of those groups that only one side has, with names that agree.

    Args:
        a: the statements with blank nodes of one side.
        b: those of the other.
        keep_names: name nodes as `a` does; else they are `_:a0` and so on. What only `b` has is
            `_:new0` and so on.
    """
    groups_a, groups_b = _by_form(a), _by_form(b)
    left_a = _left(groups_a, groups_b)
    left_b = _canonical(_left(groups_b, groups_a))
    if not keep_names:
        left_a = _renamed(_canonical(left_a), "a", {})
    pairs = _paired(left_a, left_b)
    return left_a, _renamed(left_b, _free_prefix(left_a), pairs)


def _by_form(quads: Iterable[ox.Quad]) -> dict[str, list[list[ox.Quad]]]:
    """Group the statements, and give the groups by what they are with canonical names."""
    forms: dict[str, list[list[ox.Quad]]] = defaultdict(list)
    for group in _groups(quads):
        form = "\n".join(sorted(map(str, _canonical(group))))
        forms[form].append(group)
    return forms


def _left(
    groups: Mapping[str, list[list[ox.Quad]]], others: Mapping[str, list[list[ox.Quad]]]
) -> list[ox.Quad]:
    """Give the statements of the groups that the other side has not, or not as often."""
    return [
        quad
        for form, same in sorted(groups.items())
        for group in same[len(others.get(form, ())) :]
        for quad in group
    ]


def _canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Name blank nodes by RDF Dataset Canonicalization 1.0 (https://www.w3.org/TR/rdf-canon/)."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def _groups(quads: Iterable[ox.Quad]) -> list[list[ox.Quad]]:
    """Take apart what no blank node joins."""
    parent: dict[_Node, _Node] = {}

    def root(node: _Node) -> _Node:
        while (up := parent.setdefault(node, node)) != node:
            parent[node] = parent[up]
            node = up
        return node

    statements = list(dict.fromkeys(quads))
    for quad in statements:
        first, *others = _blanks(quad)
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[_Node, list[ox.Quad]] = defaultdict(list)
    for quad in statements:
        groups[root(_blanks(quad)[0])].append(quad)
    return list(groups.values())


def _blanks(quad: ox.Quad) -> list[ox.BlankNode]:
    return [
        node
        for node in (quad.subject, quad.object, quad.graph_name)
        if isinstance(node, ox.BlankNode)
    ]


def _paired(a: list[ox.Quad], b: list[ox.Quad]) -> dict[ox.BlankNode, ox.BlankNode]:
    """Pair nodes that have most in common, and go on with what their neighbours then have."""
    pairs: dict[ox.BlankNode, ox.BlankNode] = {}
    taken: set[ox.BlankNode] = set()
    while True:
        scores = _scores(a, b, pairs, taken)
        if not scores:
            return pairs
        best = max(scores.values())
        ranked = sorted((pair for pair, score in scores.items() if score == best), key=str)
        for node_a, node_b in ranked:
            if node_a not in taken and node_b not in pairs:
                pairs[node_b] = node_a
                taken.add(node_a)


def _scores(
    a: list[ox.Quad],
    b: list[ox.Quad],
    pairs: Mapping[ox.BlankNode, ox.BlankNode],
    taken: set[ox.BlankNode],
) -> Counter[tuple[ox.BlankNode, ox.BlankNode]]:
    """Count what nodes that are not paired yet have in common."""
    have_a = _features(a, {node: node for node in taken})
    have_b = _features(b, pairs)
    scores: Counter[tuple[ox.BlankNode, ox.BlankNode]] = Counter()
    for feature, nodes_b in have_b.items():
        nodes_a = have_a.get(feature, set())
        if len(nodes_a) * len(nodes_b) <= _MOST_PAIRS:
            scores.update((node_a, node_b) for node_a in nodes_a for node_b in nodes_b)
    return scores


def _features(
    quads: Iterable[ox.Quad], known: Mapping[ox.BlankNode, ox.BlankNode]
) -> dict[tuple[str, ...], set[ox.BlankNode]]:
    """Give what is said of each node that is not known, with known ones by their common name."""

    def show(node: _Node) -> str:
        return str(known.get(node, "?")) if isinstance(node, ox.BlankNode) else str(node)

    features: dict[tuple[str, ...], set[ox.BlankNode]] = defaultdict(set)
    for quad in quads:
        parts = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        for place, node in enumerate(parts):
            if isinstance(node, ox.BlankNode) and node not in known:
                others = ("" if at == place else show(part) for at, part in enumerate(parts))
                features[str(place), *others].add(node)
    return features


def _free_prefix(quads: Iterable[ox.Quad]) -> str:
    """Give a beginning of names that no node has."""
    names = {node.value for quad in quads for node in _blanks(quad)}
    prefix = "new"
    while any(name.startswith(prefix) for name in names):
        prefix += "x"
    return prefix


def _renamed(
    quads: list[ox.Quad], prefix: str, names: Mapping[ox.BlankNode, ox.BlankNode]
) -> list[ox.Quad]:
    """Give statements with new names: those given, and a prefix with a number for other nodes."""
    chosen = dict(names)

    def name(node: ox.BlankNode) -> ox.BlankNode:
        if node not in chosen:
            chosen[node] = ox.BlankNode(f"{prefix}{len(chosen) - len(names)}")
        return chosen[node]

    return [
        ox.Quad(
            name(quad.subject) if isinstance(quad.subject, ox.BlankNode) else quad.subject,
            quad.predicate,
            name(quad.object) if isinstance(quad.object, ox.BlankNode) else quad.object,
            name(quad.graph_name) if isinstance(quad.graph_name, ox.BlankNode) else quad.graph_name,
        )
        for quad in quads
    ]
