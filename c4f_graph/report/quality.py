"""Gather what is known of the quality of a graph."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from c4f_graph.export.names import plain
from c4f_graph.findings import SEVERITIES
from c4f_graph.identifiers import IDENTIFIERS
from c4f_graph.namespaces import C4F, RDFS
from c4f_graph.report.changes import changes_since
from c4f_graph.report.document import (
    Bar,
    Column,
    Document,
    Figure,
    Plot,
    Section,
    Table,
    Text,
    cell,
)
from c4f_graph.report.sources import stale_sources
from c4f_graph.report.terms import Terms, count, plural, rows

if TYPE_CHECKING:
    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph

_TITLE = "Quality of the data"
_FINGERPRINT = 12
_COUNTS = f"""
PREFIX c4f: <{C4F}>
PREFIX rdfs: <{RDFS}>
SELECT ?class (MIN(?name) AS ?label) (COUNT(DISTINCT ?thing) AS ?things) WHERE {{
  {{ SELECT DISTINCT ?class WHERE {{ ?class c4f:expects ?property }} }}
  ?class rdfs:label ?name
  FILTER(LANG(?name) = "en")
  ?thing a ?class
}}
GROUP BY ?class
ORDER BY DESC(?things) ?class
"""
_IDENTIFIERS = f"""
SELECT DISTINCT ?property ?thing ?value WHERE {{
  VALUES ?property {{ {" ".join(f"<{iri}>" for iri in IDENTIFIERS)} }}
  ?thing ?property ?value
}}
ORDER BY ?property ?thing STR(?value)
"""


def quality_report(graph: ProgrammeGraph, since: str | None = None) -> Document:
    """Gather the report on a graph.

    Args:
        graph: the graph, also one as of a day.
        since: tell what changed since this day or edition; see `changes_since`.

    Raises:
        QueryError: no answer in time.
        ParameterError: nothing to compare with.
        InputError, ShapesError: the corpus cannot be read, or its shapes cannot be used.
    """
    terms = Terms(graph)
    parts = [
        _completeness(graph, terms),
        _conflicts(graph, terms),
        stale_sources(graph, terms),
        _identifiers(graph, terms),
        _findings(graph),
        changes_since(graph, terms, since),
    ]
    figures = [figure for _, figure in parts if figure is not None]
    sections = [*(section for section, _ in parts), _contents(graph)]
    newest = max((source.date for source in terms.sources.values()), default="")
    about = [
        _what(graph),
        f"Newest source: {newest}" if newest else "No source has a date",
    ]
    return Document(_TITLE, about, figures, sections)


def _what(graph: ProgrammeGraph) -> str:
    """Say what the report is of."""
    edition = graph.edition
    if edition is None:
        return f"The graph on a server, {graph.view}" if graph.view else "The graph on a server"
    size = f"{count(edition.statements, 'statement')} in {count(edition.graphs, 'graph')}"
    return f"Edition {edition.fingerprint[:_FINGERPRINT]}, {graph.view or size}"


def _contents(graph: ProgrammeGraph) -> Section:
    counted = [
        (cell(plain(name)), cell(f"{int(plain(things)):,}"))
        for _, name, things in rows(graph.query(_COUNTS, name="things by class"))
    ]
    table = Table("Things by class", (Column("class"), Column("things", is_number=True)), counted)
    sentences = ["What the graph knows of, by class of the ontology; the largest first."]
    return Section("contents", "Contents", sentences, [table])


def _completeness(graph: ProgrammeGraph, terms: Terms) -> tuple[Section, Figure]:
    answer = [
        (kind, about, int(plain(have)), int(plain(of)))
        for kind, about, have, of, _ in rows(graph.ask("data-completeness"))
    ]
    known: Counter[Term | None] = Counter()
    expected: Counter[Term | None] = Counter()
    for kind, _, have, of in answer:
        known[kind] += have
        expected[kind] += of
    by_share = sorted(expected, key=lambda kind: (known[kind] / expected[kind], terms.show(kind)))
    bars = [
        Bar(
            terms.class_name(kind),
            known[kind] / expected[kind],
            f"{_percent(known[kind], expected[kind])}, {known[kind]:,} of {expected[kind]:,}",
            tuple(
                (have / of, f"{terms.show(about)} {_percent(have, of)}")
                for of_kind, about, have, of in answer
                if of_kind == kind
            ),
        )
        for kind in by_share
    ]
    order = {kind: place for place, kind in enumerate(by_share)}
    lines = [
        (
            cell(terms.class_name(kind)),
            cell(terms.show(about)),
            cell(f"{have:,}"),
            cell(f"{of:,}"),
            cell(_percent(have, of)),
        )
        for kind, about, have, of in sorted(
            answer, key=lambda line: (order[line[0]], line[2] / line[3], terms.show(line[1]))
        )
    ]
    columns = (
        Column("class"),
        Column("property"),
        Column("have it", is_number=True),
        Column("of", is_number=True),
        Column("share", is_number=True),
    )
    sentences = [
        "What the ontology expects of a thing of a class, and how many things have it. It measures "
        "what was found in sources, not what is true: what no source says is missing here.",
    ]
    parts: list[Table | Plot] = [
        Plot(
            "Values that are known, of those expected, by class; a mark is one property, the "
            "least complete class comes first",
            bars,
        ),
        Table("Values by class and property", columns, lines),
    ]
    share = _percent(known.total(), expected.total())
    return (
        Section("completeness", "Completeness", sentences, parts),
        Figure(share, "of the expected values are known", "completeness"),
    )


def _conflicts(graph: ProgrammeGraph, terms: Terms) -> tuple[Section, Figure]:
    said: dict[tuple[Term | None, Term | None], dict[Term | None, list[Text]]] = {}
    for subject, about, value, source, _ in rows(graph.ask("conflicting-statements")):
        values = said.setdefault((subject, about), {})
        values.setdefault(value, []).append(terms.source(source))
    lines = [
        (cell(terms.show(subject)), cell(terms.show(about)), cell(terms.show(value)), tuple(who))
        for (subject, about), values in said.items()
        for value, who in values.items()
    ]
    columns = (Column("what"), Column("property"), Column("value"), Column("who says so"))
    sentences = [
        "Properties that can have one true value only, where sources give different ones. Both "
        "stay; a question that needs one value says which it takes.",
        f"Conflicts: {len(said):,}." if said else "No two sources contradict each other.",
    ]
    parts: list[Table | Plot] = [Table("Where sources disagree", columns, lines)] if said else []
    return (
        Section("conflicts", "Conflicts", sentences, parts),
        Figure(f"{len(said):,}", plural(len(said), "conflict") + " between sources", "conflicts"),
    )


def _identifiers(graph: ProgrammeGraph, terms: Terms) -> tuple[Section, Figure]:
    seen: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    lines = []
    for about, thing, value in rows(graph.query(_IDENTIFIERS, name="identifiers")):
        kind, fault_of = IDENTIFIERS[plain(about)]
        seen[kind] += 1
        fault = fault_of(plain(value))
        if fault is not None:
            broken[kind] += 1
            lines.append((cell(kind), cell(terms.show(thing)), cell(plain(value)), cell(fault)))
    checked = [
        (cell(kind), cell(f"{seen[kind]:,}"), cell(f"{broken[kind]:,}"))
        for kind, _ in IDENTIFIERS.values()
    ]
    parts: list[Table | Plot] = [
        Table(
            "Identifiers by kind",
            (Column("kind"), Column("looked at", is_number=True), Column("broken", is_number=True)),
            checked,
        )
    ]
    if lines:
        columns = (Column("kind"), Column("of"), Column("identifier"), Column("what is wrong"))
        parts.append(Table("Broken identifiers", columns, lines))
    sentences = [
        "Identifiers elsewhere, judged by their form and, for ROR and GND, by their check digits. "
        "Nothing was looked up: one that passes can still be that of somebody else.",
        f"{count(seen.total(), 'identifier')} looked at, {broken.total():,} broken.",
    ]
    number = broken.total()
    return (
        Section("identifiers", "Identifiers", sentences, parts),
        Figure(
            f"{number:,}",
            "broken " + plural(number, "identifier"),
            "identifiers",
            is_bad=number > 0,
        ),
    )


def _findings(graph: ProgrammeGraph) -> tuple[Section, Figure | None]:
    title = "Findings of the validation"
    if graph.view is not None:
        return Section("findings", title, ["Only the files of today can be validated."]), None
    findings = graph.validate().findings
    by_rule = Counter((SEVERITIES.index(found.severity), found.rule) for found in findings)
    severities = Counter(found.severity for found in findings)
    lines = [
        (cell(SEVERITIES[severity]), cell(rule), cell(f"{number:,}"))
        for (severity, rule), number in sorted(
            by_rule.items(), key=lambda item: (item[0][0], -item[1], item[0][1])
        )
    ]
    columns = (Column("severity"), Column("rule"), Column("findings", is_number=True))
    told = ", ".join(f"{severities[severity]:,} {severity}" for severity in SEVERITIES)
    sentences = [
        "What the shapes and checks find in the files of the corpus; the command c4f validate "
        "names file and line. A violation is wrong, a warning is likely to be, an info is "
        "something to look at.",
        f"By severity: {told}.",
    ]
    parts: list[Table | Plot] = [Table("Findings by rule", columns, lines)] if lines else []
    number = severities["violation"]
    return (
        Section("findings", title, sentences, parts),
        Figure(f"{number:,}", plural(number, "violation"), "findings", is_bad=number > 0),
    )


def _percent(part: int, whole: int) -> str:
    """Give a share in whole percent; 0 and 100 only where it is exactly that."""
    if not whole:
        return "none"
    percent = round(100 * part / whole)
    if part not in {0, whole}:
        percent = min(max(percent, 1), 99)
    return f"{percent} %"
