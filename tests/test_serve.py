"""`c4f serve` over HTTP: the SPARQL protocol, data behind IRIs, questions, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import warnings
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
import rdflib
from rdflib.query import Result
from SPARQLWrapper import JSON, SPARQLWrapper

from c4f_graph.engine import Rows, Triples
from c4f_graph.export.names import plain
from tests.c4f_server import C4fServer, c4f_server
from tests.corpus_copy import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import c4f_graph

ROWS = "SELECT ?c ?n { ?c a <https://w3id.org/c4f/ontology#Cluster> ; <http://www.w3.org/2000/01/rdf-schema#label> ?n } ORDER BY ?c ?n LIMIT 5"  # noqa: E501
TRIPLES = (
    "CONSTRUCT { ?c ?p ?o } { BIND(<https://w3id.org/c4f/id/cluster/saxocell> AS ?c) ?c ?p ?o }"
)
SAXOCELL = "https://w3id.org/c4f/id/cluster/saxocell"
FORM = "application/x-www-form-urlencoded"
ALL_HEADERS = {"content-security-policy", "x-content-type-options", "referrer-policy"}


def read(body: bytes, form: str) -> rdflib.Graph:
    with warnings.catch_warnings():
        # rdflib's reader of JSON-LD uses what rdflib deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        return rdflib.Graph().parse(data=body, format=form)


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[C4fServer]:
    with c4f_server(store, ROOT, "--rate", "1000") as running:
        yield running


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.4, text/*;q=0.1, application/xml;q=0.5", "application/sparql-results+xml"),
        ("application/*;q=0, text/csv", "text/csv; charset=utf-8"),
    ],
)
def test_rows_come_in_the_form_that_is_accepted(
    server: C4fServer, graph: c4f_graph.ProgrammeGraph, accept: str, content_type: str
) -> None:
    reply = server.sparql(ROWS, accept)
    assert (reply.status, reply.headers["content-type"]) == (200, content_type)
    assert "Accept" in reply.headers["vary"]
    form = content_type.partition(";")[0]
    if form == "text/tab-separated-values":
        assert len(reply.text.splitlines()) == 6
        return
    kind = {"application/sparql-results+json": "json", "text/csv": "csv"}.get(form, "xml")
    found = Result.parse(io.BytesIO(reply.body), format=kind)
    expected = graph.query(ROWS)
    assert isinstance(expected, Rows)
    values = [[str(binding[name]) for name in found.vars or ()] for binding in found.bindings]
    assert values == [[plain(term) for term in row] for row in expected.rows]


@pytest.mark.parametrize(
    ("accept", "content_type", "parser"),
    [
        ("", "text/turtle; charset=utf-8", "turtle"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
    ],
)
def test_statements_come_in_the_form_that_is_accepted(
    server: C4fServer,
    graph: c4f_graph.ProgrammeGraph,
    accept: str,
    content_type: str,
    parser: str,
) -> None:
    reply = server.sparql(TRIPLES, accept)
    assert (reply.status, reply.headers["content-type"]) == (200, content_type)
    found = read(reply.body, parser)
    expected = graph.query(TRIPLES)
    assert isinstance(expected, Triples)
    assert len(found) == len(expected.triples)
    assert {str(subject) for subject in found.subjects()} == {SAXOCELL}


def test_a_client_of_the_field_gets_the_same_by_get_and_post(server: C4fServer) -> None:
    client = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql", returnFormat=JSON)
    client.setQuery(ROWS)
    by_get = client.query().convert()
    client.setMethod("POST")
    assert client.query().convert() == by_get
    client.setRequestMethod("postdirectly")
    assert client.query().convert() == by_get
    assert isinstance(by_get, dict)
    assert len(by_get["results"]["bindings"]) == 5


def test_a_truth_is_answered(server: C4fServer) -> None:
    assert server.sparql(f"ASK {{ <{SAXOCELL}> ?p ?o }}").json["boolean"] is True
    assert "<boolean>false" in server.sparql("ASK { <a:b> ?p ?o }", "application/xml").text
    assert server.sparql("ASK {}", "text/csv").status == 406


def test_csv_holds_no_formula(server: C4fServer) -> None:
    reply = server.sparql('SELECT ("=1+1" AS ?x) {}', "text/csv")
    assert list(csv.reader(io.StringIO(reply.text))) == [["x"], ["'=1+1"]]


def test_the_protocol_names_graphs(server: C4fServer) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    one = "https://w3id.org/c4f/graph/registry-clusters"
    by_protocol = server.sparql(count, **{"default-graph-uri": one}).json
    by_query = server.sparql(count.replace("{", f"FROM <{one}> {{", 1)).json
    assert by_protocol == by_query != server.sparql(count).json
    named = server.sparql(
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", **{"named-graph-uri": one}
    ).json
    assert [row["g"]["value"] for row in named["results"]["bindings"]] == [one]


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("SELECT * {", 400, "line 1, column 11: syntax error"),
        ("", 400, "none of SELECT, ASK"),
        ("INSERT DATA { <a:b> <a:b> 1 }", 403, "INSERT is an update"),
        ("LOAD <http://127.0.0.1/x>", 403, "LOAD is an update"),
        ("SELECT * { SERVICE <http://127.0.0.1/x> { ?s ?p ?o } }", 403, "SERVICE is refused"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 403, "the store has no such graph"),
    ],
)
def test_what_is_refused_is_told(server: C4fServer, query: str, status: int, says: str) -> None:
    reply = server.sparql(query)
    assert (reply.status, says in reply.text) == (status, True), reply.text
    problem = server.sparql(query, "application/sparql-results+json")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json["status"] == status
    assert "Traceback" not in problem.text
    assert problem.headers.keys() >= ALL_HEADERS


@pytest.mark.parametrize(
    ("address", "body", "content_type", "status", "says"),
    [
        ("?update=CLEAR%20ALL", None, "", 403, "an update is refused"),
        ("", b"update=CLEAR+ALL", FORM, 403, "an update is refused"),
        ("", b"CLEAR ALL", "application/sparql-update", 403, "an update is refused"),
        ("", b"", FORM, 400, "the form has no query"),
        ("", b"query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400, "more than one query"),
        ("?query=ASK%7B%7D&query=ASK%7B%7D", None, "", 400, "more than one query"),
        ("?query=ASK%7B%7D", b"ASK {}", "application/sparql-query", 400, "one in the body"),
        ("?default-graph-uri=a:b", None, "", 400, "there is no query"),
        ("?query=%ff", None, "", 400, "no UTF-8"),
        ("", b"\xff", "application/sparql-query", 400, "no UTF-8"),
        ("", b"ASK {}", "application/sparql-query; charset=utf-16", 415, "encoding utf-16"),
        ("", b"ASK {}", "text/plain", 415, 'type "text/plain"'),
        ("", b"x" * 1_100_000, "application/sparql-query", 413, "longer than 1,048,576"),
        ("?query=ASK%7B%7D&format=yaml", None, "", 406, 'the form "yaml"'),
        ("?" + "&".join("x=1" for _ in range(1001)), None, "", 400, "more than 1000 fields"),
    ],
)
def test_a_wrong_request_is_told(
    server: C4fServer, address: str, body: bytes | None, content_type: str, status: int, says: str
) -> None:
    method = "GET" if body is None else "POST"
    headers = {"content_type": content_type} if content_type else {}
    reply = server.ask(f"/sparql{address}", method=method, body=body, **headers)
    assert (reply.status, says in reply.text) == (status, True), (reply.status, reply.text)


def test_nothing_is_written_by_any_method(server: C4fServer) -> None:
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        reply = server.ask("/graphs?default", method=method, body=b"")
        assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")
        assert "the graph is only read here" in reply.text
    assert server.ask("/sparql", method="DELETE").status == 405


def test_an_answer_is_not_made_again_for_who_has_it(server: C4fServer) -> None:
    address = f"/sparql?{urlencode({'query': ROWS})}"
    first = server.ask(address)
    again = server.ask(address, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert server.ask(address, accept="text/csv").headers["etag"] != first.headers["etag"]
    changing = server.sparql("SELECT (NOW() AS ?now) {}")
    assert "etag" not in changing.headers
    assert changing.headers["cache-control"] == "no-store"
    assert "etag" in server.sparql('SELECT ("NOW" AS ?now) {}').headers


def test_other_sites_may_ask(server: C4fServer) -> None:
    reply = server.ask("/sparql?query=ASK%7B%7D", origin="https://example.org")
    assert reply.headers["access-control-allow-origin"] == "*"
    asked = server.ask(
        "/sparql",
        method="OPTIONS",
        origin="https://example.org",
        access_control_request_method="POST",
        access_control_request_headers="content-type",
    )
    assert asked.status == 200
    assert "POST" in asked.headers["access-control-allow-methods"]


def test_the_service_and_the_data_are_described(server: C4fServer) -> None:
    service = read(server.ask("/sparql").body, "turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    endpoint = rdflib.URIRef(f"http://127.0.0.1:{server.port}/sparql")
    assert (endpoint, rdflib.RDF.type, sd.Service) in service
    assert (endpoint, sd.feature, sd.UnionDefaultGraph) in service
    reply = server.ask("/dataset", accept="application/ld+json")
    dataset = read(reply.body, "json-ld")
    this = rdflib.URIRef(f"http://127.0.0.1:{server.port}/dataset")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    assert (this, void.sparqlEndpoint, endpoint) in dataset
    count = server.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json
    assert str(dataset.value(this, void.triples)) == count["results"]["bindings"][0]["n"]["value"]
    for dump in dataset.objects(this, void.dataDump):
        path = str(dump).partition(f":{server.port}")[2]
        assert server.ask(path).status == 200
    known = server.ask("/.well-known/void")
    assert (known.status, known.headers["location"]) == (302, "/dataset")


def test_an_iri_leads_to_its_data(server: C4fServer) -> None:
    first = server.ask("/id/cluster/saxocell", accept="application/n-triples;q=0.5, text/turtle")
    assert (first.status, first.headers["location"]) == (303, "/data/id/cluster/saxocell.ttl")
    data = server.ask(first.headers["location"])
    found = read(data.body, "turtle")
    assert (rdflib.URIRef(SAXOCELL), None, None) in found
    assert (None, None, rdflib.URIRef(SAXOCELL)) in found
    assert data.headers["link"] == f'<{SAXOCELL}>; rel="describes"'
    for path in ("/graph/registry-clusters", "/vocab/state", "/ontology", "/vocab/state/saxony"):
        reply = server.ask(path, accept="application/n-quads")
        assert reply.status == 303, path
        assert server.ask(reply.headers["location"]).body.strip(), path


def test_graphs_are_read_whole(server: C4fServer, graph: c4f_graph.ProgrammeGraph) -> None:
    name = "https://w3id.org/c4f/graph/registry-clusters"
    reply = server.ask(f"/graphs?graph={quote(name, safe='')}", accept="application/n-quads")
    assert reply.text == graph.export("nq", graph="graph/registry-clusters")
    assert server.ask("/graphs?default&format=nt").text == graph.export("nt")
    assert server.ask("/data/graph/registry-clusters.ttl").text == graph.export(
        "ttl", graph="graph/registry-clusters"
    )


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/id/cluster/saxocel", 404, "Did you mean <https://w3id.org/c4f/id/cluster/saxocell>"),
        ("/id/../../../etc/passwd", 404, "nothing"),
        ("/data/../../etc/passwd.ttl", 404, "nothing is known"),
        ("/data/%2e%2e/%2e%2e/etc/passwd", 404, "no data of this name"),
        ("/data/id/cluster/saxocell.exe", 404, "Its name ends in .ttl"),
        ("/id/%00%22%3Cscript%3E", 404, "no IRI"),
        ("/graphs", 400, "names no graph"),
        ("/graphs?default&graph=a:b", 400, "or several"),
        ("/graphs?graph=https://w3id.org/c4f/graph/registry-cluster", 404, "Did you mean"),
        ("/api/questions/cluster", 404, "Did you mean"),
        ("/api/questions/..%2f..%2fchecks", 404, "nothing at this address"),
        ("/api/questions/clusters?colour=red", 400, 'no parameter "colour"'),
        ("/api/questions/cluster-partners", 400, 'needs the parameter "cluster"'),
        ("/api/questions/clusters?limit=-1", 400, "no whole number from 1"),
        ("/api/questions/clusters?offset=x", 400, "no whole number from 0"),
        ("/nothing", 404, "nothing at this address"),
    ],
)
def test_a_wrong_address_is_told(server: C4fServer, path: str, status: int, says: str) -> None:
    reply = server.ask(path)
    assert (reply.status, says in reply.text) == (status, True), (reply.status, reply.text)


def test_each_question_is_answered_as_openapi_says(
    server: C4fServer, graph: c4f_graph.ProgrammeGraph
) -> None:
    described = server.ask("/api/openapi.json").json
    listed = server.ask("/api/questions").json
    assert [one["id"] for one in listed["questions"]] == [one.id for one in graph.questions()]
    values = {"cluster": "SaxoCell", "milestone": "round-2-selection"}
    for one in listed["questions"]:
        operation = described["paths"][f"/api/questions/{one['id']}"]["get"]
        fields = {
            parameter["name"]: values[parameter["name"]]
            for parameter in operation["parameters"]
            if parameter.get("required")
        }
        reply = server.ask(f"/api/questions/{one['id']}?{urlencode(fields)}", accept="text/csv")
        assert reply.status == 200, reply.text
        header = reply.text.splitlines()[0].split(",")
        is_network = one["id"] == "collaboration-network"
        columns = ["subject", "predicate", "object"] if is_network else list(one["columns"])
        assert header == columns, one["id"]


def test_questions_come_in_pages(server: C4fServer) -> None:
    whole = server.ask("/api/questions/clusters").json["results"]["bindings"]
    rows, path = [], "/api/questions/clusters?limit=5"
    while path:
        reply = server.ask(path)
        assert reply.headers["x-total-count"] == "14"
        rows += reply.json["results"]["bindings"]
        links = [link for link in reply.headers.get("link", "").split(", ") if "next" in link]
        path = links[0].partition("<")[2].partition(">")[0] if links else ""
    assert rows == whole
    assert json.dumps(rows).count('"cluster"') >= 14


def test_metrics_and_health_are_told(server: C4fServer) -> None:
    server.sparql("ASK {}")
    text = server.ask("/metrics").text
    assert 'c4f_http_requests_total{method="GET",route="/sparql",status="200"}' in text
    assert "c4f_queries_running 0.0" in text
    assert server.ask("/healthz").text.startswith("ok edition-")


def test_the_log_names_no_person(server: C4fServer) -> None:
    server.sparql('ASK { ?s ?p "Erika Mustermann" }')
    log = server.log.read_text(encoding="utf-8")
    assert "127.0.0.0 GET /sparql 200" in log
    assert "127.0.0.1 " not in log
    assert "Mustermann" not in log
    assert "Traceback" not in log
