"""The pages of the ontology: its terms with their rules and their use, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from c4f_graph.engine import Rows
from c4f_graph.namespaces import C4F
from tests.c4f_server import c4f_server
from tests.test_pages import Document, client_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    import c4f_graph
    from tests.corpus_copy import CorpusCopy


@pytest.fixture(scope="module")
def client(graph: c4f_graph.ProgrammeGraph) -> Iterator[TestClient]:
    with client_of(graph) as client:
        yield client


def cells(client: TestClient, path: str) -> list[str]:
    """Give the texts of a page, one for each line that has any."""
    return [line.strip() for line in Document(client.get(path).text).text.splitlines() if line]


def test_the_ontology_has_a_page_with_all_its_terms(
    client: TestClient, graph: c4f_graph.ProgrammeGraph
) -> None:
    page = Document(client.get("/schema").text)
    ids = {attributes.get("id") for _, attributes in page.elements}
    terms = graph.query(
        f"""SELECT DISTINCT ?term WHERE {{
          ?term <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <{C4F.removesuffix("#")}>
        }}"""
    )
    assert isinstance(terms, Rows)
    names = {str(term).strip("<>").removeprefix(C4F) for (term,) in terms.rows}
    assert len(names) > 130
    # A browser that is led from the IRI keeps what stands after #, and so finds the term.
    assert names <= ids
    links = page.links()
    assert {f"/schema/{name}" for name in names} <= set(links)
    assert all(client.get(f"/schema/{name}").status_code == 200 for name in sorted(names))
    assert "/concept/role" in links


def test_a_class_tells_its_members_properties_and_rules(
    client: TestClient, graph: c4f_graph.ProgrammeGraph
) -> None:
    page = client.get("/schema/Milestone").text
    links = Document(page).links()
    count = graph.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?milestone a <{C4F}Milestone> }}")
    assert isinstance(count, Rows)
    number = str(count.rows[0][0]).split('"')[1]
    assert f"<dt>Members</dt><dd>{number}</dd>" in page
    assert "/milestone/round-1-call" in links
    assert len([link for link in links if link.startswith("/milestone/")]) == int(number)
    assert "/schema/plannedDate" in links
    assert "A milestone is about something" in page
    assert "Milestone-subject" in page
    german = client.get("/schema/Milestone?lang=de").text
    assert "Ein Meilenstein handelt von etwas" in german
    assert "<h1>Meilenstein</h1>" in german
    assert "/schema/plannedDate?lang=de" in Document(german).links()


def test_a_property_tells_where_it_stands_and_what_it_asks_for(client: TestClient) -> None:
    page = client.get("/schema/budgetEUR").text
    links = Document(page).links()
    assert "/schema/Programme" in links
    assert "http://www.w3.org/2001/XMLSchema#decimal" in links
    assert "one true value" in page
    assert "630000000.00" in page
    # A rule on subjects of the property stands there, without the places of values to come.
    assert "budgetEUR" in page
    assert "{?" not in page
    assert "Also called" in client.get("/schema/startDate?lang=en").text or "Auch genannt" in (
        client.get("/schema/startDate?lang=de").text
    )
    # Several classes can have it.
    assert {"/schema/Cluster", "/schema/Event"} <= set(
        Document(client.get("/schema/startDate").text).links()
    )


def test_a_vocabulary_lists_its_concepts(
    client: TestClient, graph: c4f_graph.ProgrammeGraph
) -> None:
    page = client.get("/concept/role").text
    assert "/concept/role/coordinator" in Document(page).links()
    assert "Leads the network" in page
    used = graph.query(
        """SELECT (COUNT(DISTINCT ?thing) AS ?n) WHERE {
          ?thing ?property <https://w3id.org/c4f/vocab/role/coordinator>
          FILTER(!STRSTARTS(STR(?property), "http://www.w3.org/2004/02/skos/core#"))
        }"""
    )
    assert isinstance(used, Rows)
    row = page[page.index("/concept/role/coordinator") :]
    assert f'<td class="number">{str(used.rows[0][0]).split(chr(34))[1]}</td>' in row[:600]
    assert "Führt das Netzwerk" in client.get("/concept/role?lang=de").text
    # Narrower concepts stand below the broader ones.
    fields = client.get("/concept/technology-field").text
    assert 'class="d1"' in fields
    listed = Document(fields).links()
    assert len([link for link in listed if link.startswith("/concept/technology-field/")]) > 20


def test_what_is_shown_leads_to_its_class(client: TestClient) -> None:
    assert "/schema/Cluster" in Document(client.get("/cluster/saxocell").text).links()
    assert "/schema/Cluster" in Document(client.get("/search?q=cluster").text).links()


def test_a_term_that_is_not_there_has_neighbours(client: TestClient) -> None:
    answer = client.get("/schema/Clutser")
    assert answer.status_code == 404
    assert "/schema/Cluster" in Document(answer.text).links()


def test_the_iri_of_the_ontology_leads_to_its_page(built_copy: CorpusCopy) -> None:
    with c4f_server(built_copy.store, built_copy.root) as server:
        led = server.ask("/ontology", accept="text/html")
        assert (led.status, led.headers["location"]) == (303, "/schema")
        assert "Classes" in server.ask("/schema").text
        led = server.ask("/ontology", accept="text/turtle")
        assert (led.status, led.headers["location"]) == (303, "/data/ontology.ttl")
        led = server.ask("/vocab/role", accept="text/html")
        assert (led.status, led.headers["location"]) == (303, "/concept/role")
