"""Validation inside a server: what `shacl` asks of a store, asked of an endpoint."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import Location, QueryError
from c4f_graph.remote.http import RefusedError
from c4f_graph.remote.store import RemoteSolutions
from c4f_graph.shacl import OxigraphEngine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from c4f_graph.errors import EndpointError
    from c4f_graph.remote.store import RemoteStore
    from c4f_graph.shacl.terms import Term


class RemoteEngine:
    """The default graph of an endpoint, as `shacl.Engine`.

    A query that the server refuses or fails with is run on a copy of the data, here.

    Args:
        store: the endpoint. Queries may come from several threads.

    Attributes:
        refused: those queries, with what the server said.
    """

    def __init__(self, store: RemoteStore) -> None:
        self._store = store
        self._copy: ox.Store | None = None
        self._lock = threading.Lock()
        self.refused: dict[str, str] = {}

    def select(
        self, query: str, bindings: Mapping[str, Term] | None = None
    ) -> tuple[tuple[str, ...], Iterator[tuple[Term | None, ...]]]:
        """Return the variables of a SELECT query, and its rows as the server sends them.

        Raises:
            QueryError: it is none, or no query.
            EndpointError: the server cannot be reached, or does not answer as it should.
        """
        terms = {ox.Variable(name): term for name, term in (bindings or {}).items()}
        try:
            answer = self._store.query(query, substitutions=terms)
        except SyntaxError as error:
            raise QueryError(f"{error}.", location=Location("query of a shape")) from error
        except RefusedError as error:
            copy = OxigraphEngine(self.pulled(), is_union=False)
            self.refused[query] = str(error)
            return copy.select(query, bindings)
        if not isinstance(answer, RemoteSolutions):
            raise QueryError("The query is no SELECT query.")
        return tuple(variable.value for variable in answer.variables), iter(answer)  # type: ignore[arg-type]

    def ask(self, query: str) -> bool:
        """Return the answer to an ASK query; errors are those of `select`."""
        answer = self._store.query(query)
        if not isinstance(answer, ox.QueryBoolean):
            raise QueryError("The query is no ASK query.")
        return bool(answer)

    def with_graph(self, name: ox.NamedNode, triples: Iterable[ox.Triple]) -> OxigraphEngine:
        """Return an engine over a copy of the data, here, that has one more named graph.

        This is for the few queries that read the shapes graph: it is not ours to add to the server.
        """
        return OxigraphEngine(self.pulled(), is_union=False).with_graph(name, triples)

    def takes_over(self, query: str, error: EndpointError) -> bool:
        """Tell whether a query is to be run on the copy: the server refused it, or failed."""
        if isinstance(error, RefusedError):
            self.refused[query] = str(error)
        return isinstance(error, RefusedError)

    def pulled(self) -> ox.Store:
        """Give a copy of the data with its graphs, which is pulled once.

        Raises:
            EndpointError: as for `select`.
        """
        with self._lock:
            if self._copy is None:
                copy = ox.Store()
                copy.bulk_extend(self._store.quads_for_pattern(None, None, None, None))
                self._copy = copy
            return self._copy
