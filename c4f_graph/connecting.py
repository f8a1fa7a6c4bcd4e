"""Open the graph on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.errors import EndpointError
from c4f_graph.graph import ProgrammeGraph
from c4f_graph.paths import corpus_paths
from c4f_graph.remote import RemoteStore, find_endpoint

if TYPE_CHECKING:
    from pathlib import Path


def connect(
    endpoint: str | None = None,
    corpus: Path | None = None,
    *,
    update_endpoint: str | None = None,
    graph_store_endpoint: str | None = None,
) -> ProgrammeGraph:
    """Open the graph on a server, with the corpus's questions and shapes.

    Args:
        endpoint: the query address, or the name of a profile; without it, `C4F_ENDPOINT`.
        corpus: as for `c4f_graph.open`.
        update_endpoint: the update address, where it is not the engine's usual one.
        graph_store_endpoint: the Graph Store Protocol's address, likewise.

    Raises:
        EndpointError: no address is given, or it cannot be used; the server is not asked yet.
        InputError: a configuration file that cannot be read, or has no such profile.
    """
    found = find_endpoint(endpoint, update_endpoint, graph_store_endpoint)
    if found is None:
        raise EndpointError("no endpoint is given.", hint="Give its address, or set C4F_ENDPOINT.")
    return ProgrammeGraph(RemoteStore(found), corpus_paths(corpus), None, None, False)
