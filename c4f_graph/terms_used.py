"""Find the terms of our own namespaces that a query uses and nothing defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus_checks import nearest_term
from c4f_graph.engine import Truth, run_query
from c4f_graph.namespaces import C4F, GRAPH, ID, VOCAB
from c4f_graph.sparql_text import iris, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.engine import QuadStore

_OURS = (C4F, ID, VOCAB, GRAPH)


def unknown_terms(store: QuadStore, text: str, name: str) -> Iterator[str]:
    """Yield a warning for each IRI of ours that the store does not know: its answer is silence.

    Args:
        store: the store that the query is for.
        text: the query.
        name: what the warnings call it.
    """
    seen = set()
    for iri, token in iris(text):
        if iri in seen or not iri.startswith(_OURS) or iri in _OURS:
            continue
        seen.add(iri)
        node = ox.NamedNode(iri)
        known_query = (
            f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s {node} ?o }} UNION {{ ?s ?p {node} }} }}"
        )
        if run_query(store, known_query) == Truth(False):
            namespace = next(base for base in _OURS if iri.startswith(base))
            known = {
                quad.subject.value
                for quad in store.quads_for_pattern(None, None, None, None)
                if isinstance(quad.subject, ox.NamedNode)
                and quad.subject.value.startswith(namespace)
            }
            where = place(text, token.offset, name)
            yield f"{where}: nothing is said of <{iri}>.{nearest_term(iri, known)}"
