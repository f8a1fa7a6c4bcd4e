"""The page on which a query is written, asked for as a browser without scripts does."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from c4f_graph.engine import Rows
from tests.c4f_server import C4fServer, c4f_server
from tests.corpus_copy import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import c4f_graph
    from tests.c4f_server import Reply

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[C4fServer]:
    with c4f_server(store, ROOT) as server:
        yield server


def write(server: C4fServer, query: str, **fields: str) -> Reply:
    return server.ask(f"/editor?{urlencode({'query': query, **fields})}", accept=BROWSER)


def written(page: str) -> str:
    """Give what stands in the form's field."""
    found = re.search(r'<textarea id="query".*?>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_a_query_is_answered_as_a_table(server: C4fServer) -> None:
    query = "SELECT ?cluster ?n WHERE { ?cluster a c4f:Cluster BIND(1 AS ?n) }"
    page = write(server, f"PREFIX c4f: <https://w3id.org/c4f/ontology#>\r\n{query}")
    assert page.status == 200
    assert "14 rows" in page.text
    assert '<a href="/cluster/saxocell">SaxoCell</a>' in page.text
    assert written(page.text) == f"PREFIX c4f: <https://w3id.org/c4f/ontology#>\n{query}"
    for name, begin in (("csv", "cluster,n\r\n"), ("json", "{"), ("tsv", "?cluster"), ("xml", "<")):
        link = re.search(rf'href="(/sparql\?[^"]*format={name})"', page.text)
        assert link
        assert server.ask(html.unescape(link[1])).text.startswith(begin)
    german = write(server, "SELECT ?x WHERE { VALUES ?x { 1.5 } }", lang="de")
    assert "1 Zeile" in german.text
    assert ">1,5</td>" in german.text


def test_the_first_rows_of_many_are_shown(server: C4fServer) -> None:
    page = write(server, "SELECT ?s ?p WHERE { ?s ?p ?o }")
    assert "The first 1,000 of" in page.text
    assert page.text.count("<tr>") == 1001
    assert "0 rows" in write(server, "SELECT ?s WHERE { ?s <urn:none> ?o }").text


def test_what_is_no_table_is_shown_as_text(server: C4fServer) -> None:
    asked = write(server, "ASK { ?s ?p ?o }")
    assert re.search("<pre[^>]*>yes</pre>", asked.text)
    built = write(server, 'CONSTRUCT { <urn:a> <urn:b> "<script>" } WHERE {}')
    assert "&lt;urn:a&gt; &lt;urn:b&gt; &#34;&lt;script&gt;&#34; ." in built.text
    assert "format=jsonld" in built.text


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("SELECT * WHERE {\n  ?s ?p\n}", 400, "line 3, column 2: syntax error"),
        ("DELETE WHERE { ?s ?p ?o }", 403, "update"),
        ("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, "SERVICE"),
        ('SELECT ("</textarea><script>alert(1)</script>" AS ?x', 400, "syntax error"),
    ],
)
def test_what_is_wrong_is_said_above_the_query(
    server: C4fServer, query: str, status: int, message: str
) -> None:
    page = write(server, query)
    assert page.status == status
    problem = re.search('<div class="problem" role="alert"(.*?)</div>', page.text, re.DOTALL)
    assert problem
    assert message in problem[1]
    assert ("data-line" in problem[1]) == ("line " in problem[1])
    assert written(page.text) == query
    assert "<script>" not in page.text


def test_a_query_that_takes_too_long_is_stopped(store: Path) -> None:
    with c4f_server(store, ROOT, "--timeout", "1") as server:
        page = write(server, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        assert page.status == 504
        assert 'role="alert"' in page.text
        assert write(server, "ASK {}").status == 200


def test_every_saved_question_is_an_example(
    server: C4fServer, graph: c4f_graph.ProgrammeGraph
) -> None:
    page = server.ask("/editor", accept=BROWSER)
    assert isinstance(graph.query(written(page.text)), Rows)
    for question in graph.questions():
        assert f'<a href="/editor?question={question.id}">' in page.text
        example = server.ask(f"/editor?question={question.id}", accept=BROWSER)
        query = written(example.text)
        assert "#+" not in query
        assert graph.query(query) == graph.ask(question.id, _required(query)), question.id


def _required(query: str) -> dict[str, str]:
    """Give the cluster or milestone that an example is about."""
    bound = re.search(r"\?_(\w+)_iri\) \{ \(<(.*?)>\)", query)
    return {bound[1]: bound[2]} if bound else {}


def test_an_example_keeps_what_was_asked(
    server: C4fServer, graph: c4f_graph.ProgrammeGraph
) -> None:
    page = server.ask("/question/cluster-partners?cluster=saxocell", accept=BROWSER)
    link = "/editor?question=cluster-partners&amp;cluster=saxocell"
    assert link in page.text
    query = written(server.ask(html.unescape(link), accept=BROWSER).text)
    assert graph.query(query) == graph.ask("cluster-partners", {"cluster": "saxocell"})
    missing = server.ask("/editor?question=cluster-partner", accept=BROWSER)
    assert missing.status == 404
    assert "Did you mean cluster-partners" in missing.text
    wrong = server.ask("/editor?question=cluster-partners&cluster=nobody", accept=BROWSER)
    assert (wrong.status, "nobody" in wrong.text) == (404, True)


def test_terms_have_names_in_both_languages(server: C4fServer) -> None:
    english = server.ask("/editor/terms.json", accept_language="en")
    terms = {item["term"]: item for item in json.loads(english.body)}
    assert terms["c4f:budgetEUR"] == {
        "term": "c4f:budgetEUR",
        "kind": "property",
        "name": "budget (EUR)",
    }
    assert terms["c4f:Cluster"]["kind"] == "class"
    assert terms["<https://w3id.org/c4f/vocab/state/saxony>"]["kind"] == "concept"
    german = server.ask("/editor/terms.json?lang=de")
    names = {item["term"]: item["name"] for item in json.loads(german.body)}
    assert names["<https://w3id.org/c4f/vocab/state/saxony>"] == "Sachsen"
    tag = english.headers["etag"]
    same = server.ask("/editor/terms.json", accept_language="en", if_none_match=tag)
    assert (same.status, same.body) == (304, b"")


def test_the_editor_is_carried_with_its_licences(server: C4fServer) -> None:
    page = server.ask("/editor", accept=BROWSER).text
    for name in re.findall(r'(?:src|href)="(/static/[^"]*)"', page):
        assert server.ask(quote(name)).status == 200
    licences = server.ask("/static/yasqe/LICENSES.txt").text
    for name in ("@zazuko/yasqe", "codemirror", "dompurify", "lodash-es", "store", "events"):
        assert re.search(rf"^{name} \d", licences, re.MULTILINE), name
    # No other page loads it.
    assert "yasqe" not in server.ask("/", accept=BROWSER).text
