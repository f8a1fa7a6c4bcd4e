"""How a term is named to a person, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import GRAPH, ID, PREFIXES, VOCAB

if TYPE_CHECKING:
    from c4f_graph.engine import Term


def plain(term: Term | None) -> str:
    """Give a term's plain text, without datatype or language."""
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def compact(iri: str) -> str:
    """Shorten an IRI of ours to what the commands take, and others with a known prefix."""
    for base in (ID, GRAPH, VOCAB):
        if iri.startswith(base):
            return iri.removeprefix(base)
    for name, namespace in PREFIXES.items():
        if iri.startswith(namespace) and name not in {"id", "vocab"}:
            return f"{name}:{iri.removeprefix(namespace)}"
    return iri
