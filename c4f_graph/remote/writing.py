"""Writing to a server: SPARQL Update, and graphs by the SPARQL 1.1 Graph Store Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.errors import EndpointError
from c4f_graph.remote.dialects import N_QUADS, N_TRIPLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from c4f_graph.remote.store import RemoteStore

# What a server without a graph store says at the address where it would be.
_NO_GRAPH_STORE = (404, 405, 501)
# Seconds: a server says nothing until it is done, and a million statements take it minutes.
_SILENCE = 3600.0


class RemoteWriter:
    """Writes to the graph behind an endpoint.

    Args:
        store: the endpoint, as it is read.
    """

    def __init__(self, store: RemoteStore) -> None:
        self._store = store
        dialect, endpoint = store.dialect, store.endpoint
        self._update = endpoint.update or dialect.beside(endpoint.query, dialect.update_path)
        self._graph_store = endpoint.graph_store or dialect.beside(
            endpoint.query, dialect.graph_store_path
        )

    def update(self, text: str) -> None:
        """Run an update of SPARQL 1.1.

        Raises:
            EndpointError: the server cannot be reached, does not take it, or is one whose update
                address is not known.
        """
        if self._update is None:
            raise EndpointError(
                f"where {self._store.dialect.name} takes updates is not known.",
                hint="Give it with --update-endpoint.",
            )
        self._store.connection.send(
            "POST",
            self._update,
            headers={"Content-Type": "application/sparql-update"},
            data=text.encode(),
            silence=_SILENCE,
        ).close()

    def add_to_graph(self, name: ox.NamedNode, triples: bytes) -> None:
        """Add N-Triples to a graph, by an update where the server has no graph store.

        Raises:
            EndpointError: as for `update`.
        """
        if not self._posted(triples, N_TRIPLES, {"graph": name.value}):
            self.update(f"INSERT DATA {{ GRAPH {name} {{\n{triples.decode()}}} }}")

    def add_quads(self, quads: bytes) -> bool:
        """Add N-Quads, where the dialect says that the graph store takes them.

        Returns:
            False where the server has no graph store; nothing was added.

        Raises:
            EndpointError: as for `update`.
        """
        return self._posted(quads, N_QUADS, {})

    def load_quads(self, quads: Iterable[bytes]) -> bool:
        """Add N-Quads of any number at once, whole or not at all, by the engine's bulk loader.

        Args:
            quads: pieces, which come anew each time that they are iterated over.

        Returns:
            False where the dialect knows of no bulk loader, or there is no graph store; nothing was
            added.

        Raises:
            EndpointError: as for `update`; what was sent whole may yet be added.
        """
        parameter = self._store.dialect.bulk_parameter
        return parameter is not None and self._posted(quads, N_QUADS, {parameter: ""})

    def _posted(
        self, data: bytes | Iterable[bytes], media_type: str, params: dict[str, str]
    ) -> bool:
        """Send data to the graph store, and tell whether there is one."""
        if self._graph_store is None:
            return False
        answer = self._store.connection.send(
            "POST",
            self._graph_store,
            params=params,
            headers={"Content-Type": media_type},
            data=data,
            statuses=_NO_GRAPH_STORE,
            silence=_SILENCE,
        )
        answer.close()
        if answer.status in _NO_GRAPH_STORE:
            self._graph_store = None
            return False
        return True
