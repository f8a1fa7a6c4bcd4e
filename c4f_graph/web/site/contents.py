"""Which pages and downloads the site has: one for each address that its pages link to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import C4F
from c4f_graph.web.answers import asked
from c4f_graph.web.contents import (
    LISTED,
    data_page,
    docs_page,
    document_page,
    entity_page,
    list_page,
    network_page,
    overview_page,
    question_page,
    questions_page,
    schema_page,
    source_page,
    term_page,
)
from c4f_graph.web.documents import documents
from c4f_graph.web.schema import ontology_of
from c4f_graph.web.site.links import ANSWER_FORMS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator

    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.questions import Question
    from c4f_graph.web.names import Names
    from c4f_graph.web.page import Page


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of the site.

    Attributes:
        path: its path, such as `/cluster/saxocell`.
        make: makes it.
        query: what the question on it is asked with.
        answered: the question that it answers, if it answers one.
    """

    path: str
    make: Callable[[Page], str]
    query: dict[str, str] = field(default_factory=dict)
    answered: Question | None = None


def site_pages(graph: ProgrammeGraph, names: Names, today: datetime.date) -> Iterator[SitePage]:
    """List the pages, the same in each language.

    Args:
        graph: the graph.
        names: its names.
        today: the day as of which milestones are due or overdue.

    Raises:
        QueryError: a page's query has no answer in time.
    """
    yield SitePage("/", lambda page: overview_page(page, today))
    for kind in LISTED:
        yield SitePage(f"/{kind}", _listing(kind))
    yield SitePage("/network", network_page)
    yield SitePage("/data", data_page)
    yield SitePage("/search", lambda page: page.render("search.html", wanted="", hits=[]))
    yield SitePage("/docs", docs_page)
    for slug in documents():
        yield SitePage(f"/docs/{slug}", _document(slug))
    yield SitePage("/schema", schema_page)
    for name in sorted(ontology_of(graph).terms):
        yield SitePage(f"/schema/{name}", _term(name))
    yield SitePage("/question", questions_page)
    for question in graph.questions():
        for given in arguments_of(question, names):
            is_answered = all(
                one.default is not None or one.name in given for one in question.parameters
            )
            answered = question if is_answered else None
            yield SitePage(f"/question/{question.id}", _question(question, given), given, answered)
    for iri in sorted(names):
        path = names.page(iri) or ""
        if path.startswith("/source/"):
            if names.kind(iri) == f"{C4F}Source":
                yield SitePage(path, _source(iri))
        elif path and not path.startswith("/schema"):
            yield SitePage(path, _entity(iri, today))


def arguments_of(question: Question, names: Names) -> list[dict[str, str]]:
    """List what a question is asked with in the site.

    Always with nothing; and, where all that it must be told is one thing of a class, with each.
    """
    must = [parameter for parameter in question.parameters if parameter.default is None]
    kinds = [parameter.kind for parameter in must if parameter.kind is not None]
    if len(must) != 1 or not kinds:
        return [{}]
    slugs = [iri.rpartition("/")[2] for iri in names.of_kind(kinds[0])]
    return [{}, *({must[0].name: slug} for slug in slugs)]


def _listing(kind: str) -> Callable[[Page], str]:
    return lambda page: list_page(page, kind)


def _document(slug: str) -> Callable[[Page], str]:
    return lambda page: document_page(page, slug) or ""


def _term(name: str) -> Callable[[Page], str]:
    return lambda page: term_page(page, name) or ""


def _source(iri: str) -> Callable[[Page], str]:
    return lambda page: source_page(page, iri)


def _entity(iri: str, today: datetime.date) -> Callable[[Page], str]:
    return lambda page: entity_page(page, iri, today)


def _question(question: Question, given: dict[str, str]) -> Callable[[Page], str]:
    def make(page: Page) -> str:
        shown = asked(page.graph, page.view, question, given)
        if shown.problem:
            raise ParameterError(f"the question {question.id} has no answer: {shown.problem}")
        return question_page(page, shown, given, ANSWER_FORMS)

    return make
