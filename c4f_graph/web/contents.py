"""What each page of the graph holds, as HTML: the same behind a server and in a folder of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import C4F, RDFS, SKOS
from c4f_graph.web.documents import document_html, documents
from c4f_graph.web.entity import mentions_of, properties_of, said_in
from c4f_graph.web.lists import listed
from c4f_graph.web.network import network
from c4f_graph.web.overview import milestones, overview
from c4f_graph.web.schema import (
    ONTOLOGY,
    SCHEME,
    concepts_of,
    instances_of,
    more_about,
    ontology_of,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from c4f_graph.web.answers import Asked
    from c4f_graph.web.page import Page

LISTED = ("cluster", "actor", "project", "milestone", "source")
"""The kinds that have a page which lists them, with that of their names."""


def overview_page(page: Page, today: datetime.date) -> str:
    """Show the programme at a glance, as of a day.

    Raises:
        QueryError: no answer in time; so with all pages that ask the graph.
    """
    return page.render("overview.html", shown=overview(page.graph, page.view, today))


def list_page(page: Page, kind: str) -> str:
    """List all things of a kind, one of `LISTED`."""
    names = page.edition.names
    iris = [iri for iri in names if (names.page(iri) or "").startswith(f"/{kind}/")]
    if kind == "source":
        iris = [iri for iri in iris if names.kind(iri) == f"{C4F}Source"]
        items = sorted(
            ((page.view.link(iri), page.edition.note(iri, page.language.code)) for iri in iris),
            key=lambda item: (item[0].text.casefold(), item[1].iri),
        )
        return page.render("sources.html", items=items)
    headings, things = listed(page.graph, page.view, kind, iris)
    return page.render("list.html", kind=kind, headings=headings, items=things)


def entity_page(page: Page, iri: str, today: datetime.date) -> str:
    """Show what is said of a thing, and what mentions it; of a cluster, its milestones too."""
    its_class = page.edition.names.kind(iri)
    if its_class == SCHEME:
        concepts = concepts_of(page.graph, page.view, iri)
        return page.render(
            "vocabulary.html", iri=iri, concepts=concepts, ontology=ontology_of(page.graph)
        )
    is_cluster = its_class == f"{C4F}Cluster"
    return page.render(
        "entity.html",
        iri=iri,
        kind=page.view.link(its_class) if its_class else None,
        properties=properties_of(page.graph, page.view, iri),
        mentions=mentions_of(page.graph, page.view, iri),
        line=milestones(page.graph, page.view, today, iri) if is_cluster else None,
    )


def source_page(page: Page, iri: str) -> str:
    """Show what a source says, and what it is."""
    return page.render(
        "source.html",
        iri=iri,
        note=page.edition.note(iri, page.language.code),
        properties=properties_of(page.graph, page.view, iri),
        subjects=said_in(page.graph, page.view, iri),
    )


def network_page(page: Page, kind: str = "", state: str = "") -> str:
    """Show who takes part in what, of a kind of actor and of a Land, both by their slugs."""
    shown = network(page.graph, page.view, kind, state)
    return page.render("network.html", shown=shown, kind=kind, state=state)


def questions_page(page: Page) -> str:
    """List the saved questions."""
    return page.render("questions.html", questions=page.graph.questions())


def question_page(
    page: Page, shown: Asked, given: Mapping[str, str], formats: Sequence[str]
) -> str:
    """Show a question and its answer, which can be downloaded in some formats."""
    asked_for = {name: value for name, value in given.items() if value}
    return page.render("question.html", shown=shown, given=asked_for, formats=formats)


def data_page(page: Page) -> str:
    """Show how the data can be had."""
    return page.render("data.html", edition=page.graph.in_use[1])


def docs_page(page: Page) -> str:
    """List the pages on how to add to the data."""
    return page.render("docs.html", documents=documents().values())


def document_page(page: Page, slug: str) -> str | None:
    """Show how to do one thing; None where there is no such page."""
    document = documents().get(slug)
    if document is None:
        return None
    text = document_html(page, document)
    return page.render("document.html", document=document, text=text)


def schema_page(page: Page) -> str:
    """Show the ontology: all classes, properties, datatypes and vocabularies."""
    return page.render(
        "schema.html",
        iri=ONTOLOGY,
        ontology=ontology_of(page.graph),
        kinds=("class", "property", "datatype"),
    )


def term_page(page: Page, name: str) -> str | None:
    """Show a class, property or datatype by its name, with its rules; None where there is none."""
    ontology = ontology_of(page.graph)
    term = ontology.terms.get(name)
    if term is None:
        return None
    code = page.language.code
    expected = term.values.get(f"{C4F}expects", ())
    return page.render(
        "term.html",
        term=term,
        ontology=ontology,
        also=term.texts(f"{SKOS}altLabel", code),
        comments=term.texts(f"{RDFS}comment", code),
        examples=term.texts(f"{SKOS}example", code),
        more=more_about(term, page.view),
        outgoing=ontology.with_end(term.iri, "domain"),
        incoming=ontology.with_end(term.iri, "range"),
        expected={node.value for node in expected if isinstance(node, ox.NamedNode)},
        rules=ontology.rules.get(term.iri, []),
        instances=instances_of(page.graph, page.view, term.iri) if term.kind == "class" else [],
    )
