"""Several endpoints: SERVICE to those that the profile lists, and all at once by Comunica.

Comunica is looked for in the folder named in C4F_TEST_COMUNICA, or on the PATH.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from c4f_graph.remote import Endpoint, RemoteStore
from c4f_graph.remote.endpoint import config_path
from c4f_graph.remote.writing import RemoteWriter
from tests.process import answer, c4f
from tests.servers import oxigraph_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = os.environ.get("C4F_TEST_COMUNICA")
needs_comunica = pytest.mark.skipif(
    not (FOLDER or shutil.which("comunica-sparql")), reason="Comunica is not installed"
)
OWN = "INSERT DATA { <urn:s> <urn:p> <urn:o> , <urn:none> }"
OTHER = 'INSERT DATA { <urn:o> <urn:name> "Küste"@de ; <urn:amount> 1.50 , true }'
JOIN = (
    "SELECT ?s ?o ?name WHERE {{ ?s <urn:p> ?o {} OPTIONAL {{ ?o <urn:never> ?x }} }} ORDER BY ?o"
)


@dataclass(frozen=True)
class Servers:
    """The query addresses of two servers."""

    own: str
    other: str


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("servers")
    with oxigraph_server(folder / "own") as own, oxigraph_server(folder / "other") as other:
        RemoteWriter(RemoteStore(Endpoint(own.query))).update(OWN)
        RemoteWriter(RemoteStore(Endpoint(other.query))).update(OTHER)
        yield Servers(own.query, other.query)


@pytest.fixture(autouse=True)
def profile(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    comunica = f'comunica = "{FOLDER}"\n' if FOLDER else ""
    path.write_text(
        f'[profiles.own]\nendpoint = "{servers.own}"\nfederate = ["{servers.other}"]\n{comunica}',
        encoding="utf-8",
    )
    return path


def test_service_reaches_what_the_profile_lists(servers: Servers) -> None:
    given = ("query", "-", "--format", "csv", "--endpoint", "own")
    text = JOIN.format(f"SERVICE SILENT <{servers.other}> {{ ?o <urn:name> ?name }}")
    assert answer(*given, stdin=text) == "s,o,name\r\nurn:s,urn:o,Küste\r\n"
    start = servers.other.removesuffix("query")
    text = f"PREFIX o: <{start}> " + JOIN.format("SERVICE o:query { ?o <urn:name> ?name }")
    assert answer(*given, stdin=text) == "s,o,name\r\nurn:s,urn:o,Küste\r\n"
    ask = f"ASK {{ SERVICE <{servers.other}> {{ ?o <urn:name> ?name }} }}"
    assert answer(*given, stdin=ask).split() == ["answer", "true"]


@pytest.mark.parametrize(
    "service",
    [
        "SERVICE <http://127.0.0.1:9/query> {{ ?s ?p ?o }}",
        "SERVICE SILENT <http://127.0.0.1:9/query> {{ ?s ?p ?o }}",
        "BIND(<{0}> AS ?where) SERVICE ?where {{ ?s ?p ?o }}",
        "SERVICE <{0}> {{ SERVICE <http://127.0.0.1:9/query> {{ ?s ?p ?o }} }}",
        "SERVICE <{0}#x> {{ ?s ?p ?o }}",
    ],
)
def test_service_reaches_nothing_else(service: str, servers: Servers) -> None:
    text = "SELECT * { " + service.format(servers.other) + " }"
    done = c4f("query", "-", "--endpoint", "own", stdin=text)
    assert (done.code, done.out) == (2, "")
    assert "SERVICE is refused: it may name the addresses that the profile lists, written out: "
    assert f"written out: {servers.other}. Add the address to `federate`" in done.err


def test_service_is_refused_without_a_list(servers: Servers) -> None:
    text = JOIN.format(f"SERVICE <{servers.other}> {{ ?o <urn:name> ?name }}")
    done = c4f("query", "-", "--endpoint", servers.own, stdin=text)
    assert (done.code, done.out) == (2, "")
    assert "SERVICE is refused: a query never reaches the network." in done.err


def test_from_and_service_do_not_go_together(servers: Servers) -> None:
    text = "ASK FROM <urn:g> { " + f"SERVICE <{servers.other}> {{ ?s ?p ?o }} }}"
    done = c4f("query", "-", "--endpoint", "own", stdin=text)
    assert (done.code, done.out) == (2, "")
    assert "FROM and SERVICE do not go together." in done.err


@needs_comunica
def test_two_endpoints_are_one_graph(servers: Servers) -> None:
    given = ("query", "-", "--format", "csv", "--endpoint", "own", "--federate", servers.other)
    text = JOIN.format("OPTIONAL { ?o <urn:name> ?name }")
    found = answer(*given, stdin=text)
    assert found == "s,o,name\r\nurn:s,urn:none,\r\nurn:s,urn:o,Küste\r\n"
    empty = c4f(*given, stdin="SELECT ?b ?a { ?a <urn:nothing> ?b }")
    assert (empty.code, empty.out, empty.err) == (0, "b,a\r\n", "c4f: no rows.\n")
    assert answer(*given, stdin="ASK { ?o <urn:amount> true }").split() == ["answer", "true"]
    triples = answer(
        "query", "-", "--format", "ttl", *given[4:], stdin="CONSTRUCT WHERE { ?s <urn:name> ?o }"
    )
    assert '<urn:o> <urn:name> "Küste"@de .' in triples


@needs_comunica
def test_comunica_that_fails_is_no_answer(servers: Servers, profile: Path) -> None:
    away = "http://127.0.0.1:9/query"
    text = profile.read_text(encoding="utf-8").replace(servers.other, away)
    profile.write_text(text, encoding="utf-8")
    done = c4f("query", "-", "--endpoint", "own", "--federate", away, stdin=JOIN.format(""))
    assert (done.code, done.out) == (2, "")
    assert "Comunica gives no answer: " in done.err


def test_only_what_the_profile_lists_is_asked(servers: Servers, profile: Path) -> None:
    away = "http://127.0.0.1:9/query"
    for given in (("own", away), (servers.own, servers.other)):
        done = c4f("ask", "clusters", "--endpoint", given[0], "--federate", given[1])
        assert (done.code, done.out) == (2, "")
        assert f"{given[1]} is not among the endpoints that may be asked" in done.err
    done = c4f("ask", "clusters", "--federate", servers.other)
    assert "--federate goes with --endpoint." in done.err
    text = profile.read_text(encoding="utf-8")
    profile.write_text(f'{text}\ncomunica = "/nowhere"'.replace(f'comunica = "{FOLDER}"', ""))
    done = c4f("ask", "clusters", "--endpoint", "own", "--federate", servers.other)
    assert (done.code, done.out) == (2, "")
    assert "endpoints are asked at once by Comunica, which is not in /nowhere." in done.err
    profile.write_text(f'[profiles.own]\nendpoint = "{servers.own}"\nfederate = "x"\n')
    done = c4f("ask", "clusters", "--endpoint", "own")
    assert "`federate` in a profile is a list of addresses." in done.err
