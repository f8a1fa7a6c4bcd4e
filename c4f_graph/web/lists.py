"""What the list of a kind tells of each thing beside its name, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import C4F
from c4f_graph.web.edition import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.view import Cell, View

_COLUMNS = {
    "cluster": ("field", "seat"),
    "actor": ("actorKind", "city"),
    "project": ("ofCluster", "recipient", "startDate", "endDate"),
    "milestone": ("subject", "plannedDate", "reachedDate"),
}
_VALUES = """
SELECT DISTINCT ?thing ?property ?value WHERE {{
  VALUES ?property {{ {names} }}
  ?thing ?property ?value
}}
"""
_IN_TIME = {"milestone": ("reachedDate", "plannedDate")}
"""The kinds that are listed in the order of time, by which dates."""
_UNKNOWN_DATE = "~"
"""Comes after every date."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing of a list: its name, its full name where that is another, and its columns."""

    link: Cell
    full: str
    columns: list[list[Cell]]


def listed(
    graph: ProgrammeGraph, view: View, kind: str, iris: Sequence[str]
) -> tuple[list[str], list[Item]]:
    """Give the headings of a list's columns, and its things in order.

    Where sources disagree, a column has what each says.

    Args:
        graph: the graph.
        view: the reader's language.
        kind: the kind, as in the pages' addresses.
        iris: the things.

    Raises:
        QueryError: no answer in time.
    """
    about = [f"{C4F}{name}" for name in _COLUMNS[kind]]
    values: dict[tuple[str, str], list[Term]] = {}
    names = " ".join(f"<{name}>" for name in about)
    for thing, name, value in rows(graph, _VALUES.format(names=names)):
        if isinstance(thing, ox.NamedNode) and isinstance(name, ox.NamedNode) and value:
            values.setdefault((thing.value, name.value), []).append(value)

    def place(iri: str) -> tuple[str, str, str]:
        dates = [
            min(term.value for term in found if isinstance(term, ox.Literal))
            for name in _IN_TIME.get(kind, ())
            if (found := values.get((iri, f"{C4F}{name}")))
        ]
        return (dates[0] if dates else _UNKNOWN_DATE, view.name(iri).casefold(), iri)

    items = []
    for iri in sorted(iris, key=place):
        link, full = view.link(iri), view.full_name(iri)
        columns = [
            [view.cell(value, name) for value in sorted(values.get((iri, name), ()), key=str)]
            for name in about
        ]
        items.append(Item(link, full if full != link.text else "", columns))
    return [view.property_name(name) for name in about], items
