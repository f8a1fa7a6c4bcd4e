"""Writing to a server: SPARQL Update, and graphs by the SPARQL 1.1 Graph Store Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.errors import EndpointError
from c4f_graph.remote.dialects import N_TRIPLES

if TYPE_CHECKING:
    from typing import IO

    import pyoxigraph as ox

    from c4f_graph.remote.store import RemoteStore


class RemoteWriter:
    """Writes to the graph behind an endpoint.

    Args:
        store: the endpoint, as it is read.
    """

    def __init__(self, store: RemoteStore) -> None:
        self._store = store

    @property
    def _update_address(self) -> str:
        dialect = self._store.dialect
        endpoint = self._store.endpoint
        address = endpoint.update or dialect.beside(endpoint.query, dialect.update_path)
        if address is None:
            raise EndpointError(
                f"where {dialect.name} takes updates is not known.",
                hint="Give it with --update-endpoint.",
            )
        return address

    @property
    def _graph_store_address(self) -> str:
        dialect = self._store.dialect
        endpoint = self._store.endpoint
        address = endpoint.graph_store or dialect.beside(endpoint.query, dialect.graph_store_path)
        if address is None:
            raise EndpointError(
                f"where the graph store of {dialect.name} is, is not known.",
                hint="Give it with --graph-store-endpoint.",
            )
        return address

    def update(self, text: str) -> None:
        """Run an update of SPARQL 1.1.

        Raises:
            EndpointError: the server cannot be reached, or does not take it.
        """
        self._store.connection.send(
            "POST",
            self._update_address,
            headers={"Content-Type": "application/sparql-update"},
            data=text.encode(),
        ).close()

    def put_graph(self, name: ox.NamedNode, triples: bytes | IO[bytes]) -> None:
        """Make a graph of N-Triples, in place of what it had.

        Raises:
            EndpointError: as for `update`.
        """
        self._graph("PUT", name, triples)

    def add_to_graph(self, name: ox.NamedNode, triples: bytes | IO[bytes]) -> None:
        """Add N-Triples to a graph.

        Raises:
            EndpointError: as for `update`.
        """
        self._graph("POST", name, triples)

    def drop_graph(self, name: ox.NamedNode) -> None:
        """Remove a graph, if it is there.

        Raises:
            EndpointError: as for `update`.
        """
        self._store.connection.send(
            "DELETE", self._graph_store_address, params={"graph": name.value}, missing=True
        ).close()

    def _graph(self, method: str, name: ox.NamedNode, triples: bytes | IO[bytes]) -> None:
        self._store.connection.send(
            method,
            self._graph_store_address,
            params={"graph": name.value},
            headers={"Content-Type": N_TRIPLES},
            data=triples,
        ).close()
