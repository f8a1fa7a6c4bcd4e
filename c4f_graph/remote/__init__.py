"""A graph on a server, asked through the SPARQL 1.1 Protocol and the Graph Store Protocol."""

from c4f_graph.remote.endpoint import Endpoint, find_endpoint
from c4f_graph.remote.store import RemoteStore

__all__ = ["Endpoint", "RemoteStore", "find_endpoint"]
