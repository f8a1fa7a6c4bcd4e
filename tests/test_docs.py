"""The guides among the pages: sections of the project's own documents, with links that lead on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_pages import Document, client_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    import c4f_graph


@pytest.fixture(scope="module")
def client(graph: c4f_graph.ProgrammeGraph) -> Iterator[TestClient]:
    with client_of(graph) as client:
        yield client


def test_the_guides_are_listed_and_can_be_read(client: TestClient) -> None:
    listed = [link for link in Document(client.get("/docs").text).links() if "/docs/" in link]
    assert {"/docs/a-source", "/docs/a-question", "/docs/a-shape", "/docs/api"} <= set(listed)
    for link in listed:
        page = client.get(link)
        assert page.status_code == 200, link
        assert len(Document(page.text).text) > 400, link


def test_a_guide_is_the_section_with_links_that_lead_on(client: TestClient) -> None:
    page = client.get("/docs/a-source?lang=de")
    document = Document(page.text)
    assert '<article lang="en">' in page.text
    assert "One document is one file, and the file is one named graph." in document.text
    assert "@prefix c4f:" in document.text
    # A file of the repository is named; the ontology has a page; a section that is none is no link.
    assert "/schema?lang=de" in document.links()
    assert not [link for link in document.links() if ".ttl" in link or "golden" in link]
    assert client.get("/docs/the-code").status_code == 404


def test_the_interface_names_each_question_and_its_parameters(
    client: TestClient, graph: c4f_graph.ProgrammeGraph
) -> None:
    page = client.get("/docs/api").text
    for question in graph.questions():
        assert f'id="q-{question.id}"' in page
        for parameter in question.parameters:
            assert f"<code>{parameter.name}</code>" in page
    assert "must be given" in page
    assert "/api/openapi.json" in Document(page).links()
