"""The W3C's tests of SHACL inside servers, which have no files to read literals from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.remote import RemoteStore, find_endpoint
from c4f_graph.remote.dialects import UNION
from c4f_graph.remote.shacl_engine import RemoteEngine
from c4f_graph.remote.writing import RemoteWriter
from tests.servers import VIRTUOSO, VIRTUOSO_ACCOUNT, oxigraph_server, virtuoso_server
from tests.shacl.test_w3c import ALL, SUITE, Case, check, name

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not ALL, reason=f"the W3C suite is not at {SUITE}")
OXIGRAPH_EXCEPTIONS: dict[str, str] = {}
VIRTUOSO_EXCEPTIONS: dict[str, str] = {}


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteStore]:
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph")) as server:
        endpoint = find_endpoint(server.query, environment={})
        assert endpoint is not None
        yield RemoteStore(endpoint)


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteStore]:
    if VIRTUOSO is None:
        pytest.skip("virtuoso-t is not installed")
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso")) as server:
        endpoint = find_endpoint(server.query, environment=VIRTUOSO_ACCOUNT)
        assert endpoint is not None
        yield RemoteStore(endpoint)


def expected_to_differ(
    request: pytest.FixtureRequest, case: Case, exceptions: dict[str, str]
) -> None:
    reason = exceptions.get(name(case))
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.mark.parametrize("case", ALL, ids=name)
def test_on_the_oxigraph_server(
    oxigraph: RemoteStore, case: Case, request: pytest.FixtureRequest
) -> None:
    expected_to_differ(request, case, OXIGRAPH_EXCEPTIONS)

    def load(data: list[ox.Quad]) -> RemoteEngine:
        address = oxigraph.endpoint.query.replace("/query", "/store?default")
        oxigraph.connection.send(
            "PUT", address, headers={"Content-Type": "application/n-triples"}, data=lines(data)
        ).close()
        return RemoteEngine(oxigraph)

    check(case, load, written=False)


@pytest.mark.parametrize("case", ALL, ids=name)
def test_on_virtuoso(virtuoso: RemoteStore, case: Case, request: pytest.FixtureRequest) -> None:
    expected_to_differ(request, case, VIRTUOSO_EXCEPTIONS)

    def load(data: list[ox.Quad]) -> RemoteEngine:
        writer = RemoteWriter(virtuoso)
        writer.update(f"CLEAR SILENT GRAPH <{UNION}>")
        writer.add_to_graph(ox.NamedNode(UNION), lines(data))
        return RemoteEngine(virtuoso)

    check(case, load, written=False)


def lines(data: list[ox.Quad]) -> bytes:
    return "".join(f"{quad.triple} .\n" for quad in data).encode()
