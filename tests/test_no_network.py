"""Nothing is fetched, and no file is read that was not named."""

from __future__ import annotations

import os
import socket
import socketserver
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.process import c4f, c4f_process, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
GUARD = """
import socket

def refuse(*arguments, **options):
    raise AssertionError(f"the network was touched: {arguments}")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
socket.create_connection = refuse
"""


class _Listener(socketserver.ThreadingTCPServer):
    """Takes connections and counts them."""

    def __init__(self) -> None:
        self.connections = 0
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def verify_request(self, request: object, client_address: object) -> bool:  # noqa: ARG002
        self.connections += 1
        return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/document"


@pytest.fixture
def listener() -> Iterator[_Listener]:
    with _Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_listener_hears_who_calls(listener: _Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.server_address[1])) as connection:
        assert connection.recv(1) == b""
    assert listener.connections == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
        "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "PREFIX x: <{url}> SELECT * FROM x: {{ ?s ?p ?o }}",
        "LOAD <{url}>",
        "LOAD SILENT <{url}> INTO GRAPH <http://example.org/g>",
    ],
)
def test_a_query_that_names_an_address_is_refused_and_nobody_is_called(
    listener: _Listener, query: str
) -> None:
    done = c4f("query", "-", stdin=query.format(url=listener.url))
    assert (done.code, done.out) == (2, "")
    assert "is refused" in done.err
    assert listener.connections == 0


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "x.ttl",
            "<{url}> <http://www.w3.org/2002/07/owl#imports> <{url}> .",
            "x.ttl:1: owl:imports <{url}> is refused",
        ),
        ("x.jsonld", '{{"@context": "{url}", "a": "b"}}', "x.jsonld: a remote JSON-LD @context"),
        (
            "x.jsonld",
            '{{"@context": [{{"a": "{url}"}}, "{url}"], "a": "b"}}',
            "x.jsonld: a remote JSON-LD @context",
        ),
        (
            "x.jsonld",
            '{{"@context": {{"@version": 1.1, "@import": "{url}"}}, "a": "b"}}',
            "x.jsonld: a remote JSON-LD @context",
        ),
    ],
)
def test_a_file_that_names_an_address_is_refused_and_nobody_is_called(
    listener: _Listener, tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(text.format(url=listener.url), encoding="utf-8")
    done = c4f("validate", path, "--shapes", path)
    assert (done.code, done.out) == (2, "")
    assert message.format(url=listener.url) in done.err
    assert listener.connections == 0


def test_an_entity_of_xml_is_not_read_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read me", encoding="utf-8")
    path = tmp_path / "entity.rdf"
    path.write_text(
        f'<!DOCTYPE r [<!ENTITY e SYSTEM "{secret.as_uri()}">]>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        '  xmlns:d="http://purl.org/dc/terms/">\n'
        '<rdf:Description rdf:about="https://w3id.org/c4f/graph/entity">\n'
        "<d:title>&e;</d:title></rdf:Description></rdf:RDF>",
        encoding="utf-8",
    )
    done = c4f("validate", path, "--shapes", path)
    assert done.code == 2
    assert "entity.rdf" in done.err
    assert "do not read me" not in done.out + done.err


def test_the_guard_of_the_next_test_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    assert "the network was touched" in run([sys.executable, "-c", code]).err


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["validate"],
        ["ask", "clusters"],
        ["ask", "clusters", "--format", "jsonld"],
        ["export", "--format", "rdfxml"],
        ["show", "SaxoCell", "--format", "html"],
        ["info"],
    ],
)
def test_no_command_opens_a_connection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    monkeypatch.setenv("PYTHONPATH", path)
    done = c4f_process(*arguments)
    assert done.code == 0, done.err
    assert "the network was touched" not in done.err


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
def test_the_library_opens_no_connection(
    graph: ProgrammeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError(f"the network was touched: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(AssertionError, match="the network was touched"):
        socket.create_connection(("127.0.0.1", 9))
    assert graph.validate().conforms
    assert graph.export("jsonld", graph="bmbf-slides-2023-09-11")
    assert len(list(graph.graph.query("SELECT * { ?s ?p ?o } LIMIT 3"))) == 3
