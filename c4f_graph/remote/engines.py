"""The engines that are known, by the `Server` header that they send."""

from __future__ import annotations

import re

from c4f_graph.remote.dialects import TURTLE, XML, Dialect
from c4f_graph.remote.virtuoso import Virtuoso

_ENGINES = (
    (
        re.compile(r"^oxigraph", re.IGNORECASE),
        Dialect(
            "Oxigraph",
            update_path="/update",
            graph_store_path="/store",
            switches_at_once=True,
            takes_datasets=True,
            # Its bulk loader writes files beside the database, and takes them in in one step.
            bulk_parameter="no_transaction",
        ),
    ),
    (
        re.compile(r"^virtuoso", re.IGNORECASE),
        Virtuoso(
            "Virtuoso",
            update_path="/sparql-auth",
            graph_store_path="/sparql-graph-crud-auth",
            rows_as=XML,
            triples_as=TURTLE,
            keeps_union=True,
            merges_values=True,
            adds_graphs=True,
            connections=1,
        ),
    ),
)


def dialect_of(server: str) -> Dialect:
    """Recognise an engine by the text of its `Server` header."""
    for pattern, dialect in _ENGINES:
        if pattern.match(server):
            return dialect
    return Dialect()
