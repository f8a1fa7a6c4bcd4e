"""Put statements into one order, with one name for each blank node, so that bytes do not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable

_TYPE = f"{RDF}type"


def ordered(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Sort by graph, subject, predicate (`rdf:type` first) and object, without repetitions.

    Blank nodes are named by RDF Dataset Canonicalization 1.0 (https://www.w3.org/TR/rdf-canon/).
    """
    return sorted(_with_canonical_names(set(quads)), key=_key)


def _with_canonical_names(quads: set[ox.Quad]) -> set[ox.Quad]:
    with_blanks = {
        quad for quad in quads if ox.BlankNode in {type(quad.subject), type(quad.object)}
    }
    if not with_blanks:
        return quads
    dataset = ox.Dataset(with_blanks)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return (quads - with_blanks) | set(dataset)


def _key(quad: ox.Quad) -> tuple[str, bool, str, str, str]:
    predicate = quad.predicate.value
    subject = quad.subject
    is_blank = isinstance(subject, ox.BlankNode)
    return (
        str(quad.graph_name),
        is_blank,
        str(subject),
        "" if predicate == _TYPE else predicate,
        str(quad.object),
    )


def ordered_triples(triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    """Sort triples as `ordered` does."""
    return ordered(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
