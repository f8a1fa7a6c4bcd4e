"""Which sources are old: how long ago they came out, were looked at, and were overtaken."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING

from c4f_graph.report.document import Bar, Column, Figure, Plot, Section, Table, cell
from c4f_graph.report.terms import count, plural, rows

if TYPE_CHECKING:
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.report.terms import Terms

STALE_AFTER = datetime.timedelta(days=365)
"""A source is stale that was looked at longer than this before the one looked at last."""


def stale_sources(graph: ProgrammeGraph, terms: Terms) -> tuple[Section, Figure]:
    """Give the section on stale sources, and its key figure.

    Time is told by the newest day on which any source was looked at, not by the clock, so that the
    report of a graph is the same each day.
    """
    facts = terms.sources
    newest = max((source.consulted for source in facts.values()), default="")
    limit = _limit(newest)
    never = [source for source in facts if not facts[source].consulted]
    long_ago = [source for source in facts if "" < facts[source].consulted < limit]
    overtaken = rows(graph.ask("superseded-statements"))
    stale = {*never, *long_ago, *(source for source, *_ in overtaken)}
    sentences = [
        "A source is stale that was never looked at, or so long ago that the document may well "
        f"have changed: more than {STALE_AFTER.days} days before the newest look at any. So is one "
        "whose publisher has said otherwise in a newer source, about what can be true in one way "
        "only.",
        f"Of {count(len(facts), 'source')}, {len(stale):,} "
        f"{'is' if len(stale) == 1 else 'are'} stale: {len(never):,} never looked at, "
        f"{len(long_ago):,} looked at long ago, {len({row[0] for row in overtaken}):,} overtaken "
        "by a newer one. One can be stale for two reasons.",
    ]
    if newest:
        oldest = min(source.consulted for source in facts.values() if source.consulted)
        sentences.append(f"The longest ago that one was looked at: {oldest}; the newest: {newest}.")
    undated = sum(not source.date for source in facts.values())
    sentences.append(f"Of {undated:,} it is not known when they came out.")
    parts: list[Table | Plot] = [_by_year(terms)]
    if never or long_ago:
        lines = [
            ((terms.source(source),), cell(facts[source].consulted or "never"))
            for source in sorted(
                [*never, *long_ago], key=lambda source: (facts[source].consulted, str(source))
            )
        ]
        columns = (Column("source"), Column("looked at"))
        parts.append(Table("Sources to look at again, the longest ago first", columns, lines))
    if overtaken:
        said = [
            (
                (terms.source(source),),
                cell(terms.show(subject)),
                cell(terms.show(about)),
                cell(terms.show(value)),
                cell(terms.show(newer_value)),
                (terms.source(newer_source),),
            )
            for source, _, subject, about, value, newer_value, newer_source, _ in overtaken
        ]
        names = ("source", "what", "property", "value", "newer value", "newer source")
        parts.append(Table("Sources overtaken by their publisher", tuple(map(Column, names)), said))
    return (
        Section("sources", "Stale sources", sentences, parts),
        Figure(f"{len(stale):,}", f"stale {plural(len(stale), 'source')}", "sources"),
    )


def _by_year(terms: Terms) -> Plot:
    years = Counter(source.date[:4] for source in terms.sources.values() if source.date)
    most = max(years.values(), default=1)
    bars = [
        Bar(year, number / most, count(number, "source")) for year, number in sorted(years.items())
    ]
    return Plot("Sources by the year in which they came out", bars)


def _limit(newest: str) -> str:
    try:
        return (datetime.date.fromisoformat(newest) - STALE_AFTER).isoformat()
    except ValueError:
        return ""
