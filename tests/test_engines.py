"""Every command that reads the graph, on every engine: the same answers as embedded, byte for byte.

What an engine gives otherwise stands in `EXCEPTIONS`, each with its reason.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import c4f_graph
from c4f_graph import sync
from c4f_graph.namespaces import SH
from c4f_graph.remote import RemoteStore
from c4f_graph.store_validation import validate_store
from tests.process import c4f
from tests.reading import canonical, oxigraph_dataset
from tests.servers import (
    VIRTUOSO,
    VIRTUOSO_ACCOUNT,
    oxigraph_server,
    virtuoso_server,
)
from tests.test_answers import COLUMNS, CONSTRUCTS, GOLDEN, PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from c4f_graph import ProgrammeGraph

ENGINES = ("oxigraph", "virtuoso")
PREFIX = "PREFIX c4f: <https://w3id.org/c4f/ontology#>\n"
SLIDES = "https://w3id.org/c4f/graph/bmbf-slides-2023-09-11"
QUERIES = {
    "select": PREFIX + "SELECT ?c ?n { ?c a c4f:Cluster ; c4f:shortName ?n } ORDER BY ?c",
    "ask": PREFIX + "ASK { ?c a c4f:Cluster }",
    "ask-no": PREFIX + "ASK { ?c a c4f:Cluster, c4f:Ministry }",
    "construct": PREFIX + "CONSTRUCT { ?c a c4f:Cluster } WHERE { ?c a c4f:Cluster }",
    "from": f"{PREFIX}SELECT ?m FROM <{SLIDES}> {{ ?p c4f:responsibleMinistry ?m }}",  # noqa: S608
    "graph": PREFIX
    + "SELECT ?g ?budget { GRAPH ?g { ?p c4f:budgetEUR ?budget } } ORDER BY ?g ?budget",
    "ill-formed": "SELECT ?c { ?c a",
    "unknown": PREFIX + "SELECT ?c { ?c a c4f:Clutser }",
    "service": "SELECT ?c { SERVICE <https://example.org/> { ?c a ?d } }",
    "update": "CLEAR ALL",
    # A DISTINCT that is joined with both sides of a UNION, and one that computes something.
    "distinct": PREFIX
    + """SELECT ?c ?n {
      { SELECT DISTINCT ?c ?r {
        { ?c c4f:ofRound ?r } UNION { ?x c4f:becameCluster ?c ; c4f:ofRound ?r }
      } }
      { SELECT DISTINCT ?r ?n { ?r c4f:roundNumber ?n } }
    } ORDER BY ?c ?n""",
    "distinct-computed": PREFIX
    + """SELECT ?c ?n ?m {
      { SELECT ?c ?r {
        { ?c c4f:ofRound ?r } UNION { ?x c4f:becameCluster ?c ; c4f:ofRound ?r }
      } }
      { SELECT DISTINCT ?r (?n + 1 AS ?m) { ?r c4f:roundNumber ?n } }
    } ORDER BY ?c ?m""",
    # EXISTS of a variable that a subselect gave, in a group with an OPTIONAL that finds nothing.
    "exists": PREFIX
    + """SELECT ?c ?no {
      { SELECT DISTINCT ?c { ?p c4f:ofCluster ?c } } OPTIONAL { ?c c4f:fundingReference ?no }
      FILTER EXISTS { ?c a ?class }
    } ORDER BY ?c""",
    "not-exists": PREFIX
    + """SELECT ?c ?no {
      { SELECT DISTINCT ?c { ?p c4f:ofCluster ?c } } FILTER NOT EXISTS { ?c a ?class }
      OPTIONAL { ?c c4f:fundingReference ?no }
    } ORDER BY ?c""",
}
COMMANDS = {
    **{
        f"ask-{form}": ("ask", "clusters", "--format", form)
        for form in ("table", "csv", "tsv", "json", "md", "html", "ttl", "jsonld", "nt")
    },
    "ask-table-iris": ("ask", "funding-by-actor", "--format", "table"),
    "ask-sources": ("ask", "clusters-by-state", "--sources", "--format", "csv"),
    "ask-as-of": ("ask", "programme-overview", "--as-of", "2023-09-11", "--format", "csv"),
    "ask-unknown": ("ask", "clutsers"),
    "ask-no-cluster": ("ask", "projects", "--param", "cluster=SaxoCel"),
    "show": ("show", "SaxoCell", "--format", "csv"),
    "show-unknown": ("show", "SaxoCel"),
    "history": ("history", "SaxoCell", "--format", "csv"),
    "why": ("why", "clusters4future", "budgetEUR", "--format", "csv"),
    "why-date": ("why", "milestone/round-2-selection", "reachedDate", "--format", "csv"),
    "export-source": ("export", "--graph", "bmbf-slides-2023-09-11", "--format", "nq"),
    "export-cluster": ("export", "--cluster", "SaxoCell", "--format", "ttl"),
    "export-unknown": ("export", "--cluster", "SaxoCel"),
}
DURATION_SHAPES = {"EvaluationStep-duration", "Programme-maximumDuration", "WellTyped"}
_DURATION = "Virtuoso keeps a duration as a number of months: P9Y comes back as 108"
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("virtuoso", "export-cluster"): _DURATION,
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, graph: ProgrammeGraph
) -> Iterator[tuple[str, str]]:
    """Start a server, push the project's graph to it, and give the engine's name and address."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    if request.param == "virtuoso" and VIRTUOSO is None:
        pytest.skip("virtuoso-t is not installed")
    start = oxigraph_server if request.param == "oxigraph" else virtuoso_server
    account = {} if request.param == "oxigraph" else VIRTUOSO_ACCOUNT
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(start(folder / "server"))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in account.items():
                patch.setenv(name, value)
            remote = c4f_graph.connect(server.query).store
            assert isinstance(remote, RemoteStore)
            sync.push(graph.embedded, remote, sync.plan_push(graph.embedded, remote), folder)
        yield request.param, server.query


@pytest.fixture
def address(engine: tuple[str, str], request: pytest.FixtureRequest) -> str:
    """Give the server's address to a test that may be an exception, by the name of its case."""
    name, found = engine
    case = request.node.callspec.params.get("case", request.node.originalname)
    reason = EXCEPTIONS.get((name, case))
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    return found


@pytest.mark.parametrize("case", COLUMNS)
def test_a_question_has_its_golden_answer(
    case: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("C4F_ENDPOINT", address)
    form = "ttl" if case in CONSTRUCTS else "csv"
    parameters = [
        part
        for name, value in PARAMETERS.get(case, {}).items()
        for part in ("--param", f"{name}={value}")
    ]
    done = c4f("ask", case, *parameters, "--format", form)
    assert done.code == 0, done.err
    assert done.out.replace("\r\n", "\n") == (GOLDEN / f"{case}.{form}").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", COMMANDS)
def test_a_command_does_what_it_does_embedded(case: str, address: str) -> None:
    here = c4f(*COMMANDS[case])
    assert c4f(*COMMANDS[case], "--endpoint", address) == here


@pytest.mark.parametrize("case", QUERIES)
def test_a_query_is_answered_as_embedded(case: str, address: str) -> None:
    arguments = ("query", "-", "--format", "ttl" if case == "construct" else "csv")
    here = c4f(*arguments, stdin=QUERIES[case])
    assert c4f(*arguments, "--endpoint", address, stdin=QUERIES[case]) == here


def test_the_report_is_the_one_of_the_same_store_embedded(
    engine: tuple[str, str], graph: ProgrammeGraph
) -> None:
    name, address = engine
    done = c4f("validate", "--endpoint", address, "--format", "ttl")
    there = oxigraph_dataset(done.out, "ttl")
    text = "".join(
        f"{triple} .\n" for triple in validate_store(graph.embedded, graph.paths).triples()
    )
    here = oxigraph_dataset(text, "nt")
    if name == "oxigraph":
        assert (done.code, done.err) == (0, "")
        assert canonical(there) == canonical(here)
        return
    # Virtuoso cannot run some queries, which are run here, and differs in what is named below.
    assert "of the queries: they ran on a copy of the data, here." in done.err
    assert shapes_of(there) - shapes_of(here) == DURATION_SHAPES
    assert shapes_of(here) - shapes_of(there) <= {"FundingPhase-ceilingEUR-ofProgramme"}


def shapes_of(report: ox.Dataset) -> set[str]:
    source = ox.NamedNode(f"{SH}sourceShape")
    return {
        str(quad.object).rpartition("#")[2].rstrip(">")
        for quad in report.quads_for_predicate(source)
    }


def test_a_finding_names_the_graph_that_says_it(engine: tuple[str, str]) -> None:
    done = c4f("validate", "--endpoint", engine[1], "--format", "json")
    files = {finding["file"] for finding in json.loads(done.out)["findings"]}
    assert "https://w3id.org/c4f/graph/acatech-mcube-remix" in files
    assert all(file is None or file.startswith("https://") for file in files)


def test_explain_shows_the_queries_that_the_server_ran(engine: tuple[str, str]) -> None:
    done = c4f("validate", "--endpoint", engine[1], "--explain")
    assert "# 1: scan; " in done.out
    assert " queries, 0 of them run per node; " in done.out


def test_given_shapes_are_run_alone(engine: tuple[str, str], tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix c4f: <https://w3id.org/c4f/ontology#> .\n"
        "<https://example.org/shape> a sh:NodeShape ; sh:targetClass c4f:Cluster ;\n"
        "    sh:property <https://example.org/shape-name> .\n"
        "<https://example.org/shape-name> sh:path c4f:shortName ; sh:maxCount 0 .\n",
        encoding="utf-8",
    )
    done = c4f("validate", "--endpoint", engine[1], "--shapes", shapes, "--format", "json")
    assert done.code == 1
    assert len(json.loads(done.out)["findings"]) == 14


def test_files_and_another_engine_do_not_go_with_a_server(engine: tuple[str, str]) -> None:
    for arguments in (("file.ttl",), ("--engine", "pyshacl")):
        done = c4f("validate", "--endpoint", engine[1], *arguments)
        assert (done.code, done.out) == (2, "")
        assert "--endpoint goes with neither FILES nor --engine pyshacl." in done.err


def test_a_profile_names_the_server(
    engine: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "c4f"
    folder.mkdir()
    text = f'[profiles.institute]\nendpoint = "{engine[1]}"\n'
    (folder / "config.toml").write_text(text, encoding="utf-8")
    here = c4f("ask", "clusters", "--format", "csv")
    assert c4f("ask", "clusters", "--format", "csv", "--endpoint", "institute") == here
    monkeypatch.setenv("C4F_ENDPOINT", "institute")
    assert c4f("ask", "clusters", "--format", "csv") == here
    wrong = c4f("ask", "clusters", "--endpoint", "institut")
    assert (wrong.code, wrong.out) == (2, "")
    assert "Did you mean institute?" in wrong.err


def test_info_names_the_server(engine: tuple[str, str]) -> None:
    done = c4f("info", "--endpoint", engine[1])
    assert done.code == 0, done.err
    assert engine[1] in done.out
    assert engine[0] in done.out.lower()
