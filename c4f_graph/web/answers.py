"""The page of a saved question: its form, its answer, its chart and its downloads."""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import C4fError
from c4f_graph.export.answers import as_rows
from c4f_graph.export.writing import write_answer
from c4f_graph.web.charts import Bar, bars
from c4f_graph.web.edition import TIMEOUT
from c4f_graph.web.view import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from c4f_graph.engine import Answer, Term
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.questions import Parameter, Question
    from c4f_graph.web.view import View

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/sparql-results+json",
    "parquet": "application/vnd.apache.parquet",
    "jsonld": "application/ld+json",
    "ttl": "text/turtle; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in the form: what it is, what can be chosen, and what was."""

    parameter: Parameter
    choices: list[tuple[str, str]]
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was asked and answered. `rows` is None where nothing was."""

    question: Question
    fields: list[Field]
    columns: tuple[str, ...]
    rows: list[list[Cell]] | None
    row_count: int
    bars: list[Bar]
    problem: str


def asked(graph: ProgrammeGraph, view: View, question: Question, given: Mapping[str, str]) -> Asked:
    """Answer a question for its page; without what it must be told, only the form is shown."""
    fields = [_field(view, parameter, given) for parameter in question.parameters]
    arguments = {name: value for name, value in given.items() if value}
    must = [field for field in fields if field.parameter.default is None]
    if any(not field.value for field in must):
        return Asked(question, fields, (), None, 0, [], "")
    try:
        answer = as_rows(graph.ask(question.id, arguments, timeout=TIMEOUT))
        found = list(answer.rows)
    except C4fError as error:
        return Asked(question, fields, (), None, 0, [], problem_text(error))
    shown = [
        [view.cell(term, column) for term, column in zip(row, answer.columns, strict=True)]
        for row in found[:_SHOWN]
    ]
    chart = _chart(view, question, answer.columns, found)
    return Asked(question, fields, answer.columns, shown, len(found), chart, "")


def download(
    graph: ProgrammeGraph, question: Question, given: Mapping[str, str], answer_format: str
) -> bytes:
    """Give the answer of a question as a file.

    Args:
        graph: the graph.
        question: the question.
        given: its parameters.
        answer_format: one of `formats()`.

    Raises:
        ParameterError: a parameter that is missing, or names nothing.
        QueryError: no answer in time.
    """
    arguments = {name: value for name, value in given.items() if value}
    answer: Answer = graph.ask(question.id, arguments, timeout=TIMEOUT)
    stream = io.BytesIO()
    write_answer(
        stream,
        answer,
        answer_format,
        graph.store,
        graph.paths.context,
        name=question.id,
        title=question.summary,
        descriptions=question.columns,
    )
    return stream.getvalue()


def formats() -> list[str]:
    """List the formats that can be downloaded here: Parquet only where pyarrow is installed."""
    has_parquet = find_spec("pyarrow") is not None
    return [name for name in MEDIA_TYPES if name != "parquet" or has_parquet]


def problem_text(error: C4fError) -> str:
    """Say what is wrong, with advice where it is not about a command (these are in backquotes)."""
    advice = error.hint or ""
    return error.message if "`" in advice or "--" in advice else f"{error.message} {advice}".strip()


def _field(view: View, parameter: Parameter, given: Mapping[str, str]) -> Field:
    choices = []
    if parameter.kind is not None:
        iris = view.edition.names.of_kind(parameter.kind)
        choices = [(iri.rpartition("/")[2], view.name(iri)) for iri in iris]
        choices.sort(key=lambda choice: choice[1].casefold())
    return Field(parameter, choices, given.get(parameter.name, ""))


def _chart(
    view: View,
    question: Question,
    columns: tuple[str, ...],
    found: list[tuple[Term | None, ...]],
) -> list[Bar]:
    if question.chart is None:
        return []
    labels, value = question.chart
    drawn = []
    for row in found[:_SHOWN]:
        by_column = dict(zip(columns, row, strict=True))
        term = by_column[value]
        if isinstance(term, ox.Literal):
            cells = [view.cell(by_column[name], name) for name in labels]
            text = " ".join(cell.text for cell in cells)
            drawn.append(
                (
                    Cell(text, cells[0].page if len(cells) == 1 else None),
                    float(term.value),
                    view.cell(term, value).text,
                )
            )
    if not drawn:
        return []
    return bars(*zip(*drawn, strict=True))
