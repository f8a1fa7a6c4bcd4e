"""Exports larger than memory should hold: sorted in runs on disk, the bytes stay the same."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.export import order
from c4f_graph.export.graph import serialize_to
from tests.reading import RDFLIB_FORMATS, canonical, oxigraph_dataset, rdflib_dataset

if TYPE_CHECKING:
    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
WITH_GRAPHS = {"nq", "trig"}


def many(count: int, *, blank: bool = False) -> list[ox.Quad]:
    """Give statements of several graphs, each twice, with characters that need escapes."""
    about = ox.NamedNode("https://w3id.org/c4f/ontology#shortName")
    return 2 * [
        ox.Quad(
            ox.BlankNode(f"b{number}") if blank else ox.NamedNode(f"https://example.org/{number}"),
            about,
            ox.Literal(f'{number}\n\t\x01 "ü" \U0001f40b <x> .', language="en"),
            ox.NamedNode(f"https://example.org/graph/{number % 3}"),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("form", RDFLIB_FORMATS)
def test_sorting_in_runs_on_disk_gives_the_bytes_of_sorting_in_memory(
    graph: ProgrammeGraph, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    in_memory = graph.export(form)
    monkeypatch.setattr(order, "RUN_LENGTH", 700)
    monkeypatch.setattr(order, "_MOST_RUNS", 5)
    stream = io.BytesIO()
    graph.export_to(stream, form)
    assert stream.getvalue().decode() == in_memory


@pytest.mark.parametrize("form", sorted(set(RDFLIB_FORMATS) - {"rdfxml"}))
@pytest.mark.parametrize("blank", [False, True])
def test_what_was_sorted_on_disk_is_read_back(
    graph: ProgrammeGraph, monkeypatch: pytest.MonkeyPatch, form: str, blank: bool
) -> None:
    monkeypatch.setattr(order, "RUN_LENGTH", 100)
    quads = many(1000, blank=blank)
    stream = io.BytesIO()
    serialize_to(stream, quads, form, graph.paths.context)
    text = stream.getvalue().decode()
    expected = quads if form in WITH_GRAPHS else [ox.Quad(*quad.triple) for quad in quads]
    assert canonical(oxigraph_dataset(text, form)) == canonical(ox.Dataset(expected))
    assert len(rdflib_dataset(text, form)) == 1000


def test_too_many_blank_nodes_keep_their_names_and_this_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "MOST_BLANKS", 10)
    told: list[str] = []
    quads = many(50, blank=True)
    assert set(order.ordered(quads, tell=told.append)) == set(quads)
    assert len(told) == 1
    assert told[0].startswith("more than 10 statements have blank nodes")
