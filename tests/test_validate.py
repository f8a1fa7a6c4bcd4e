"""`c4f validate`: the corpus, files that may join it, and any files against any shapes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import rdflib
from rdflib.namespace import SH

from tests.corpus_copy import FIRST_CLAIM, METADATA, PREFIXES, source_text
from tests.process import answer, c4f
from tests.reading import rdflib_graph

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <http://example.org/> .
e:Shape a sh:NodeShape ; sh:targetClass e:Thing ; sh:property e:Name .
e:Name a sh:PropertyShape ; sh:path e:name ; sh:minCount 1 ; sh:maxLength 3 ;
    sh:severity sh:{severity} ; sh:message "A thing has a short name."@en .
"""
DATA = """\
@prefix e: <http://example.org/> .
e:one a e:Thing ;
    e:name "one" .
e:two a e:Thing ;
    e:name "too long" .
e:three a e:Thing .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Give a file of data, of which two statements break the shapes of the other."""
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA, encoding="utf-8")
    shapes.write_text(SHAPES.format(severity="Violation"), encoding="utf-8")
    return data, shapes


def test_the_corpus_conforms() -> None:
    report = answer("validate")
    assert re.search(r"^conforms: ", report, re.MULTILINE)
    assert "  violation  " not in report


def test_a_file_is_checked_as_an_addition_to_the_corpus(tmp_path: Path) -> None:
    path = tmp_path / "new-source.ttl"
    path.write_text(
        source_text(
            "new-source",
            "<id/participation/saxocell-nobody> a c4f:Participation ;\n"
            "    c4f:ofCluster <id/cluster/saxocell> ;\n"
            "    c4f:participant <id/actor/nobody-of-this-name> ;\n"
            "    c4f:role <vocab/role/partner> .",
        ),
        encoding="utf-8",
    )
    done = c4f("validate", path)
    assert (done.code, done.err) == (1, "")
    block = done.out.partition(f"{path}\n")[2].partition("\n\n")[0]
    lines = {int(line) for line in re.findall(r"^ *(\d+)  violation  ", block, re.MULTILINE)}
    assert FIRST_CLAIM + 2 in lines
    assert "nobody-of-this-name" in block


def test_a_good_addition_conforms_and_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "new-source.ttl"
    path.write_text(
        source_text("new-source", "<id/cluster/saxocell> c4f:seat <id/place/dresden> ."),
        encoding="utf-8",
    )
    done = c4f("validate", path)
    assert (done.code, done.err) == (0, "")
    unknown = c4f("export", "--graph", "graph/new-source")
    assert unknown.code == 2


def test_an_addition_under_another_graph_s_name_lacks_metadata(tmp_path: Path) -> None:
    path = tmp_path / "named-otherwise.ttl"
    path.write_text(PREFIXES + METADATA.format(slug="something-else"), encoding="utf-8")
    done = c4f("validate", path)
    assert done.code == 1
    assert "<https://w3id.org/c4f/graph/named-otherwise> lacks a c4f:Source" in done.out


@pytest.mark.parametrize("name", ["two words.ttl", "100 %.ttl", 'Förderung "neu".ttl'])
def test_an_addition_may_be_called_anything(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(PREFIXES + "<id/actor/x> a c4f:Actor .\n", encoding="utf-8")
    done = c4f("validate", path)
    assert done.code == 1
    assert f"{path}\n" in done.out


def test_text_names_file_line_focus_node_path_value_and_message(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes)
    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[0] == str(data)
    assert lines[1] == (
        "    5  violation  A thing has a short name.  [http://example.org/two "
        'http://example.org/name "too long"; Name MaxLengthConstraintComponent]'
    )
    assert lines[2].startswith(
        "    6  violation  A thing has a short name.  [http://example.org/three"
    )
    assert lines[-1] == "does not conform: 2 violations"


def test_json_has_the_same_findings(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--format", "json")
    document = json.loads(done.out)
    assert (done.code, document["conforms"]) == (1, False)
    assert [
        (f["severity"], f["focus_node"], f["value"], f["file"], f["line"], f["message"])
        for f in document["findings"]
    ] == [
        (
            "violation",
            "http://example.org/two",
            "too long",
            str(data),
            5,
            "A thing has a short name.",
        ),
        ("violation", "http://example.org/three", None, str(data), 6, "A thing has a short name."),
    ]


def test_turtle_is_the_standard_report(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--format", "ttl")
    assert done.code == 1
    report = rdflib_graph(done.out, "ttl")
    (node,) = report.subjects(rdflib.RDF.type, SH.ValidationReport)
    assert report.value(node, SH.conforms) == rdflib.Literal(False)
    focus_nodes = {
        str(report.value(result, SH.focusNode)) for result in report.objects(node, SH.result)
    }
    assert focus_nodes == {"http://example.org/two", "http://example.org/three"}
    again = c4f("validate", data, "--shapes", shapes, "--format", "ttl")
    assert again.out == done.out


def test_junit_has_a_failing_case_for_each_violation(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--format", "junit")
    suite = ET.fromstring(done.out)  # noqa: S314 (our own output)
    assert (suite.tag, suite.get("tests"), suite.get("failures")) == ("testsuite", "2", "2")
    assert [(case.get("file"), case.get("line")) for case in suite] == [
        (str(data), "5"),
        (str(data), "6"),
    ]
    assert [failure.get("message") for failure in suite.iter("failure")] == [
        "A thing has a short name."
    ] * 2


def test_sarif_names_rule_level_message_file_and_line(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--format", "sarif")
    log = json.loads(done.out)
    (run,) = log["runs"]
    assert (log["version"], run["tool"]["driver"]["name"]) == ("2.1.0", "c4f")
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert sorted(result["ruleId"] for result in run["results"]) == rules
    assert rules == ["Name MaxLengthConstraintComponent", "Name MinCountConstraintComponent"]
    assert {result["level"] for result in run["results"]} == {"error"}
    assert all("A thing has a short name." in each["message"]["text"] for each in run["results"])
    assert [
        (place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places
    ] == [(str(data), 5), (str(data), 6)]


def test_junit_of_conforming_data_has_one_case_that_passes(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    good = tmp_path / "good.ttl"
    good.write_text("\n".join(DATA.splitlines()[:3]), encoding="utf-8")
    text = answer("validate", good, "--shapes", files[1], "--format", "junit")
    suite = ET.fromstring(text)  # noqa: S314 (our own output)
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


@pytest.mark.parametrize("severity", ["Violation", "Warning", "Info"])
def test_against_given_shapes_any_result_does_not_conform(
    files: tuple[Path, Path], severity: str
) -> None:
    data, shapes = files
    shapes.write_text(SHAPES.format(severity=severity), encoding="utf-8")
    done = c4f("validate", data, "--shapes", shapes)
    assert done.code == 1
    assert f"  {severity.lower():<9}  A thing has a short name." in done.out


def test_against_given_shapes_nothing_of_the_corpus_is_added(tmp_path: Path) -> None:
    shapes = tmp_path / "of-clusters.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix c4f: <https://w3id.org/c4f/ontology#> .\n"
        "<http://example.org/S> a sh:NodeShape ; sh:targetSubjectsOf c4f:seat ;\n"
        "    sh:nodeKind sh:Literal .\n",
        encoding="utf-8",
    )
    data = tmp_path / "one.ttl"
    data.write_text(
        "<http://example.org/one> <https://w3id.org/c4f/ontology#seat> <http://example.org/two> .",
        encoding="utf-8",
    )
    done = c4f("validate", data, "--shapes", shapes)
    assert done.code == 1
    assert done.out.endswith("does not conform: 1 violation\n")


def test_a_report_goes_to_a_file(tmp_path: Path, files: tuple[Path, Path]) -> None:
    data, shapes = files
    path = tmp_path / "report.json"
    done = c4f("validate", data, "--shapes", shapes, "--format", "json", "-o", path)
    assert (done.code, done.out, done.err) == (1, "", "")
    assert len(json.loads(path.read_text(encoding="utf-8"))["findings"]) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"c4f: these shapes cannot be used\.\nthe shapes graph has no shapes, so that .+"),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<http://e.org/S> a sh:NodeShape .",
            r"c4f: these shapes cannot be used\.\nno shape has a target, so that .+",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<http://e.org/S> a sh:NodeShape ;\n"
            "    sh:targetClass <http://e.org/C> ; sh:minCuont 1 .",
            r"c4f: .*minCuont.*minCount.*",
        ),
        ("<http://e.org/S> a", r"c4f: .*shapes\.ttl:1:19: .+"),
    ],
)
def test_shapes_that_cannot_be_used_are_exit_2(
    files: tuple[Path, Path], text: str, message: str
) -> None:
    data, shapes = files
    shapes.write_text(text, encoding="utf-8")
    done = c4f("validate", data, "--shapes", shapes)
    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(message, done.err.strip(), re.DOTALL), done.err
    assert "Traceback" not in done.err
