"""What the data of a name are, found in a worker: a thing or a graph, or the nearest to it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import RDF
from c4f_graph.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.graph import ProgrammeGraph

BASE = "https://w3id.org/c4f/"
SPACES = ("id", "graph", "vocab", "ontology")
_NEAREST = 3
_TYPE = ox.NamedNode(f"{RDF}type")


def known(graph: ProgrammeGraph, name: str) -> str:
    """Give the IRI of what has a name here, such as `id/cluster/saxocell`.

    Raises:
        ProblemError: nothing is known of it (with the nearest).
    """
    iri = BASE + name
    try:
        node = ox.NamedNode(iri)
    except ValueError as error:
        raise ProblemError(404, "no IRI can be called that.") from error
    if name.partition("/")[0] in SPACES:
        for pattern in ((node, None, None, None), (None, None, None, node)):
            if next(iter(graph.store.quads_for_pattern(*pattern)), None) is not None:
                return iri
    names = {
        quad.subject.value
        for quad in graph.store.quads_for_pattern(None, _TYPE, None, ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
    }
    raise ProblemError(404, f"nothing is known of <{iri}>.", _did_you_mean(iri, names))


def statements_of(
    graph: ProgrammeGraph, name: str | None, graph_name: str | None
) -> Iterable[ox.Quad]:
    """Give what is said of a thing and with it, what a named graph says, or, with neither, all.

    Args:
        graph: the graph.
        name: the name of a thing or graph here, as for `known`.
        graph_name: the IRI of a named graph.

    Raises:
        ProblemError: there is no such thing or graph (with the nearest).
    """
    store = graph.embedded
    graphs = {node.value for node in store.named_graphs() if isinstance(node, ox.NamedNode)}
    if name is not None:
        iri = known(graph, name)
        if iri not in graphs:
            node = ox.NamedNode(iri)
            return _named(
                {
                    *store.quads_for_pattern(node, None, None, None),
                    *store.quads_for_pattern(None, None, node, None),
                }
            )
        graph_name = iri
    if graph_name is not None and graph_name not in graphs:
        near = _did_you_mean(graph_name, graphs)
        raise ProblemError(404, f"there is no graph <{graph_name}>.", near)
    place = None if graph_name is None else ox.NamedNode(graph_name)
    return _named(store.quads_for_pattern(None, None, None, place))


def _named(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    return (quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph))


def _did_you_mean(iri: str, names: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(iri, sorted(names), n=_NEAREST, cutoff=0.8)
    return f"Did you mean {', '.join(f'<{name}>' for name in near)}?" if near else None
