"""Export the graph, one named graph of it, or what belongs to one cluster."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.entities import find_entity
from c4f_graph.errors import ParameterError
from c4f_graph.export.formats import GRAPH_FORMATS
from c4f_graph.export.jsonld import JsonLdContext, write_jsonld
from c4f_graph.export.order import ordered, ordered_lines
from c4f_graph.export.rdfxml import write_rdfxml
from c4f_graph.export.turtle import write_trig, write_turtle
from c4f_graph.namespaces import C4F, GRAPH, ID, VOCAB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import BinaryIO

    from c4f_graph.engine import QuadStore

_DATASET_FORMATS = {"nq", "trig"}


def serialize(quads: Iterable[ox.Quad], rdf_format: str, context: Path) -> str:
    """Write quads as text; see `serialize_to`."""
    stream = io.BytesIO()
    serialize_to(stream, quads, rdf_format, context)
    return stream.getvalue().decode()


def serialize_to(
    stream: BinaryIO,
    quads: Iterable[ox.Quad],
    rdf_format: str,
    context: Path,
    *,
    tell: Callable[[str], None] | None = None,
) -> None:
    """Write quads to a stream; a format without named graphs gives their union.

    The bytes are the same for the same statements. Memory does not grow with their number, but
    with that of one subject in JSON-LD.

    Args:
        stream: is given UTF-8, a piece at a time.
        quads: in any order.
        rdf_format: one of `formats.GRAPH_FORMATS`.
        context: the JSON-LD context file.
        tell: is told when there are too many blank nodes to name them anew.

    Raises:
        StoreError: the temporary folder has no room for sorting.
    """
    if rdf_format not in _DATASET_FORMATS:
        quads = (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    if rdf_format in {"nt", "nq"}:
        stream.writelines(ordered_lines(quads, tell=tell))
        return
    statements = ordered(quads, tell=tell)
    if rdf_format == "trig":
        write_trig(stream, statements)
    elif rdf_format == "ttl":
        write_turtle(stream, statements)
    elif rdf_format == "jsonld":
        write_jsonld(stream, statements, JsonLdContext(context))
    else:
        write_rdfxml(stream, statements)


def quads_to_export(
    store: QuadStore, rdf_format: str, *, graph: str | None = None, cluster: str | None = None
) -> Iterable[ox.Quad]:
    """Give what an export is of: everything, one named graph, or what belongs to one cluster.

    Args:
        store: the store.
        rdf_format: one of `GRAPH_FORMATS`.
        graph: a source's slug or IRI.
        cluster: a cluster's short name, slug or IRI.

    Raises:
        ParameterError: an unknown format, graph or cluster.
    """
    if rdf_format not in GRAPH_FORMATS:
        raise ParameterError(
            f'there is no export format "{rdf_format}".',
            hint=f"Choose from {', '.join(GRAPH_FORMATS)}.",
        )
    if cluster is not None:
        quads = cluster_quads(store, find_entity(store, cluster, f"{C4F}Cluster"))
        if graph is None:
            return quads
        source = _named_graph(store, graph)
        return {quad for quad in quads if quad.graph_name == source}
    return graph_quads(store, _named_graph(store, graph) if graph is not None else None)


def _named_graph(store: QuadStore, name: str) -> ox.NamedNode:
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and name in {
            graph.value,
            graph.value.removeprefix("https://w3id.org/c4f/"),
        }:
            return graph
    return find_entity(store, name, f"{C4F}Source")


def graph_quads(store: QuadStore, graph: ox.NamedNode | None = None) -> Iterable[ox.Quad]:
    """Give the statements of all named graphs, or of one."""
    return _named(store.quads_for_pattern(None, None, None, graph))


def cluster_quads(store: QuadStore, cluster: ox.NamedNode) -> set[ox.Quad]:
    """Collect what belongs to a cluster, with names for what it mentions and the sources' metadata.

    That is: the cluster; whatever points to it (phases, participations, projects, milestones);
    whatever points to those (awards); the entities and concepts all these mention; and the
    description of each source that says any of it.
    """
    quads = set(store.quads_for_pattern(cluster, None, None, None))
    members = {cluster}
    for _ in range(2):
        pointing = {
            quad.subject
            for member in members
            for quad in store.quads_for_pattern(None, None, member, None)
            if _is_entity(quad.subject)
        }
        members |= {node for node in pointing if isinstance(node, ox.NamedNode)}
        quads |= {
            quad for member in members for quad in store.quads_for_pattern(member, None, None, None)
        }
    mentioned = {quad.object for quad in quads} | {quad.predicate for quad in quads}
    for node in mentioned - members:
        if isinstance(node, ox.NamedNode) and (_is_entity(node) or node.value.startswith(VOCAB)):
            quads |= set(store.quads_for_pattern(node, None, None, None))
    quads = set(_named(quads))
    for graph in {quad.graph_name for quad in quads}:
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(GRAPH):
            quads |= set(store.quads_for_pattern(graph, None, None, graph))
    return quads


def _named(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """Leave out the default graph, which repeats the named ones."""
    return (quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph))


def _is_entity(node: object) -> bool:
    return isinstance(node, ox.NamedNode) and node.value.startswith(ID)
