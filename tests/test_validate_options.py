"""`c4f validate`: severity, limit, engine and plan, and lines found after native loading."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from c4f_graph.cli.main import cli
from tests.corpus_copy import FIRST_CLAIM, source_text
from tests.process import c4f

if TYPE_CHECKING:
    from pathlib import Path

DATA = """\
@prefix e: <http://example.org/> .
e:one a e:Thing ; e:size 1.50 .
e:two a e:Thing ;
    e:size 20.0 .
e:three a e:Thing ;
    e:size 30 .
"""
SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <http://example.org/> .
e:Shape a sh:NodeShape ; sh:targetClass e:Thing ; sh:property e:Size .
e:Size a sh:PropertyShape ; sh:path e:size ; sh:maxExclusive 10 ; sh:severity sh:Warning ;
    sh:message "A thing is smaller than ten."@en .
"""
SPEAKING_SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <http://example.org/> .
e:Shape a sh:NodeShape ; sh:targetClass e:Thing ;
    sh:property [ sh:path e:size ; sh:minCount 2 ] ;
    sh:sparql [ sh:message "{?size} is big"@en , "{?size} ist groß"@de , "{?size} !" ;
        sh:select "SELECT $this ?size { $this <http://example.org/size> ?size FILTER(?size > 25) }"
    ] .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Give data of which two of three statements are warned of, and the shapes."""
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA, encoding="utf-8")
    shapes.write_text(SHAPES, encoding="utf-8")
    return data, shapes


def in_process(*arguments: str | Path) -> str:
    """Give the stdout of a command that finds something, run within this process."""
    done = CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)
    assert done.return_value == 1, done.output
    return done.stdout


def places(out: str) -> set[tuple[str, str, int]]:
    """Give focus node, value and line of each finding of a JSON report."""
    return {
        (each["focus_node"].rpartition("/")[2], each["value"], each["line"])
        for each in json.loads(out)["findings"]
    }


@pytest.mark.parametrize(("severity", "code"), [("violation", 0), ("warning", 1), ("info", 1)])
def test_severity_says_what_does_not_conform(
    files: tuple[Path, Path], severity: str, code: int
) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--severity", severity)
    assert done.code == code
    assert "2 warnings" in done.out


def test_a_limit_is_kept_and_said(files: tuple[Path, Path]) -> None:
    data, shapes = files
    options = ("--format", "json", "--max-results", "1")
    done = c4f("validate", data, "--shapes", shapes, *options)
    assert len(json.loads(done.out)["findings"]) == 1
    assert (done.code, done.err) == (
        1,
        "c4f: only the first 1 results are given; --max-results asks for more.\n",
    )


def test_no_limit_is_said_where_it_is_not_reached(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--max-results", "2")
    assert (done.code, done.err) == (1, "")


def test_both_engines_find_the_same_with_the_literals_and_lines_of_the_file(
    files: tuple[Path, Path],
) -> None:
    data, shapes = files
    expected = {("two", "20.0", 4), ("three", "30", 6)}
    for engine in ("sparql", "pyshacl"):
        options = ("--format", "json", "--engine", engine)
        assert places(c4f("validate", data, "--shapes", shapes, *options).out) == expected


def test_shapes_are_looked_at_before_pyshacl_gets_them(files: tuple[Path, Path]) -> None:
    data, shapes = files
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .\n"
        "e:Shape a sh:NodeShape ; sh:targetClass e:Thing ; sh:in ( 1 2 ) , ( 3 4 ) .\n",
        encoding="utf-8",
    )
    done = c4f("validate", data, "--shapes", shapes, "--engine", "pyshacl")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("c4f: these shapes cannot be used.\n")
    assert "shapes.ttl:2: <http://example.org/Shape>: a shape has at most one sh:in" in done.err


def test_pyshacl_refuses_what_it_does_not_know(files: tuple[Path, Path]) -> None:
    data, shapes = files
    data.write_text(DATA + "e:four a e:Thing ; e:says <<( e:one e:size 5 )>> .\n", "utf-8")
    done = c4f("validate", data, "--shapes", shapes, "--engine", "pyshacl")
    assert (done.code, done.out) == (2, "")
    assert "pySHACL has no quoted triples." in done.err


@pytest.mark.parametrize("report_format", ["text", "json", "junit", "sarif"])
def test_messages_are_in_the_language_asked_for(
    files: tuple[Path, Path], report_format: str
) -> None:
    data, shapes = files
    shapes.write_text(SPEAKING_SHAPES, encoding="utf-8")
    options = ("--shapes", shapes, "--format", report_format)
    english = in_process("validate", data, *options)
    german = in_process("validate", data, *options, "--lang", "de-DE")
    other = in_process("validate", data, *options, "--lang", "fr")
    assert "30 is big" in english
    assert "There must be at least 2 values of size." in english
    assert "30 ist groß" in german
    assert "Nötig: mindestens 2 Werte von size." in german
    assert "must" not in german
    assert "30 !" in other
    assert "There must be at least 2 values of size." in other


def test_what_is_no_language_is_refused(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--lang", "de_DE")
    assert (done.code, done.out) == (2, "")
    assert "'de_DE' is no language tag, such as de or de-AT." in done.err


def test_the_standard_report_has_all_languages(files: tuple[Path, Path]) -> None:
    data, shapes = files
    shapes.write_text(SPEAKING_SHAPES, encoding="utf-8")
    out = in_process("validate", data, "--shapes", shapes, "--format", "ttl", "--lang", "de")
    for message in ('"30 is big"@en', '"30 ist groß"@de', '"30 !"', 'values of size."@en'):
        assert message in out


def test_the_corpus_speaks_the_language_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "new-source.ttl"
    path.write_text(
        source_text("new-source", "<id/cluster/saxocell> c4f:startDate 5 ."), encoding="utf-8"
    )
    out = in_process("validate", path, "--lang", "de", "--format", "json")
    messages = [
        each["message"] for each in json.loads(out)["findings"] if each["line"] == FIRST_CLAIM
    ]
    assert messages
    assert "Ein Beginn ist ein Tag" in " ".join(messages)


def test_explain_shows_queries_times_and_results(files: tuple[Path, Path]) -> None:
    data, shapes = files
    done = c4f("validate", data, "--shapes", shapes, "--explain")
    assert done.code == 1
    assert re.search(r"^# 1: scan; \d+\.\d{3} s, 2 results$", done.out, re.MULTILINE)
    assert "SELECT" in done.out
    assert re.search(r"^1 queries, 0 of them run per node; .* 2 results$", done.out, re.MULTILINE)


def test_explain_says_what_is_not_exact(files: tuple[Path, Path]) -> None:
    data, shapes = files
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "e:Shape a sh:NodeShape ; sh:targetClass e:Thing ; sh:property [ sh:path e:size ;\n"
        "    sh:or ( [ sh:datatype xsd:byte ] [ sh:not [ sh:datatype xsd:decimal ] ] ) ] .\n",
        encoding="utf-8",
    )
    out = in_process("validate", data, "--shapes", shapes, "--explain")
    assert "scan, xsd:byte inside another constraint: decided by the value's range; " in out


def test_lines_are_found_for_blank_nodes_and_in_n_triples(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    blank = tmp_path / "blank.ttl"
    blank.write_text(
        "@prefix e: <http://example.org/> .\n[] a e:Thing ;\n    e:size 11 .\n", encoding="utf-8"
    )
    done = c4f("validate", blank, "--shapes", files[1], "--format", "json")
    assert [each["line"] for each in json.loads(done.out)["findings"]] == [3]
    lines = tmp_path / "lines.nt"
    thing = "<http://example.org/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines.write_text(
        f"{thing} <http://example.org/Thing> .\n"
        "<http://example.org/x> <http://example.org/size> "
        '"012"^^<http://www.w3.org/2001/XMLSchema#integer> .\n',
        encoding="utf-8",
    )
    done = c4f("validate", lines, "--shapes", files[1], "--format", "json")
    assert places(done.out) == {("x", "012", 2)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@prefix e: <http://example.org/> .\ne:a e:b f:c .\n", "data.ttl:2:9: The prefix f:"),
        ("<http://e.org/a> <http://www.w3.org/2002/07/owl#imports> <http://e.org/b> .\n", "owl:"),
    ],
)
def test_what_the_store_refuses_is_named_with_its_place(
    files: tuple[Path, Path], text: str, message: str
) -> None:
    data, shapes = files
    data.write_text(text, encoding="utf-8")
    done = c4f("validate", data, "--shapes", shapes)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize(
    ("made", "value"), [("SUM(?size)", "51.5"), ("COUNT(?size)", "3"), ("MAX(?size)", "30.0")]
)
def test_what_a_query_counts_is_no_literal_of_the_data(
    tmp_path: Path, made: str, value: str
) -> None:
    """The data write 51.5, 3 and 30 in another form: only the last is what the query found."""
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    same = "e:other e:size 51.50 , 03 . "
    data.write_text(DATA.replace("size 30", "size 30.0") + same, encoding="utf-8")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .\n"
        "e:Shape a sh:NodeShape ; sh:targetNode e:Thing ; sh:sparql [ sh:select "
        f'"SELECT $this ({made} AS ?value) {{ ?x a $this ; <http://example.org/size> ?size }} '
        'GROUP BY $this" ] .',
        encoding="utf-8",
    )
    found = json.loads(in_process("validate", data, "--shapes", shapes, "--format", "json"))
    (finding,) = found["findings"]
    assert finding["value"] == value
