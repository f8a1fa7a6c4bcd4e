"""What the overview shows: the programme's figures, its funnel, map, money and milestones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows
from c4f_graph.namespaces import C4F, VOCAB
from c4f_graph.web.charts import Bar, Timeline, bars, timeline
from c4f_graph.web.edition import TIMEOUT, rows
from c4f_graph.web.germany import Germany, Seat, germany
from c4f_graph.web.view import Cell

if TYPE_CHECKING:
    import datetime

    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.view import View

_FIRST_YEAR = 2019
_LANES = ("Programme", "CompetitionRound", "Cluster")
_PLACES = f"""
SELECT DISTINCT ?place ?name ?state WHERE {{
  ?place a <{C4F}Place> ; <http://www.w3.org/2000/01/rdf-schema#label> ?name ; <{C4F}inState> ?state
}}
"""
_BUDGET = f"{C4F}budgetEUR"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the programme, and the page that tells more."""

    label: str
    value: str
    page: str
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the overview shows."""

    programme: str
    programme_page: str | None
    figures: list[Figure]
    funnel: list[Bar]
    germany: Germany
    by_cluster: list[Bar]
    by_state: list[Bar]
    by_year: list[Bar]
    timeline: Timeline
    overdue: list[tuple[Cell, str]]
    next: list[tuple[Cell, str]]


def overview(graph: ProgrammeGraph, view: View, today: datetime.date) -> Overview:
    """Ask for all that the overview shows.

    Raises:
        QueryError: no answer in time.
    """
    programme = _asked(graph, "programme-overview")
    first = programme[0] if programme else {}
    about = first.get("programme")
    return Overview(
        view.full_name(about.value) if isinstance(about, ox.NamedNode) else "",
        view.edition.names.page(about.value) if isinstance(about, ox.NamedNode) else None,
        _figures(view, first),
        _funnel(graph, view),
        _map(graph, view),
        _money(graph, view, "funding-by-cluster", "cluster", limit="ceiling_eur"),
        _money(graph, view, "funding-by-state", "state"),
        _money(graph, view, "funding-by-year", "year"),
        milestones(graph, view, today),
        _dates(graph, view, "overdue-milestones"),
        _dates(graph, view, "next-milestones"),
    )


def milestones(
    graph: ProgrammeGraph, view: View, today: datetime.date, subject: str | None = None
) -> Timeline:
    """Lay out the milestones of the programme, or of one thing, in time."""
    overdue = {str(row["milestone"]) for row in _asked(graph, "overdue-milestones")}
    found = [
        row
        for row in _asked(graph, "milestones")
        if subject is None or (row["subject"] is not None and _value(row["subject"]) == subject)
    ]
    found.sort(key=lambda row: _lane(view, _value(row["subject"])))
    items = []
    for row in found:
        status = _value(row["status"])
        if str(row["milestone"]) in overdue:
            status = "overdue"
        elif status == "planned" and _is_past(_value(row["date"]), today):
            status = "passed"
        name = view.full_name(_value(row["milestone"]))
        when = view.language.date(_value(row["date"]))
        text = f"{name} – {when} – {view.language.text(f'status.{status}')}"
        items.append(
            (
                view.cell(row["subject"]),
                _value(row["date"]),
                status,
                text,
                view.edition.names.page(_value(row["milestone"])),
            )
        )
    return timeline(items, today, _FIRST_YEAR)


def _is_past(date: str, today: datetime.date) -> bool:
    """Tell whether a day, month or year is wholly over."""
    return date < today.isoformat()[: len(date)]


def _lane(view: View, subject: str) -> tuple[int, str]:
    """Put programmes and rounds before clusters, and these before all else."""
    kind = (view.edition.names.kind(subject) or "").removeprefix(C4F)
    return (_LANES.index(kind) if kind in _LANES else len(_LANES)), subject


def _figures(view: View, first: dict[str, Term | None]) -> list[Figure]:
    figures = []
    pages = {
        "clusters": "/cluster",
        "rounds": "/question/selection-funnel",
        "actors": "/actor",
        "budget_eur": view.edition.names.page(_value(first.get("programme"))) or "/",
    }
    programme = first.get("programme")
    for column, page in pages.items():
        term = first.get(column)
        if term is None:
            continue
        is_money = column.endswith("eur")
        value = (
            view.language.millions(float(_value(term)))
            if is_money
            else view.language.number(_value(term))
        )
        disputed = (
            is_money
            and programme is not None
            and view.edition.is_disputed(programme, ox.NamedNode(_BUDGET))
        )
        figures.append(Figure(view.language.text(f"figure.{column}"), value, page, disputed))
    sources = len(view.edition.names.of_kind(f"{C4F}Source"))
    figures.append(
        Figure(view.language.text("figure.sources"), view.language.number(sources), "/source")
    )
    return figures


def _funnel(graph: ProgrammeGraph, view: View) -> list[Bar]:
    found = _asked(graph, "selection-funnel")
    code = view.language.code
    labels = []
    for row in found:
        which = _value(row["round"])
        part = (
            view.language.text("funnel.round", number=which)
            if which.isdigit()
            else view.language.text("funnel.programme")
        )
        labels.append(Cell(f"{part}: {view.edition.names.translated(_value(row['stage']), code)}"))
    values = [float(_value(row["entries"])) for row in found]
    return bars(labels, values, [view.language.number(value) for value in values])


def _map(graph: ProgrammeGraph, view: View) -> Germany:
    places: dict[str, tuple[str, str]] = {}
    for place, name, state in rows(graph, _PLACES):
        slugs = (_value(place).rpartition("/")[2], _value(state).rpartition("/")[2])
        places[_value(name)] = slugs
    seats = []
    for row in _asked(graph, "clusters"):
        city = _value(row["city"])
        if city in places:
            seats.append(Seat(view.cell(row["cluster"]), places[city][0], city, places[city][1]))
    states = view.edition.names.of_kind(f"{C4F}State")
    names = {iri.removeprefix(f"{VOCAB}state/"): view.full_name(iri) for iri in states}
    return germany(seats, names)


def _money(
    graph: ProgrammeGraph, view: View, question: str, label: str, *, limit: str | None = None
) -> list[Bar]:
    found = _asked(graph, question)
    labels = [_label(view, row[label]) for row in found]
    values = [float(_value(row["awarded_eur"])) for row in found]
    limits = [float(_value(row[limit]) or 0) for row in found] if limit else []
    in_millions = view.language.millions
    texts, limit_texts = ([in_millions(sum_) for sum_ in sums] for sums in (values, limits))
    return bars(labels, values, texts, limits, limit_texts)


def _label(view: View, term: Term | None) -> Cell:
    if isinstance(term, ox.NamedNode):
        return view.link(term.value)
    return Cell(view.edition.names.translated(_value(term), view.language.code))


def _dates(graph: ProgrammeGraph, view: View, question: str) -> list[tuple[Cell, str]]:
    return [
        (
            Cell(
                view.full_name(_value(row["milestone"])),
                view.edition.names.page(_value(row["milestone"])),
            ),
            view.language.date(_value(row["due"])),
        )
        for row in _asked(graph, question)
    ]


def _asked(graph: ProgrammeGraph, question: str) -> list[dict[str, Term | None]]:
    answer = graph.ask(question, timeout=TIMEOUT)
    if not isinstance(answer, Rows):
        return []
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _value(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
