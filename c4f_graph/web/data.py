"""The data behind an IRI, whole graphs, and where an IRI leads (https://www.w3.org/TR/cooluris/).

Whole graphs are read by the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/);
what would change one is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse

from c4f_graph.web.jobs import pick
from c4f_graph.web.negotiation import QUAD_FORMS, TRIPLE_FORMS, Form
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.requests import done, statements
from c4f_graph.web.resources import BASE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_HTML = Form("html", "text/html", ("application/xhtml+xml",))


async def dereference(request: Request) -> Response:
    """Lead from the IRI of a thing to its page, or to its data, as the client likes best.

    Raises:
        ProblemError: nothing is known of it.
    """
    name = request.url.path.removeprefix("/")
    iri = (await done(request, {"do": "known", "name": name})).body.decode()
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
    response = await statements(request, form, {"do": "statements", "name": name})
    response.headers["Link"] = f'<{BASE}{quote(name)}>; rel="describes"'
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
    return await statements(
        request, form, {"do": "statements", "graph_name": names[0] if names else None}
    )
