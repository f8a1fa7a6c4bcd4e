"""Every form of an answer, read back by a reader that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib

from c4f_graph.engine import Rows
from c4f_graph.export.answers import as_rows
from c4f_graph.export.tables import terminal_table
from tests.process import answer, c4f
from tests.reading import rdflib_graph

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
FORMATS = ("table", "csv", "tsv", "json", "jsonld", "ttl", "md", "html")
QUERY_ROWS = """
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?plain ?tagged ?typed ?iri ?missing WHERE {
  VALUES (?plain ?tagged ?typed ?iri ?missing) {
    ("a, \\"b\\" | c\\n<d> & é" "Köln"@de "2023-09-11"^^xsd:date <http://example.org/x> UNDEF)
    ("" "Cologne"@en 15000000.00 <http://example.org/y?a=1&b=2> 7)
  }
}
"""
PLAIN = 'a, "b" | c\n<d> & é'
ASK = "ASK { ?c a <https://w3id.org/c4f/ontology#Cluster> }"
CONSTRUCT = """
CONSTRUCT { ?c a <https://w3id.org/c4f/ontology#Cluster> }
WHERE { ?c a <https://w3id.org/c4f/ontology#Cluster> }
"""
DESCRIBE = "DESCRIBE <https://w3id.org/c4f/id/round/1>"


class _Tables(HTMLParser):
    """Collects the cells of the tables of a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.links: list[str | None] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        elif tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in {"meta", "!doctype"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def tables(text: str) -> _Tables:
    parser = _Tables()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


def query(text: str, answer_format: str) -> str:
    return answer("query", "-", "--format", answer_format, stdin=text)


def test_csv_is_read_by_the_csv_module() -> None:
    text = query(QUERY_ROWS, "csv")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["plain", "tagged", "typed", "iri", "missing"],
        [PLAIN, "Köln", "2023-09-11", "http://example.org/x", ""],
        ["", "Cologne", "15000000", "http://example.org/y?a=1&b=2", "7"],
    ]
    assert text.count("\r\n") == 3


@pytest.mark.parametrize("text", ["=1", "+1", "-x", "@SUM(1)", "\\t=1", "\\r=1", "'=1"])
def test_a_cell_of_csv_that_a_spreadsheet_would_run_is_text(text: str) -> None:
    found = query(f'SELECT ("{text}" AS ?x) ("a{text}" AS ?y) {{}}', "csv")
    written = text.replace("\\t", "\t").replace("\\r", "\r")
    rows = list(csv.reader(io.StringIO(found, newline="")))
    assert rows == [["x", "y"], [f"'{written}", f"a{written}"]]


def test_tsv_has_a_term_of_turtle_in_each_cell() -> None:
    lines = query(QUERY_ROWS, "tsv").splitlines()
    assert lines[0] == "?plain\t?tagged\t?typed\t?iri\t?missing"
    cells = [line.split("\t") for line in lines[1:]]
    assert [row[4] for row in cells] == ["", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>']
    read = [[rdflib.util.from_n3(cell) for cell in row[:4]] for row in cells]
    assert read[0] == [
        rdflib.Literal(PLAIN),
        rdflib.Literal("Köln", lang="de"),
        rdflib.Literal("2023-09-11", datatype=rdflib.XSD.date),
        rdflib.URIRef("http://example.org/x"),
    ]


def test_json_is_the_standard_form_of_results() -> None:
    document = json.loads(query(QUERY_ROWS, "json"))
    assert document["head"] == {"vars": ["plain", "tagged", "typed", "iri", "missing"]}
    assert document["results"]["bindings"] == [
        {
            "plain": {"type": "literal", "value": PLAIN},
            "tagged": {"type": "literal", "value": "Köln", "xml:lang": "de"},
            "typed": {
                "type": "literal",
                "value": "2023-09-11",
                "datatype": "http://www.w3.org/2001/XMLSchema#date",
            },
            "iri": {"type": "uri", "value": "http://example.org/x"},
        },
        {
            "plain": {"type": "literal", "value": ""},
            "tagged": {"type": "literal", "value": "Cologne", "xml:lang": "en"},
            "typed": {
                "type": "literal",
                "value": "15000000",
                "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
            },
            "iri": {"type": "uri", "value": "http://example.org/y?a=1&b=2"},
            "missing": {
                "type": "literal",
                "value": "7",
                "datatype": "http://www.w3.org/2001/XMLSchema#integer",
            },
        },
    ]


@pytest.mark.parametrize("form", ["ttl", "jsonld"])
def test_rows_as_statements_are_read_by_rdflib(form: str) -> None:
    read = rdflib_graph(query(QUERY_ROWS, form), form)
    row = rdflib.URIRef("https://w3id.org/c4f/question/query#row=1")
    column = rdflib.Namespace("https://w3id.org/c4f/question/query#")
    assert set(read.predicate_objects(row)) == {
        (column.plain, rdflib.Literal(PLAIN)),
        (column.tagged, rdflib.Literal("Köln", lang="de")),
        (column.typed, rdflib.Literal("2023-09-11", datatype=rdflib.XSD.date)),
        (column.iri, rdflib.URIRef("http://example.org/x")),
    }
    assert len(set(read.subjects())) == 2


def test_markdown_is_one_table_with_its_special_characters_escaped() -> None:
    lines = query(QUERY_ROWS, "md").splitlines()
    assert lines[0] == "| plain | tagged | typed | iri | missing |"
    assert lines[1] == "| --- | --- | --- | --- | --- |"
    assert lines[2] == '| a, "b" \\| c \\<d\\> & é | Köln | 2023-09-11 | http://example.org/x |  |'
    assert lines[3].split(" | ")[2] == "15,000,000"
    assert len(lines) == 4


def test_html_is_a_page_with_a_table_and_links() -> None:
    page = tables(query(QUERY_ROWS, "html"))
    assert page.rows == [
        ["plain", "tagged", "typed", "iri", "missing"],
        [PLAIN, "Köln", "2023-09-11", "http://example.org/x", ""],
        ["", "Cologne", "15,000,000", "http://example.org/y?a=1&b=2", "7"],
    ]
    assert page.links == ["http://example.org/x", "http://example.org/y?a=1&b=2"]


def test_the_table_is_for_people_names_instead_of_iris_and_grouped_digits() -> None:
    lines = answer("ask", "programme-overview").splitlines()
    assert lines[0].split()[:3] == ["programme", "ministry", "agency"]
    assert "630,000,000" in lines[2]
    assert "Clusters4Future" in lines[2]
    assert "https://" not in lines[2]


def test_all_forms_of_a_question_have_the_rows_that_the_library_gives(
    graph: ProgrammeGraph,
) -> None:
    rows = graph.ask("clusters")
    assert isinstance(rows, Rows)
    assert len(rows.rows) == 14
    texts = {form: answer("ask", "clusters", "--format", form) for form in FORMATS}
    slugs = [getattr(row[0], "value", "") for row in rows.rows]
    assert [line.split(",")[0] for line in texts["csv"].splitlines()[1:]] == slugs
    assert [line.split("\t")[0][1:-1] for line in texts["tsv"].splitlines()[1:]] == slugs
    bindings = json.loads(texts["json"])["results"]["bindings"]
    assert [row["cluster"]["value"] for row in bindings] == slugs
    for form in ("ttl", "jsonld"):
        read = rdflib_graph(texts[form], form)
        cluster = rdflib.URIRef("https://w3id.org/c4f/question/clusters#cluster")
        assert sorted(map(str, read.objects(None, cluster))) == sorted(slugs)
    assert tables(texts["html"]).links == slugs
    assert len(texts["md"].splitlines()) == 2 + 14
    assert len(texts["table"].splitlines()) == 2 + 14
    for form in ("table", "md", "html"):
        assert "SaxoCell" in texts[form]


def test_a_table_in_a_pipe_is_the_one_that_rich_would_write(
    graph: ProgrammeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = (
        "",
        "漢字 x",
        "two\nlines",
        "tab\tstop",
        "no\N{NO-BREAK SPACE}break",
        "[b]x[/b] :smile:",
    )
    given = [
        Rows(("a", "b"), []),
        *(Rows(("a", "b"), [(ox.Literal(text), None), (None, ox.Literal(5))]) for text in texts),
    ]
    for question in ("clusters", "phases", "sources"):
        rows = as_rows(graph.ask(question))
        given.append(Rows(rows.columns, list(rows.rows)))
    written = [terminal_table(rows, graph.store, io.StringIO()) for rows in given]
    monkeypatch.setenv("FORCE_COLOR", "")  # for rich, this is a pipe all the same
    assert written == [terminal_table(rows, graph.store, io.StringIO()) for rows in given]


@pytest.mark.parametrize("form", ["table", "csv", "jsonld", "html"])
def test_a_file_gets_what_stdout_would_get(tmp_path: Path, form: str) -> None:
    expected = answer("ask", "coordinators", "--format", form)
    path = tmp_path / "answer"
    path.write_text("what was there before", encoding="utf-8")
    assert answer("ask", "coordinators", "--format", form, "-o", path) == ""
    assert path.read_bytes().decode() == expected
    assert [entry.name for entry in tmp_path.iterdir()] == ["answer"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", "answer\r\ntrue\r\n"),
        ("tsv", '?answer\n"true"^^<http://www.w3.org/2001/XMLSchema#boolean>\n'),
        ("json", '{"head": {}, "boolean": true}\n'),
        ("md", "| answer |\n| --- |\n| true |\n"),
    ],
)
def test_an_ask_query_answers_true_or_false(form: str, expected: str) -> None:
    assert query(ASK, form) == expected


def test_an_ask_query_answers_in_the_other_forms_too() -> None:
    assert query(ASK, "table").split() == ["answer", "──────", "true"]
    assert tables(query(ASK, "html")).rows == [["answer"], ["true"]]
    read = rdflib_graph(query(ASK, "ttl"), "ttl")
    assert list(read.objects()) == [rdflib.Literal(True)]


def test_a_construct_query_answers_with_statements_or_a_table_of_them() -> None:
    turtle = rdflib_graph(query(CONSTRUCT, "ttl"), "ttl")
    assert len(turtle) == 14
    linked = rdflib_graph(query(CONSTRUCT, "jsonld"), "jsonld")
    assert set(linked) == set(turtle)
    rows = list(csv.reader(io.StringIO(query(CONSTRUCT, "csv"), newline="")))
    assert rows[0] == ["subject", "predicate", "object"]
    assert {tuple(row) for row in rows[1:]} == {tuple(map(str, triple)) for triple in turtle}
    assert len(json.loads(query(CONSTRUCT, "json"))["results"]["bindings"]) == 14


def test_a_describe_query_answers_with_statements() -> None:
    read = rdflib_graph(query(DESCRIBE, "ttl"), "ttl")
    subject = rdflib.URIRef("https://w3id.org/c4f/id/round/1")
    number = rdflib.URIRef("https://w3id.org/c4f/ontology#roundNumber")
    assert list(read.objects(subject, number)) == [rdflib.Literal(1)]


def test_a_query_is_read_from_a_file_and_needs_no_newline(tmp_path: Path) -> None:
    path = tmp_path / "count.rq"
    path.write_text("SELECT (1 AS ?one) {}", encoding="utf-8")
    assert answer("query", path, "--format", "csv") == "one\r\n1\r\n"


def test_from_names_single_sources() -> None:
    text = (
        "PREFIX graph: <https://w3id.org/c4f/graph/>\n"
        "SELECT DISTINCT ?s FROM graph:bmbf-slides-2023-09-11 WHERE {"
        " ?s a <https://w3id.org/c4f/ontology#Source> }"
    )
    assert query(text, "csv") == "s\r\nhttps://w3id.org/c4f/graph/bmbf-slides-2023-09-11\r\n"


def test_the_union_counts_a_statement_once_and_graph_tells_who_says_it() -> None:
    text = """
    PREFIX c4f: <https://w3id.org/c4f/ontology#>
    SELECT (COUNT(*) AS ?statements) (COUNT(DISTINCT ?c) AS ?clusters) { ?c a c4f:Cluster }
    """
    assert query(text, "csv") == "statements,clusters\r\n14,14\r\n"
    sources = """
    PREFIX c4f: <https://w3id.org/c4f/ontology#>
    BASE <https://w3id.org/c4f/id/>
    SELECT (COUNT(*) AS ?n) { GRAPH ?g { <programme/clusters4future> a c4f:Programme } }
    """
    assert int(query(sources, "csv").split()[1]) > 1


def test_titles_and_texts_are_escaped_in_html(tmp_path: Path) -> None:
    path = tmp_path / "a<b>&c.rq"
    path.write_text(ASK, encoding="utf-8")
    done = c4f("query", path, "--format", "html")
    assert "<title>" in done.out
    assert re.search(r"<title>.*a&lt;b&gt;&amp;c\.rq</title>", done.out)
