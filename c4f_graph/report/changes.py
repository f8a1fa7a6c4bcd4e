"""What changed since a day or a former edition."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.as_of import graphs_as_of, parse_day, view_as_of
from c4f_graph.diff import (
    StoreSide,
    by_entity,
    differences,
    differences_text,
    pair_editions,
    side,
    without_graphs,
)
from c4f_graph.diff.words import Words
from c4f_graph.editions import former_editions
from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import C4F
from c4f_graph.paths import default_store_path
from c4f_graph.report.document import Column, Figure, Plot, Section, Table, cell
from c4f_graph.report.terms import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.diff import EntityDifferences, Side
    from c4f_graph.diff.entities import EntityDifference
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.report.terms import Terms

MOST_LINES = 500
"""A page has at most so many lines on what changed; `c4f diff` gives all."""
LARGE = 10_000
"""A catalogue's edition of more statements that came or went is not told thing by thing."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SOURCE = ox.NamedNode(f"{C4F}Source")
_CHANGES = ("added", "changed", "removed")


def changes_since(
    graph: ProgrammeGraph, terms: Terms, since: str | None
) -> tuple[Section, Figure | None]:
    """Give the section on what changed, and its key figure.

    Since a day: how all dated sources differ from those that had come out by then. Sources without
    a date are on neither side, for they would all count as new.

    Args:
        graph: the graph.
        terms: names its things and sources.
        since: a day; or what `diff.side` takes, such as an edition. None for the former edition.

    Raises:
        ParameterError: no such day, or no source had come out by then; an edition where the graph
            is one as of a day.
        InputError, StoreError: as for `diff.side` and `diff.differences`.
    """
    if since is not None and _DAY.fullmatch(since):
        day = parse_day(since)
        view = graphs_as_of(graph.store, day)
        was: Side = StoreSide(
            f"the day {day}", view_as_of(graph.store, view), private=graph.private
        )
        dated = graphs_as_of(graph.store, datetime.date.max)
        now = StoreSide("now", view_as_of(graph.store, dated), private=graph.private)
        note = f"Sources that have come out since: {len(dated.sources) - len(view.sources):,}."
        if dated.undated:
            note += f" Of {dated.undated:,} the date is not known; they are left out."
        return _section(graph, terms, was, now, f"since {day}", note)
    if graph.view is not None:
        if since is None:
            return _nothing("A day to compare with was not given (--since)."), None
        raise ParameterError(
            "a graph as of a day can be compared with that of a day only.",
            hint="Give --since a day, as 2023-09-11.",
        )
    if since is None:
        former = former_editions(graph.store_path) if graph.store_path else []
        if not former:
            return _nothing(
                "The store has no former edition, and no day to compare with was given (--since)."
            ), None
        since, name = former[0], "the former edition"
    else:
        name = since
    was = side(since, graph.store_path or default_store_path(), private=graph.private)
    now = StoreSide("now", graph.store, private=graph.private)
    return _section(graph, terms, was, now, f"since {name}", "")


def _nothing(sentence: str) -> Section:
    return Section("changes", "Changes", [sentence])


def _section(
    graph: ProgrammeGraph, terms: Terms, was: Side, now: Side, since: str, note: str
) -> tuple[Section, Figure]:
    editions = pair_editions(was, now)
    sizes = {node: editions.b.size(node) for node in editions.came}
    sizes |= {node: editions.a.size(node) for node in editions.went}
    large = {node for node, size in sizes.items() if size > LARGE}
    was, now = (without_graphs(each, large) for each in (editions.a, editions.b))
    found = by_entity(differences(was, now), was, now, graph.paths)
    number = len(found.entities) + len(large)
    sentences = [
        f"What changed {since}: statements added {found.added:,}, removed {found.removed:,}; "
        f"things that differ: {len(found.entities):,}."
    ]
    if note:
        sentences.append(note)
    sentences += editions.sentences
    parts: list[Table | Plot] = []
    if large:
        sentences.append("Whole editions of a catalogue that came or went are counted by class.")
        lines = [
            ((terms.source(node),), cell(change), cell(name), cell(f"{things:,}"))
            for change, nodes, of in (
                ("added", editions.came, editions.b),
                ("removed", editions.went, editions.a),
            )
            for node in nodes
            if node in large
            for name, things in _by_class(of, node, terms, sizes[node])
        ]
        columns = (Column("source"), Column("change"), Column("what"), Column("number", True))
        parts.append(Table("Editions of a catalogue that came or went", columns, lines))
    parts += _tables(found, terms, sentences)
    return (
        Section("changes", "Changes", sentences, parts),
        Figure(f"{number:,}", f"{plural(number, 'change')} {since}", "changes"),
    )


def _by_class(of: Side, node: ox.NamedNode, terms: Terms, size: int) -> Iterator[tuple[str, int]]:
    """Yield how many statements an edition has, then its things by class, the most first."""
    yield "statements", size
    counts = of.classes(node)
    for iri, things in sorted(counts.items(), key=lambda count: (-count[1], count[0])):
        yield terms.class_name(ox.NamedNode(iri)), things


def _tables(found: EntityDifferences, terms: Terms, sentences: list[str]) -> list[Table | Plot]:
    if found.is_empty:
        return []
    words = Words(found.names)
    counted: Counter[tuple[str, str]] = Counter(
        (words.class_name(entity.entity) or "of no known class", entity.change)
        for entity in found.entities
    )
    by_class = [
        (cell(name), *(cell(f"{counted[name, change]:,}") for change in _CHANGES))
        for name in sorted({name for name, _ in counted})
    ]
    columns = (Column("class"), *(Column(change, is_number=True) for change in _CHANGES))
    parts: list[Table | Plot] = [Table("Things that differ, by class", columns, by_class)]
    sources: list[EntityDifference] = []
    others: list[EntityDifference] = []
    for entity in found.entities:
        is_source = _SOURCE in found.names.classes(entity.entity)
        (sources if is_source else others).append(entity)
    if sources:
        lines = [
            ((terms.source(entity.entity),), cell(words.name(entity.entity)), cell(entity.change))
            for entity in sorted(sources, key=lambda entity: str(entity.entity))
        ]
        names = (Column("source"), Column("title"), Column("change"))
        parts.append(Table("Sources that differ", names, lines))
    text = differences_text(replace(found, entities=others))
    told = [(cell(line.rstrip("\n")),) for line in islice(text, MOST_LINES)]
    if told:
        parts.append(Table("What differs", (Column("in words, with the sources"),), told))
    if more := sum(1 for _ in text):
        sentences.append(
            f"In words, the first {MOST_LINES:,} lines are given, and {count(more, 'line')} left "
            "out. The command c4f diff gives all of two editions."
        )
    return parts
