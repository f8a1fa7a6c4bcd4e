"""The store as rdflib sees it: for reading only, and without a way to the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oxrdflib import OxigraphStore

from c4f_graph.errors import QueryError
from c4f_graph.sparql_text import dataset_clauses, place, query_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib import Graph
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result
    from rdflib.term import Identifier


class ReadOnlyStore(OxigraphStore):
    """An oxrdflib store over an edition, which is open for reading."""

    def add_graph(self, graph: Graph) -> None:
        """Do nothing: rdflib announces each graph that it is going to read."""

    def query(
        self,
        query: Query | str,
        initNs: Mapping[str, Any],  # noqa: N803 (the name in rdflib)
        initBindings: Mapping[str, Identifier],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> Result:
        """Run a query, prepared or not, by Oxigraph: rdflib's own engine fetches what FROM names.

        Raises:
            QueryError: an update, SERVICE, or FROM.
        """
        if not isinstance(query, str):
            query, prefixes, _ = query._original_args
            return self.query(query, {**prefixes, **initNs}, initBindings, queryGraph, **kwargs)
        query_form(query)
        for clause in dataset_clauses(query):
            # oxrdflib names the dataset itself, by which Oxigraph passes over those of the query.
            raise QueryError(
                f"FROM <{clause.iri}> is refused: an rdflib Dataset is asked as a whole.",
                location=place(query, clause.offset),
                hint="Write GRAPH <…> { … }, or ask ProgrammeGraph.query.",
            )
        return super().query(query, initNs, initBindings, queryGraph, **kwargs)
