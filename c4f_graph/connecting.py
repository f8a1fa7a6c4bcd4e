"""Open the graph on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.errors import EndpointError
from c4f_graph.graph import ProgrammeGraph
from c4f_graph.paths import corpus_paths
from c4f_graph.remote import RemoteStore, find_endpoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def connect(
    endpoint: str | None = None,
    corpus: Path | None = None,
    *,
    update_endpoint: str | None = None,
    graph_store_endpoint: str | None = None,
    federate: Sequence[str] = (),
) -> ProgrammeGraph:
    """Open the graph on a server, with the corpus's questions and shapes.

    Args:
        endpoint: the query address, or the name of a profile; without it, `C4F_ENDPOINT`.
        corpus: as for `c4f_graph.open`.
        update_endpoint: the update address, where it is not the engine's usual one.
        graph_store_endpoint: the Graph Store Protocol's address, likewise.
        federate: the query addresses of further endpoints, to be asked at once with the first by
            Comunica; the profile must list them.

    Raises:
        EndpointError: no address is given, or it cannot be used, or Comunica is needed and not
            installed; the server is not asked yet.
        InputError: a configuration file that cannot be read, or has no such profile.
    """
    found = find_endpoint(endpoint, update_endpoint, graph_store_endpoint)
    if found is None:
        raise EndpointError("no endpoint is given.", hint="Give its address, or set C4F_ENDPOINT.")
    if not federate:
        return ProgrammeGraph(RemoteStore(found), corpus_paths(corpus), None, None, False)
    from c4f_graph.remote.federation import FederatedStore

    store = FederatedStore(found, tuple(federate))
    return ProgrammeGraph(store, corpus_paths(corpus), None, None, False)
