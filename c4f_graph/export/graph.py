"""Export the graph, one named graph of it, or what belongs to one cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.export.jsonld import JsonLdContext, jsonld
from c4f_graph.export.order import ordered
from c4f_graph.export.turtle import trig, turtle
from c4f_graph.namespaces import GRAPH, ID, PREFIXES, VOCAB

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GRAPH_FORMATS = ("ttl", "jsonld", "nt", "nq", "trig", "rdfxml")
_DATASET_FORMATS = {"nq", "trig"}
_ROOT_ELEMENT = re.compile(r"<rdf:RDF[^>]*>")


def serialize(quads: Iterable[ox.Quad], rdf_format: str, context: Path) -> str:
    """Write quads; a format without named graphs gives their union.

    Args:
        quads: in any order.
        rdf_format: one of `GRAPH_FORMATS`.
        context: the JSON-LD context file.

    Returns:
        Text that is the same for the same statements.
    """
    if rdf_format in _DATASET_FORMATS:
        dataset = ordered(quads)
        if rdf_format == "trig":
            return trig(dataset)
        return "".join(f"{quad} .\n" for quad in dataset)
    union = ordered(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    if rdf_format == "ttl":
        return turtle(union)
    if rdf_format == "jsonld":
        return jsonld(union, JsonLdContext(context))
    if rdf_format == "nt":
        return "".join(f"{quad.triple} .\n" for quad in union)
    return _rdfxml(union)


def _rdfxml(union: list[ox.Quad]) -> str:
    """Write RDF/XML: the writer keeps its namespaces in no order, so they are put into one."""
    prefixes = {name: iri for name, iri in PREFIXES.items() if name not in {"id", "vocab"}}
    content = ox.serialize(
        [quad.triple for quad in union], format=ox.RdfFormat.RDF_XML, prefixes=prefixes
    )
    text = (content or b"").decode()
    root = _ROOT_ELEMENT.search(text)
    if root is None:
        raise AssertionError("RDF/XML without a root element")
    attributes = sorted(set(root.group()[len("<rdf:RDF") : -1].split()))
    return text.replace(root.group(), f"<rdf:RDF {' '.join(attributes)}>", 1)


def graph_quads(store: ox.Store, graph: ox.NamedNode | None = None) -> Iterable[ox.Quad]:
    """Give the statements of all named graphs, or of one."""
    return _named(store.quads_for_pattern(None, None, None, graph))


def cluster_quads(store: ox.Store, cluster: ox.NamedNode) -> set[ox.Quad]:
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
