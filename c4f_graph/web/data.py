"""The data behind an IRI, whole graphs, and where an IRI leads (https://www.w3.org/TR/cooluris/).

Whole graphs are read by the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/);
what would change one is refused.
"""

from __future__ import annotations

import asyncio
import difflib
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
from starlette.responses import RedirectResponse

from c4f_graph.namespaces import RDF
from c4f_graph.web.jobs import pick
from c4f_graph.web.negotiation import QUAD_FORMS, TRIPLE_FORMS, Form
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.requests import statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from c4f_graph.graph import ProgrammeGraph

BASE = "https://w3id.org/c4f/"
SPACES = ("id", "graph", "vocab", "ontology")
_HTML = Form("html", "text/html", ("application/xhtml+xml",))
_NEAREST = 3
_TYPE = ox.NamedNode(f"{RDF}type")


async def dereference(request: Request) -> Response:
    """Lead from the IRI of a thing to its page, or to its data, as the client likes best.

    Raises:
        ProblemError: nothing is known of it.
    """
    name = request.url.path.removeprefix("/")
    iri = await asyncio.to_thread(_known, request.app.state.graph, name)
    page: str | None = request.app.state.page_of(iri)
    forms = (*QUAD_FORMS, _HTML) if page else QUAD_FORMS
    form = pick(request.headers.get("accept", ""), request.query_params.get("format"), forms)
    target = page if page and form is _HTML else f"/data/{quote(name)}.{form.name}"
    return RedirectResponse(target, 303, {"Vary": "Accept", "Cache-Control": "public, no-cache"})


async def data(request: Request) -> Response:
    """Give what is said of a thing and with it, or, for a graph, all that it says.

    Raises:
        ProblemError: nothing is known of it, or there is no such form.
    """
    name, _, ending = request.path_params["name"].rpartition(".")
    form = next((form for form in QUAD_FORMS if form.name == ending), None)
    if form is None or not name:
        endings = ", ".join(f".{form.name}" for form in QUAD_FORMS)
        raise ProblemError(404, "there are no data of this name.", f"Its name ends in {endings}.")
    iri = await asyncio.to_thread(_known, request.app.state.graph, name)
    what = "graph_name" if iri in _graphs(request.app.state.graph) else "entity"
    response = await statements(request, form, {"do": "statements", what: iri})
    response.headers["Link"] = f'<{iri}>; rel="describes"'
    return response


async def graph_store(request: Request) -> Response:
    """Give a named graph, or the union of all of them, by the Graph Store Protocol.

    Raises:
        ProblemError: there is no such graph, or the address names none or two.
    """
    names = request.query_params.getlist("graph")
    wants_default = "default" in request.query_params
    if len(names) + wants_default != 1:
        raise ProblemError(
            400, "the address names no graph, or several.", "Add ?default or ?graph=IRI."
        )
    forms = TRIPLE_FORMS if wants_default else QUAD_FORMS
    form = pick(request.headers.get("accept", ""), request.query_params.get("format"), forms)
    here = _graphs(request.app.state.graph)
    if names and names[0] not in here:
        raise ProblemError(404, f"there is no graph <{names[0]}>.", _did_you_mean(names[0], here))
    return await statements(
        request, form, {"do": "statements", "graph_name": names[0] if names else None}
    )


def _graphs(graph: ProgrammeGraph) -> set[str]:
    return {node.value for node in graph.store.named_graphs() if isinstance(node, ox.NamedNode)}


def _known(graph: ProgrammeGraph, name: str) -> str:
    """Give the IRI of what has a name here, such as `id/cluster/saxocell`."""
    space = name.partition("/")[0]
    iri = BASE + name
    try:
        node = ox.NamedNode(iri)
    except ValueError as error:
        raise ProblemError(404, "no IRI can be called that.") from error
    if space in SPACES:
        for pattern in ((node, None, None, None), (None, None, None, node)):
            if next(iter(graph.store.quads_for_pattern(*pattern)), None) is not None:
                return iri
    known = {
        quad.subject.value
        for quad in graph.store.quads_for_pattern(None, _TYPE, None, ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
    }
    raise ProblemError(404, f"nothing is known of <{iri}>.", _did_you_mean(iri, known))


def _did_you_mean(iri: str, known: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(iri, sorted(known), n=_NEAREST, cutoff=0.8)
    return f"Did you mean {', '.join(f'<{name}>' for name in near)}?" if near else None
