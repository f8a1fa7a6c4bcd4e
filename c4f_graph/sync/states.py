"""What a named graph holds, as a number that tells whether two of them are the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class GraphState:
    """The hash of a graph's statements, in hexadecimal digits, and how many they are."""

    hash: str
    statements: int


def local_states(store: ox.Store) -> dict[str, GraphState]:
    """Give the state of each named graph of an embedded store, by the graph's IRI."""
    return {
        graph.value: graph_state(store.quads_for_pattern(None, None, None, graph))
        for graph in store.named_graphs()
        if isinstance(graph, ox.NamedNode)
    }


def graph_state(quads: Iterable[ox.Quad]) -> GraphState:
    """Give the state of one graph.

    The hash is the sum of the SHA-256 of each statement's N-Triples line, modulo 2^256: it needs
    neither order nor memory. Blank nodes get canonical labels first (RDF Dataset Canonicalization,
    RDFC-1.0), for which a graph that has some is held in memory.

    Args:
        quads: its statements, each once.
    """
    total = count = 0
    blank: list[ox.Quad] = []
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            blank.append(quad)
            continue
        total += _number(quad.triple)
        count += 1
    if blank:
        dataset = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in blank)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        total += sum(_number(quad.triple) for quad in dataset)
        count += len(dataset)
    return GraphState(f"{total % _MODULUS:064x}", count)


def _number(triple: ox.Triple) -> int:
    return int.from_bytes(hashlib.sha256(str(triple).encode()).digest())
