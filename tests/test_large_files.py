"""A large file gives the same report as a small one, whoever answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from c4f_graph import large_files
from c4f_graph.cli.main import cli
from c4f_graph.errors import InputError, ShapesError
from c4f_graph.shacl import native
from tests.benchmarks.generate import generate

pytest.importorskip("shacl", reason="the extra native is not installed")

SHAPES = Path(__file__).parent / "benchmarks" / "shapes"
SIZE = 14_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "data.nt"
    generate(path, SIZE)
    return path


@pytest.fixture(autouse=True)
def _is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_files, "MIN_BYTES", 1)


def validate(path: Path, shapes: Path, *options: str) -> Result:
    arguments = ["validate", str(path), "--shapes", str(shapes), *options]
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


def by_the_store(path: Path, shapes: Path, *options: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_files, "MIN_BYTES", path.stat().st_size + 1)
        return validate(path, shapes, *options)


@pytest.mark.parametrize("shapes", sorted(SHAPES.glob("*.ttl")), ids=lambda path: path.stem)
def test_same_report(data: Path, shapes: Path) -> None:
    found = validate(data, shapes, "--format", "json")
    expected = by_the_store(data, shapes, "--format", "json")
    assert found.return_value == expected.return_value == 1
    assert found.output == expected.output


def test_explain_tells_who_answered(data: Path) -> None:
    text = validate(data, SHAPES / "sparql.ttl", "--explain").stdout
    assert "native, the package shacl, beside the store;" in text
    assert ": sparql; " in text
    assert "native" not in by_the_store(data, SHAPES / "sparql.ttl", "--explain").stdout


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os, sys; sys.stdin.read(); os.abort()", "exit code -6"),
        ("import sys; sys.stdin.read(); sys.exit('out of memory')", "out of memory"),
        ("print('{}')", "exit code 0"),
        ("raise SystemExit(0)", "exit code 0"),
    ],
)
def test_the_store_answers_where_the_engine_dies(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    shapes = SHAPES / "core.ttl"
    file = tmp_path / "process.py"
    file.write_text(program, encoding="utf-8")
    monkeypatch.setattr(native, "_PROCESS", file)
    found = validate(data, shapes, "--format", "json")
    assert f"gave no answer ({reason}). The store answered instead." in found.stderr
    assert found.stdout == by_the_store(data, shapes, "--format", "json").stdout


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("<http://e/a> <http://e/b> nothing .\n", "data.nt:2:27"),
        ("<http://e/a> <http://e/b c> <http://e/d> .\n", "data.nt:2"),
        (
            "<http://e/a> <http://www.w3.org/2002/07/owl#imports> <http://e/d> .\n",
            "owl:imports <http://e/d> is refused",
        ),
    ],
)
def test_a_fault_in_a_statement_that_no_query_touches(tmp_path: Path, more: str, told: str) -> None:
    path = tmp_path / "data.nt"
    path.write_text(f"<http://e/a> <http://e/b> <http://e/c> .\n{more}", encoding="utf-8")
    found = validate(path, SHAPES / "sparql.ttl")
    assert isinstance(found.exception, InputError)
    assert found.stdout == ""
    assert told in str(found.exception)


PREFIXES = """\
@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def validated(tmp_path: Path, data: str, shapes: str) -> Result:
    """Validate both ways, and find no difference but in the names of blank nodes."""
    (tmp_path / "data.ttl").write_text(PREFIXES + data, encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    paths = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    found = validate(*paths, "--format", "json")
    expected = by_the_store(*paths, "--format", "json")
    assert found.return_value == expected.return_value
    assert str(found.exception) == str(expected.exception)
    assert re.sub(r"_:\w+", "_:b", found.output) == re.sub(r"_:\w+", "_:b", expected.output)
    return found


@pytest.mark.parametrize(
    ("data", "shapes"),
    [
        # A blank node has its place only where it was read.
        (
            ":n a :A .\n[] a :A ;\n    :p 1 .",
            ":S sh:targetClass :A ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ] .",
        ),
        # Nor has a triple a name.
        (
            ":n a :A ; :p <<( :a :b :c )>> .",
            ":S sh:targetClass :A ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ] .",
        ),
        # Texts in languages do not compare.
        (
            ':n a :A ; :p "a"@en ; :q "b" .',
            ":S sh:targetClass :A ; sh:property [ sh:path :p ; sh:lessThan :q ] .",
        ),
        # Classes, properties and nodes that are there, or not, but in no result.
        (
            ":A a :Class . :p :is :known . :n a :B .",
            ":S sh:targetClass :A , :Missing ; sh:property [ sh:path :p ; sh:minCount 1 ] , "
            "[ sh:path :none ; sh:maxCount 1 ] .",
        ),
        # A path of no steps at a node that stands in one triple only.
        (
            ":x :other :n . :m :p 1 .",
            ":S sh:targetNode :n , :gone ; sh:property "
            "[ sh:path [ sh:zeroOrMorePath :p ] ; sh:maxCount 0 ] .",
        ),
        (
            ":n a :A ; :p :m . :m :other :o .",
            ":S sh:targetClass :A ; sh:property [ sh:path :p ; "
            "sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ] ] ; sh:sparql [ sh:select "
            '"SELECT $this ?value { $this <http://example.org/p> ?value . '
            '?value <http://example.org/q>* ?x FILTER(isIRI(?x)) }" ] .',
        ),
        ("", ":S sh:targetNode :n ; sh:property [ sh:path :p ; sh:minCount 1 ] ."),
    ],
)
def test_same_report_of_odd_graphs(tmp_path: Path, data: str, shapes: str) -> None:
    validated(tmp_path, data, shapes)


def test_shapes_that_cannot_be_used_are_told_as_ever(tmp_path: Path) -> None:
    found = validated(tmp_path, ":n a :A .", ":S sh:targetClass :A ; sh:minCuont 1 .")
    assert isinstance(found.exception, ShapesError)
    assert "did you mean sh:minCount?" in str(found.exception)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        # What the store keeps as one value, or in another form, is two to the native engine.
        ('1 , "01"^^xsd:integer', "sh:maxCount 1"),
        ('1 , "01"^^xsd:integer , 2', "sh:maxCount 1"),
        ('1.50 , "1.5"^^xsd:decimal , 01.5', "sh:maxCount 2"),
        ('1 , "01"^^xsd:integer', "sh:minCount 2"),
        ('"01"^^xsd:integer', "sh:maxLength 1"),
        ('"01"^^xsd:integer', "sh:minLength 2"),
        ('"01"^^xsd:integer', 'sh:pattern "^0"'),
        ('"01"^^xsd:integer', "sh:in ( 1 2 )"),
        ("1", 'sh:in ( "01"^^xsd:integer )'),
        ('"1"^^xsd:byte', "sh:hasValue 1"),
        ('"5"^^xsd:byte', "sh:datatype xsd:integer"),
        ('"05"^^xsd:integer ; :q 5', "sh:disjoint :q"),
        ('5 ; :q "05"^^xsd:integer', "sh:disjoint :q"),
        ('1 , "01"^^xsd:integer', "sh:not [ sh:path :p ; sh:maxCount 1 ]"),
    ],
)
def test_the_size_of_a_file_does_not_change_what_a_literal_is(
    tmp_path: Path, values: str, constraint: str
) -> None:
    shape = f"sh:property [ sh:path :p ; {constraint} ]"
    validated(tmp_path, f":n a :A ; :p {values} .", f":S sh:targetClass :A ; {shape} .")
