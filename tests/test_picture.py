"""The picture of the model is drawn from the ontology, not by hand."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from c4f_graph.export.picture import model_dot

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology" / "c4f.ttl"
DOT = ROOT / "ontology" / "model.dot"
SVG = ROOT / "ontology" / "model.svg"
RENEW = "the picture is out of date: CONTRIBUTING.md says how to renew it"
SMALL = """
@prefix c4f: <https://w3id.org/c4f/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
c4f:Work a owl:Class .
c4f:Book a owl:Class ; rdfs:subClassOf c4f:Work .
c4f:Person a owl:Class .
c4f:Genre a owl:Class ; rdfs:subClassOf skos:Concept .
c4f:author a owl:ObjectProperty ; rdfs:domain c4f:Work ; rdfs:range c4f:Person .
c4f:editor a owl:ObjectProperty ; rdfs:domain c4f:Work ; rdfs:range c4f:Person .
c4f:likes a owl:ObjectProperty ; rdfs:domain c4f:Person ;
    rdfs:range [ a owl:Class ; owl:unionOf ( c4f:Work c4f:Book ) ] .
c4f:continues a owl:ObjectProperty ; rdfs:domain c4f:Book ; rdfs:range c4f:Book .
c4f:genre a owl:ObjectProperty ; rdfs:domain c4f:Book ; rdfs:range c4f:Genre .
c4f:page a owl:ObjectProperty ; rdfs:domain c4f:Book ; rdfs:range rdfs:Resource .
c4f:about a owl:ObjectProperty ; rdfs:domain c4f:Book ;
    rdfs:range [ a owl:Class ; owl:unionOf ( c4f:Work c4f:Book c4f:Person c4f:Genre ) ] .
"""


def boxes(dot: str) -> set[str]:
    return set(re.findall(r"^ +(\w+) \[label=<", dot, re.MULTILINE))


def arrows(dot: str) -> set[str]:
    return {
        f"{tail}->{head}" for tail, head in re.findall(r"^ +(\w+) -> (\w+) ", dot, re.MULTILINE)
    }


def svg_titles(kind: str) -> set[str]:
    """Return the titles of the SVG's groups of one kind, `node` or `edge`."""
    svg = "{http://www.w3.org/2000/svg}"
    root = ET.fromstring(SVG.read_text(encoding="utf-8"))  # noqa: S314 (a file of ours)
    groups = (group for group in root.iter(f"{svg}g") if group.get("class") == kind)
    return {group.findtext(f"{svg}title", "") for group in groups}


def test_the_dot_file_is_what_the_ontology_gives_now() -> None:
    assert DOT.read_text(encoding="utf-8") == model_dot(ONTOLOGY), RENEW


def test_the_svg_shows_the_boxes_and_arrows_of_the_dot_file() -> None:
    dot = DOT.read_text(encoding="utf-8")
    assert svg_titles("node") == boxes(dot), RENEW
    assert svg_titles("edge") == arrows(dot), RENEW


def test_the_svg_shows_each_line_of_text_of_the_dot_file() -> None:
    dot = DOT.read_text(encoding="utf-8")
    lines = set(re.findall(r"<b>(\w+)</b>|(?:/?>)(\w+: [\w ]+)<", dot))
    labels = {
        name.strip() for label in re.findall(r'label="(.*?)"', dot) for name in label.split(r"\n")
    }
    wanted = {text for pair in lines for text in pair if text} | labels
    shown = re.findall(r"<text [^>]*>([^<]*)</text>", SVG.read_text(encoding="utf-8"))
    assert wanted == {text.replace("&#160;", " ").strip() for text in shown}, RENEW


def test_every_class_of_the_ontology_is_in_the_picture() -> None:
    text = ONTOLOGY.read_text(encoding="utf-8")
    classes = re.findall(r"^c4f:(\w+) a owl:Class ", text, re.MULTILINE)
    dot = DOT.read_text(encoding="utf-8")
    assert len(classes) > 20
    assert [name for name in classes if not re.search(rf"\b{name}\b", dot)] == []


def test_the_svg_names_no_machine_and_no_version() -> None:
    text = SVG.read_text(encoding="utf-8")
    assert "<!--" not in text
    assert set(re.findall(r'font-family="([^"]*)"', text)) == {"Helvetica,Arial,sans-serif"}


def test_a_small_ontology(tmp_path: Path) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    dot = model_dot(path)
    assert boxes(dot) == {"Book", "Person", "Work"}
    assert '    Work -> Person [label=" author \\n editor "];\n' in dot
    assert "    Book -> Work [arrowhead=empty];\n" in dot
    assert '    Person -> Book [label=" likes "];\n' in dot
    assert '    Person -> Work [label=" likes "];\n' in dot
    lines = ["about: one of 4 classes", "continues: Book", "genre: Genre"]
    assert '<br align="left"/>'.join(lines) in dot
    assert "page" not in dot


def test_the_command_prints_the_picture() -> None:
    command = [sys.executable, "-m", "c4f_graph.export.picture"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == DOT.read_text(encoding="utf-8")
