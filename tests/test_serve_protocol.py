"""The query cases of the W3C's tests of the SPARQL 1.1 Protocol, and clients of the field.

The cases go by the names that they have in https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/;
their graphs are two of ours. Cases of updates are refused here, each as an update.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from c4f_graph.engine import Rows
from tests.c4f_server import C4fServer, Reply, c4f_server
from tests.corpus_copy import ROOT
from tests.process import PATIENCE
from tests.test_federation import FOLDER, needs_comunica

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import c4f_graph

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
ONE = "https://w3id.org/c4f/graph/registry-clusters"
TWO = "https://w3id.org/c4f/graph/registry-places"
ASK = "ASK {}"
DEFAULT = "ASK { ?c a <https://w3id.org/c4f/ontology#Cluster> }"
PLACES = "ASK { ?p a <https://w3id.org/c4f/ontology#Place> }"
BOTH = "ASK { ?c a <https://w3id.org/c4f/ontology#Cluster> . ?p a <https://w3id.org/c4f/ontology#Place> }"  # noqa: E501
NAMED = f"ASK {{ GRAPH <{ONE}> {{ ?s ?p ?o }} GRAPH <{TWO}> {{ ?a ?b ?c }} }}"
FULL = f"ASK {{ ?c a <https://w3id.org/c4f/ontology#Cluster> GRAPH <{TWO}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }} }}"  # noqa: E501
FROM_TWO = f"ASK FROM <{TWO}> {{ ?c a <https://w3id.org/c4f/ontology#Cluster> }}"
TRUTH = "application/sparql-results+json"


@dataclass(frozen=True)
class Case:
    """A request, and what is answered."""

    name: str
    method: str = "GET"
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    content_type: str = TRUTH
    truth: bool | None = True


def graphs(kind: str, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"{kind}-graph-uri", name) for name in names)


def by_post(name: str, query: str, *graph: tuple[str, str], truth: bool = True) -> list[Case]:
    """Give the three ways in which a query is sent."""
    asked = (("query", query), *graph)
    direct = {"content_type": DIRECT}
    return [
        Case(f"{name}_get", fields=asked, truth=truth),
        Case(
            f"{name}_post_form",
            "POST",
            body=urlencode(asked).encode(),
            headers={"content_type": FORM},
            truth=truth,
        ),
        Case(f"{name}_post_direct", "POST", graph, query.encode(), direct, truth=truth),
    ]


def form(name: str, kind: str, query: str, accept: str, content_type: str) -> Case:
    headers = {"accept": accept}
    return Case(
        f"query_content_type_{name}_{kind}",
        fields=(("query", query),),
        headers=headers,
        content_type=content_type,
        truth=None,
    )


def refused(name: str, status: int, method: str = "POST", **rest: object) -> Case:
    return Case(name, method, status=status, content_type="text/plain", truth=None, **rest)  # type: ignore[arg-type]


CASES = [
    *by_post("query", ASK),
    *by_post("query_dataset_default_graph", DEFAULT, *graphs("default", ONE)),
    *by_post("query_dataset_default_graph_other", PLACES, *graphs("default", ONE), truth=False),
    *by_post("query_dataset_default_graphs", BOTH, *graphs("default", ONE, TWO)),
    *by_post("query_dataset_named_graphs", NAMED, *graphs("named", ONE, TWO)),
    *by_post("query_dataset_named_graph_missing", NAMED, *graphs("named", ONE), truth=False),
    *by_post("query_dataset_full", FULL, *graphs("default", ONE), *graphs("named", TWO)),
    *by_post("query_multiple_dataset", FROM_TWO, *graphs("default", ONE)),
    *by_post("query_from", FROM_TWO, truth=False),
    form("ask", "xml", ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
    form("select", "csv", "SELECT (1 AS ?x) {}", "text/csv", "text/csv"),
    form("select", "tsv", "SELECT (1 AS ?x) {}", *["text/tab-separated-values"] * 2),
    form("describe", "ttl", f"DESCRIBE <{ONE}>", "text/turtle", "text/turtle"),
    form("construct", "rdf", "CONSTRUCT {} {}", *["application/rdf+xml"] * 2),
    form("construct", "nt", "CONSTRUCT {} {}", *["application/n-triples"] * 2),
    form("construct", "jsonld", "CONSTRUCT {} {}", *["application/ld+json"] * 2),
    form("select", "any", "SELECT (1 AS ?x) {}", "image/png, */*;q=0.1", TRUTH),
    refused("bad_query_method", 405, "PUT", fields=(("query", ASK),)),
    refused("bad_multiple_queries", 400, "GET", fields=(("query", ASK), ("query", "SELECT * {}"))),
    refused("bad_query_wrong_media_type", 415, body=b"ASK {}", headers={"content_type": "text/x"}),
    refused("bad_query_missing_form_type", 415, body=b"query=ASK%7B%7D"),
    refused("bad_query_missing_direct_type", 415, body=b"ASK {}"),
    refused(
        "bad_query_non_utf8",
        415,
        body="ASK {}".encode("utf-16"),
        headers={"content_type": f"{DIRECT}; charset=UTF-16"},
    ),
    refused("bad_query_syntax", 400, "GET", fields=(("query", "ASK {"),)),
    refused("bad_query_accept", 406, "GET", fields=(("query", ASK),), headers={"accept": "a/b"}),
    refused("update_post_form", 403, body=b"update=CLEAR+ALL", headers={"content_type": FORM}),
    refused("update_post_direct", 403, body=b"CLEAR ALL", headers={"content_type": UPDATE}),
    refused("bad_update_get", 403, "GET", fields=(("update", "CLEAR ALL"),)),
    refused(
        "update_dataset",
        403,
        body=urlencode((("update", "CLEAR ALL"), ("using-graph-uri", ONE))).encode(),
        headers={"content_type": FORM},
    ),
    refused("query_unknown_graph", 403, "GET", fields=(("query", ASK), *graphs("default", "a:b"))),
    refused(
        "query_written_with_escapes",
        400,
        "GET",
        fields=(("query", r"SELECT * { \u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }"),),
    ),
]


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[C4fServer]:
    with c4f_server(store, ROOT, "--rate", "1000") as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_of_the_protocol(server: C4fServer, case: Case) -> None:
    address = "/sparql"
    if case.fields:
        address += f"?{urlencode(case.fields, quote_via=quote)}"
    reply = server.ask(address, method=case.method, body=case.body, **case.headers)
    assert (reply.status, "Traceback" in reply.text) == (case.status, False), reply.text
    assert reply.headers["content-type"].partition(";")[0] == case.content_type
    if case.truth is not None:
        assert reply.json["boolean"] is case.truth


def test_rdflib_asks_the_endpoint(server: C4fServer, graph: c4f_graph.ProgrammeGraph) -> None:
    query = (
        "SELECT ?c ?n { ?c a <https://w3id.org/c4f/ontology#Cluster> ; "
        "<http://www.w3.org/2000/01/rdf-schema#label> ?n } ORDER BY ?c ?n"
    )
    expected = graph.query(query)
    assert isinstance(expected, Rows)
    for method in ("GET", "POST", "POST_FORM"):
        client = SPARQLStore(f"http://127.0.0.1:{server.port}/sparql", method=method)
        found = [tuple(str(term) for term in row) for row in client.query(query)]  # type: ignore[union-attr]
        assert len(found) > 14
        assert found == [
            (row[0].value, row[1].value)  # type: ignore[union-attr]
            for row in expected.rows
        ]


@needs_comunica
def test_comunica_asks_the_endpoint(server: C4fServer) -> None:
    program = f"{FOLDER}/node_modules/.bin/comunica-sparql" if FOLDER else "comunica-sparql"
    query = "SELECT (COUNT(*) AS ?n) { ?c a <https://w3id.org/c4f/ontology#Cluster> }"
    source = f"sparql@http://127.0.0.1:{server.port}/sparql"
    done = subprocess.run(
        [shutil.which(program) or program, source, "-q", query, "-t", TRUTH],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert json.loads(done.stdout)["results"]["bindings"][0]["n"]["value"] == "14"


def asked(server: C4fServer, path: str, **headers: str) -> Reply:
    """Ask twice: the second answer may be one that was kept."""
    first, again = (server.ask(path, body=None, **headers) for _ in range(2))
    same = ("content-type", "etag", "vary", "cache-control", "content-security-policy")
    assert (first.status, first.body) == (again.status, again.body)
    assert [first.headers.get(name) for name in same] == [again.headers.get(name) for name in same]
    return again


def test_a_kept_answer_is_that_of_the_same_request(server: C4fServer) -> None:
    path = f"/sparql?query={quote('SELECT (1 AS ?kept) {}')}"
    rows = asked(server, path)
    assert asked(server, path, accept="text/csv").text == "kept\r\n1\r\n"
    assert asked(server, path).body == rows.body
    assert asked(server, f"{path}&format=xml").headers["content-type"].endswith("+xml")
    assert "access-control-allow-origin" not in rows.headers
    elsewhere = asked(server, path, origin="https://example.org")
    assert elsewhere.headers["access-control-allow-origin"] == "*"
    assert server.ask(path, if_none_match=f'"x", {rows.headers["etag"]}').status == 304
    head = server.ask(path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == rows.headers["content-length"]
    english = asked(server, "/cluster/saxocell", accept_language="en")
    german = asked(server, "/cluster/saxocell", accept_language="de")
    assert english.body != german.body
    assert 'lang="de"' in german.text
    assert 'route="/cluster/{slug:path}",status="200"' in server.ask("/metrics").text


def test_a_header_that_comes_twice_misleads_nobody(server: C4fServer) -> None:
    import http.client

    path = f"/sparql?query={quote('SELECT (2 AS ?kept) {}')}"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.putrequest("GET", path)
    for accept in ("text/csv", "application/json"):
        connection.putheader("Accept", accept)
    connection.endheaders()
    connection.getresponse().read()
    connection.close()
    assert asked(server, path, accept="application/json").json["head"]["vars"] == ["kept"]
    assert asked(server, path, accept="text/csv").text == "kept\r\n2\r\n"


def test_a_page_that_a_client_has_is_not_sent_again(store: Path) -> None:
    with c4f_server(store, ROOT) as server:
        page = server.ask("/cluster")
    with c4f_server(store, ROOT) as server:
        for _ in range(2):
            again = server.ask("/cluster", if_none_match=page.headers["etag"])
            assert (again.status, again.body) == (304, b"")
