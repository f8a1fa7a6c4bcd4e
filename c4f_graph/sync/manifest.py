"""What a server knows of the pushes it got: each graph's state, what is staged, and who pushes now.

It stands in a graph of its own, `urn:c4f:manifest`. Names that begin with `urn:c4f:` are ours, and
no query of ours sees them among the named graphs.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.remote.dialects import OWN
from c4f_graph.remote.store import RemoteSolutions
from c4f_graph.sync.states import GraphState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.remote.store import RemoteStore

MANIFEST = f"{OWN}manifest"
_HASH = f"{OWN}hash"
_STATEMENTS = f"{OWN}statements"
_STAGED = f"{OWN}staged"
_LOCK = f"{OWN}push"
_TOKEN = f"{OWN}token"


def staging_graph(name: str, state: GraphState) -> str:
    """Name the graph in which a state of a graph waits. The same state waits in the same one."""
    return f"{OWN}staging:{hashlib.sha256(f'{name} {state.hash}'.encode()).hexdigest()[:32]}"


def graph_sizes(store: RemoteStore) -> dict[str, int]:
    """Count the statements of each graph of a server.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    return {str(graph): int(count) for graph, count in _rows(store, query)}


def remote_states(store: RemoteStore) -> dict[str, GraphState | None]:
    """Give the state of each graph of a server; None where it is not what was pushed last.

    Raises:
        EndpointError: the server cannot be reached, or does not answer as it should.
    """
    counted = graph_sizes(store)
    pushed = {
        str(graph): GraphState(str(digest), int(count))
        for graph, digest, count in _rows(
            store,
            f"SELECT ?g ?hash ?n WHERE {{ GRAPH <{MANIFEST}> {{ "
            f"?g <{_HASH}> ?hash ; <{_STATEMENTS}> ?n }} }}",
        )
    }
    return {
        graph: pushed[graph] if graph in pushed and pushed[graph].statements == count else None
        for graph, count in counted.items()
    }


def pushed_graphs(store: RemoteStore) -> set[str]:
    """List the graphs that pushes have made.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = f"SELECT ?g WHERE {{ GRAPH <{MANIFEST}> {{ ?g <{_HASH}> ?hash }} }}"
    return {str(graph) for (graph,) in _rows(store, query)}


def staged_graphs(store: RemoteStore) -> set[str]:
    """List the staging graphs that are complete.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = f"SELECT ?g WHERE {{ GRAPH <{MANIFEST}> {{ ?g <{_STAGED}> true }} }}"
    return {str(graph) for (graph,) in _rows(store, query)}


def staged_update(graphs: Iterable[str]) -> str:
    """Write the update that says of staging graphs that they are complete."""
    marks = " ".join(f"<{graph}> <{_STAGED}> true ." for graph in graphs)
    return f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ {marks} }} }}"


def pushed_update(name: str, state: GraphState | None, staging: str | None) -> list[str]:
    """Write the update operations that record a graph's new state, or that it is gone."""
    operations = [
        f"DELETE WHERE {{ GRAPH <{MANIFEST}> {{ <{name}> ?property ?value }} }}",
    ]
    if staging is not None:
        operations.append(
            f"DELETE WHERE {{ GRAPH <{MANIFEST}> {{ <{staging}> ?property ?value }} }}"
        )
    if state is not None:
        operations.append(
            f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ "
            f'<{name}> <{_HASH}> "{state.hash}" ; <{_STATEMENTS}> {state.statements} }} }}'
        )
    return operations


def lock_tokens(store: RemoteStore) -> set[str]:
    """List who pushes now, or broke off.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = f"SELECT ?t WHERE {{ GRAPH <{MANIFEST}> {{ <{_LOCK}> <{_TOKEN}> ?t }} }}"
    return {str(token) for (token,) in _rows(store, query)}


def lock_update(token: str) -> str:
    """Write the update that takes the lock, if nobody has it."""
    return (
        f'INSERT {{ GRAPH <{MANIFEST}> {{ <{_LOCK}> <{_TOKEN}> "{token}" }} }} WHERE {{ '
        f"{{ SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{MANIFEST}> {{ "
        f"<{_LOCK}> <{_TOKEN}> ?other }} }} }} FILTER(?n = 0) }}"
    )


def unlock_update(token: str) -> str:
    """Write the update that gives a lock back."""
    return f'DELETE DATA {{ GRAPH <{MANIFEST}> {{ <{_LOCK}> <{_TOKEN}> "{token}" }} }}'


def _rows(store: RemoteStore, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(query)
    if not isinstance(solutions, RemoteSolutions):
        raise AssertionError("a SELECT query gives rows")
    return [
        tuple(term.value for term in row if isinstance(term, ox.NamedNode | ox.Literal))
        for row in solutions
    ]
