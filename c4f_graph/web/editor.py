"""The page on which a query is written: with completion where there are scripts, else as a form.

The query runs as one that is sent to `/sparql` does: in a worker, within the server's limits.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.responses import Response
from starlette.routing import Route

from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import C4F, OWL, PREFIXES, SKOS
from c4f_graph.questions import bind
from c4f_graph.sparql_text import with_values
from c4f_graph.web.asking import Asking
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.requests import cached, done, unchanged
from c4f_graph.web.served import edition_tag

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from c4f_graph.questions import Question
    from c4f_graph.web.jobs import Done
    from c4f_graph.web.page import Page
    from c4f_graph.web.view import Cell

_SHOWN = 1000
_LONGEST_SHOWN = 200_000
_ACCEPTED = "application/sparql-results+json, text/turtle"
_ROW_FORMATS = ("csv", "tsv", "json", "xml")
_TRIPLE_FORMATS = ("ttl", "jsonld", "nt", "rdfxml")
_LOCAL = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_PLACE = re.compile(r"line (?P<line>\d+), column (?P<column>\d+)")
_FIRST = f"""\
PREFIX c4f: <{C4F}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>

SELECT ?cluster ?name WHERE {{
  ?cluster a c4f:Cluster ; rdfs:label ?name
  FILTER(LANG(?name) = "en")
}}
ORDER BY ?name
"""
_TERMS = f"""
SELECT DISTINCT ?term ?kind WHERE {{
  {{ VALUES ?kind {{ <{OWL}Class> <{SKOS}Concept> }} ?term a ?kind }}
  UNION {{ SELECT DISTINCT ?term WHERE {{ ?thing ?term ?value }} }}
  UNION {{ VALUES ?of {{ <{OWL}ObjectProperty> <{OWL}DatatypeProperty> }} ?term a ?of }}
  FILTER(isIRI(?term))
}}
ORDER BY ?term ?kind
"""
_KINDS = {f"{OWL}Class": "class", f"{SKOS}Concept": "concept"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer to a query as a reader sees it.

    Attributes:
        columns: those of a SELECT.
        rows: the first of its rows.
        row_count: how many there are.
        text: what it is that is no table: the truth, or statements as Turtle.
        formats: what it can be downloaded as.
    """

    columns: tuple[str, ...]
    rows: list[list[Cell]]
    row_count: int
    text: str
    formats: tuple[str, ...]


def routes() -> list[BaseRoute]:
    """Give the page and its terms, for an application that answers `/sparql`."""
    return [Route("/editor", _editor), Route("/editor/terms.json", _terms)]


async def _editor(request: Request) -> Response:
    text = request.query_params.get("query", "").replace("\r\n", "\n")
    answer: Done | None = None
    problem: ProblemError | None = None
    if text.strip():
        job = {"do": "query", "text": text, "default_graphs": (), "named_graphs": ()}
        try:
            answer = await done(request, {**job, "accept": _ACCEPTED, "form": None})
        except ProblemError as error:
            problem = error
    return await asyncio.to_thread(_page, request, text, answer, problem)


def _page(
    request: Request, text: str, answer: Done | None, problem: ProblemError | None
) -> Response:
    asking = Asking(request)
    page = asking.page
    named = request.query_params.get("question")
    if named and not text:
        try:
            text = _example(page, page.graph.question(named), dict(request.query_params))
        except ParameterError as error:
            problem = ProblemError(404, error.message, error.hint)
    place = _PLACE.match(problem.message) if problem else None
    content = page.render(
        "editor.html",
        query=text or _FIRST.replace('"en"', f'"{page.language.code}"'),
        shown=_shown(page, answer) if answer else None,
        answers=f"{asking.links.root}/sparql?{urlencode({'query': text})}",
        problem=problem,
        place=place,
        questions=page.graph.questions(),
        prefixes=PREFIXES,
    )
    return asking.response(content, problem.status if problem else 200)


def _shown(page: Page, answer: Done) -> Shown:
    if "json" not in answer.content_type:
        text = answer.body.decode()
        return Shown((), [], 0, text[:_LONGEST_SHOWN], _TRIPLE_FORMATS)
    results = ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        text = page.language.text(f"truth.{str(bool(results)).lower()}")
        return Shown((), [], 0, text, ("json", "xml"))
    columns = tuple(variable.value for variable in results.variables)
    rows, count = [], 0
    for row in results:
        count += 1
        if count <= _SHOWN:
            rows.append([page.view.cell(row[index], name) for index, name in enumerate(columns)])
    return Shown(columns, rows, count, "", _ROW_FORMATS)


def _example(page: Page, question: Question, given: dict[str, str]) -> str:
    """Give the query of a question; a parameter that must be given is the first that there is."""
    arguments = {}
    for parameter in question.parameters:
        if given.get(parameter.name):
            arguments[parameter.name] = given[parameter.name]
        elif parameter.default is None and parameter.kind is not None:
            arguments[parameter.name] = page.edition.names.of_kind(parameter.kind)[0]
    lines = question.query.splitlines()
    query = "\n".join(line for line in lines if not line.startswith("#+")).strip()
    return with_values(query, bind(page.graph.store, question, arguments)) + "\n"


async def _terms(request: Request) -> Response:
    """Give the terms that a query can have, each with its name in the reader's language."""
    return await asyncio.to_thread(_terms_response, request)


def _terms_response(request: Request) -> Response:
    page = Asking(request).page
    tag = edition_tag(page.graph, "terms", page.language.code)
    if same := unchanged(request, tag):
        return same
    answer = run_query(page.graph.store, _TERMS)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    terms: dict[str, dict[str, str]] = {}
    for term, kind in answer.rows:
        iri = term.value  # type: ignore[union-attr]
        known = terms.get(iri)
        if known is None or kind is not None:
            sort = "property" if kind is None else _KINDS[kind.value]  # type: ignore[union-attr]
            terms[iri] = {"term": _written(iri), "kind": sort, "name": page.view.property_name(iri)}
    content = json.dumps(list(terms.values()), ensure_ascii=False)
    return cached(Response(content, media_type="application/json"), tag)


def _written(iri: str) -> str:
    """Write an IRI as a query has it: with a prefix where it needs no escapes then."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"
