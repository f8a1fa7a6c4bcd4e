"""What a server knows of the pushes it got: each graph's state, what is staged, and who pushes now.

It stands in a graph of its own, `urn:c4f:manifest`. Names that begin with `urn:c4f:` are ours, and
no query of ours sees them among the named graphs.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import XSD
from c4f_graph.remote.dialects import OWN
from c4f_graph.remote.store import RemoteSolutions
from c4f_graph.sync.states import GraphState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from c4f_graph.remote.store import RemoteStore

MANIFEST = f"{OWN}manifest"
# The hash of what was pushed, how many statements that were, and how many the server made of them.
_HASH = f"{OWN}hash"
_STATEMENTS = f"{OWN}statements"
_HELD = f"{OWN}held"
_STAGING = f"{OWN}staging:"
_STAGED = f"{OWN}staged"
# A graph that is loaded whole: the load that may be under way, and the one that has come.
_LOADING = f"{OWN}loading"
_LOADED = f"{OWN}loaded"
_LOCK = f"{OWN}push"
_TOKEN = f"{OWN}token"


def staging_key(name: str, state: GraphState) -> str:
    """Give what the names of all graphs begin with in which a state of a graph waits."""
    return f"{_STAGING}{hashlib.sha256(f'{name} {state.hash}'.encode()).hexdigest()[:32]}:"


def new_staging_graph(key: str) -> str:
    """Name a graph to wait in, which no other push has, not even one that was cut off.

    A request of such a push may still reach the server, after those of the push that repeats it.
    """
    return f"{key}{uuid.uuid4().hex}"


def graph_sizes(store: RemoteStore) -> dict[str, int]:
    """Count the statements of each graph of a server.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    return {str(graph): int(count) for graph, count in _rows(store, query)}


def remote_states(
    store: RemoteStore, sizes: Mapping[str, int] | None = None
) -> dict[str, GraphState | None]:
    """Give the state of each graph of a server; None where it is not what was pushed last.

    Args:
        store: the server.
        sizes: what `graph_sizes` gives, where it was asked already.

    Raises:
        EndpointError: the server cannot be reached, or does not answer as it should.
    """
    counted = graph_sizes(store) if sizes is None else sizes
    pushed = {
        str(graph): (GraphState(str(digest), int(count)), int(held))
        for graph, digest, count, held in _rows(
            store,
            f"SELECT ?g ?hash ?n ?held WHERE {{ GRAPH <{MANIFEST}> {{ "
            f"?g <{_HASH}> ?hash ; <{_STATEMENTS}> ?n ; <{_HELD}> ?held }} }}",
        )
    }
    return {
        graph: pushed[graph][0] if graph in pushed and pushed[graph][1] == count else None
        for graph, count in counted.items()
    }


def pushed_hashes(store: RemoteStore) -> dict[str, str]:
    """Give the hash of each graph that pushes have made.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = f"SELECT ?g ?hash WHERE {{ GRAPH <{MANIFEST}> {{ ?g <{_HASH}> ?hash }} }}"
    return {str(graph): str(digest) for graph, digest in _rows(store, query)}


def staged_graphs(store: RemoteStore) -> dict[str, int]:
    """Give the staging graphs that are complete, and how many statements each has.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = f"SELECT ?g ?n WHERE {{ GRAPH <{MANIFEST}> {{ ?g <{_STAGED}> ?n }} }}"
    return {str(graph): int(count) for graph, count in _rows(store, query)}


def staging_graphs(store: RemoteStore) -> dict[str, int]:
    """Count the statements of all staging graphs, also of those that a push left incomplete.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = (
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
        f"FILTER(STRSTARTS(STR(?g), '{_STAGING}')) }} GROUP BY ?g"
    )
    return {str(graph): int(count) for graph, count in _rows(store, query, own=True)}


def staged_update(graphs: Iterable[str]) -> str:
    """Write the update that says of staging graphs that they are complete."""
    return " ;\n".join(
        f"INSERT {{ GRAPH <{MANIFEST}> {{ <{graph}> <{_STAGED}> ?n }} }} WHERE {{ "
        f"{{ SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} }} }}"
        for graph in graphs
    )


def drop_update(graphs: Iterable[str]) -> str:
    """Write the update that clears staging graphs away; the mark first, so that nobody uses one."""
    return " ;\n".join(f"{_unmark(graph)} ;\nDROP SILENT GRAPH <{graph}>" for graph in graphs)


def thin_updates(graph: str, statements: int, at_once: int) -> list[str]:
    """Write the updates that empty a staging graph a part at a time; the mark goes first."""
    some = (
        f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ SELECT ?s ?p ?o WHERE {{ "
        f"GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {at_once} }}"
    )
    return [_unmark(graph), *[some] * (statements // at_once)]


def _unmark(graph: str) -> str:
    return f"DELETE WHERE {{ GRAPH <{MANIFEST}> {{ <{graph}> ?property ?value }} }}"


def lock_pattern(token: str) -> str:
    """Write the pattern that matches, once, where the lock is held."""
    return f'GRAPH <{MANIFEST}> {{ <{_LOCK}> <{_TOKEN}> "{token}" }}'


def staged_pattern(waiting: str) -> str:
    """Write the pattern that matches, once, where a staging graph is complete."""
    return f"GRAPH <{MANIFEST}> {{ <{waiting}> <{_STAGED}> ?held }}"


def pushed_operations(name: str, state: GraphState, waiting: str, condition: str) -> list[str]:
    """Write the operations that record a graph's new state, and that it waits no more."""
    return [
        forget_operation(name, condition),
        f"INSERT {{ GRAPH <{MANIFEST}> {{ "
        f'<{name}> <{_HASH}> "{state.hash}" ; <{_STATEMENTS}> {state.statements} ; '
        f"<{_HELD}> ?held }} }} WHERE {{ {condition} }}",
        forget_operation(waiting, condition),
    ]


def forget_operation(name: str, condition: str) -> str:
    """Write the operation that takes all that is known of a graph out of the manifest."""
    known = f"GRAPH <{MANIFEST}> {{ <{name}> ?property ?value }}"
    return f"DELETE {{ {known} }} WHERE {{ {condition} {known} }}"


def loading_operation(name: str, load: str, condition: str) -> str:
    """Write the operation that says that a load of a graph may come to its end from now on."""
    return (
        f'INSERT {{ GRAPH <{MANIFEST}> {{ <{name}> <{_LOADING}> "{load}" }} }} '
        f"WHERE {{ {condition} }}"
    )


def loaded_lines(name: str, state: GraphState, load: str) -> str:
    """Write the N-Quads that come with the last statements of a graph that is loaded whole."""
    known = {
        _HASH: f'"{state.hash}"',
        _STATEMENTS: f'"{state.statements}"^^<{XSD}integer>',
        _HELD: f'"{state.statements}"^^<{XSD}integer>',
        _LOADED: f'"{load}"',
    }
    return "".join(f"<{name}> <{term}> {value} <{MANIFEST}> .\n" for term, value in known.items())


def loads(store: RemoteStore) -> dict[str, tuple[str, bool]]:
    """Give the loads that may come, by the graph, and whether each has come.

    Raises:
        EndpointError: as for `remote_states`.
    """
    query = (
        f"SELECT ?g ?load ?has WHERE {{ GRAPH <{MANIFEST}> {{ ?g <{_LOADING}> ?load "
        f"BIND(EXISTS {{ ?g <{_LOADED}> ?load }} AS ?has) }} }}"
    )
    return {str(graph): (str(load), has == "true") for graph, load, has in _rows(store, query)}


def no_load_update(name: str) -> str:
    """Write the update that forgets the loads of a graph."""
    return " ;\n".join(
        f"DELETE WHERE {{ GRAPH <{MANIFEST}> {{ <{name}> <{term}> ?load }} }}"
        for term in (_LOADING, _LOADED)
    )


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


def _rows(store: RemoteStore, query: str, *, own: bool = False) -> list[tuple[str, ...]]:
    solutions = store.query(query, own=own)
    if not isinstance(solutions, RemoteSolutions):
        raise AssertionError("a SELECT query gives rows")
    return [
        tuple(term.value for term in row if isinstance(term, ox.NamedNode | ox.Literal))
        for row in solutions
    ]
