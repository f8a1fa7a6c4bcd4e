"""The W3C's tests of SHACL inside servers, which have no files to read literals from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.remote import RemoteStore, find_endpoint
from c4f_graph.remote.dialects import UNION
from c4f_graph.remote.shacl_engine import RemoteEngine
from c4f_graph.remote.writing import RemoteWriter
from tests.servers import (
    VIRTUOSO,
    VIRTUOSO_ACCOUNT,
    oxigraph_server,
    virtuoso_server,
)
from tests.shacl.test_w3c import ALL, SUITE, Case, check, name

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not ALL, reason=f"the W3C suite is not at {SUITE}")
# The embedded store has them right only with the file's own text beside it.
_FORM = "the store keeps a number's value and not its form, and no file is there to tell it"
OXIGRAPH_EXCEPTIONS = {
    "core/node/maxExclusive-001": _FORM,
    "core/node/minExclusive-001": _FORM,
    "core/property/datatype-ill-formed": _FORM,
}
# What Virtuoso 7 was seen to do in these tests; reports lack or have results for that reason.
_COMPARISON = "a comparison of unlike terms is an answer there, where it should be an error"
_EXISTS = "a path of several steps, or EXISTS within EXISTS, gives other solutions inside EXISTS"
_LANGUAGE = "a text among VALUES loses its language, or is taken for an IRI"
VIRTUOSO_EXCEPTIONS = {
    **dict.fromkeys(
        [f"core/node/{name}-001" for name in ("maxExclusive", "maxInclusive", "minExclusive")]
        + ["core/node/minInclusive-002", "core/node/minInclusive-003"]
        + ["core/property/lessThan-002"]
        + ["core/property/minExclusive-001", "core/property/minExclusive-002"],
        _COMPARISON,
    ),
    **dict.fromkeys(
        [f"core/path/path-{name}-001" for name in ("alternative", "complex", "inverse")]
        + [f"core/path/path-{name}-001" for name in ("oneOrMore", "zeroOrMore")]
        + ["core/node/class-001", "core/property/class-001", "core/property/property-001"]
        + ["core/property/qualifiedMinCountDisjoint-001"]
        + ["core/property/qualifiedValueShapesDisjoint-001"]
        + ["core/complex/shacl-shacl"],
        _EXISTS,
    ),
    **dict.fromkeys(
        [
            "core/node/datatype-002",
            "core/node/languageIn-001",
            "sparql/component/validator-001",
            "sparql/component/optional-001",
        ],
        _LANGUAGE,
    ),
    "core/property/datatype-ill-formed": _FORM,
    "core/complex/personexample": "of the closed shape, a date is not reported; not traced further",
    "core/property/or-datatypes-001": "an IRI passes for a text; not traced further",
    "core/property/pattern-001": "a text that does not match is not reported; not traced further",
    "core/property/uniqueLang-001": "no two texts of one language are found; not traced further",
}


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
    if os.environ.get("C4F_TEST_VIRTUOSO") != "1":
        pytest.skip(
            "two to four of the cases come out otherwise on Virtuoso from run to run, why is not "
            "known; C4F_TEST_VIRTUOSO=1 runs the W3C suite there"
        )
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
