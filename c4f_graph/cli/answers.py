"""How `ask`, `query` and `show` put an answer out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

from c4f_graph.cli.options import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from c4f_graph.engine import Answer
    from c4f_graph.evidence.sources import SourcedRows
    from c4f_graph.graph import ProgrammeGraph

FORMATS = ("table", "csv", "tsv", "json", "jsonld", "ttl", "md", "html")
_Command = TypeVar("_Command", bound="Callable[..., Any]")


def format_option(command: _Command) -> _Command:
    """Add the format of an answer."""
    return click.option(
        "--format",
        "answer_format",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="The form of the answer.",
    )(command)


def sources_option(command: _Command) -> _Command:
    """Add the sources of each row."""
    return click.option(
        "--sources", is_flag=True, help="Add to each row the sources of what made it."
    )(command)


def put_answer(
    graph: ProgrammeGraph,
    answer: Answer,
    answer_format: str,
    output: Path | None,
    *,
    name: str,
    title: str,
) -> None:
    """Write an answer in a format.

    Args:
        graph: where names are looked up.
        answer: the answer.
        answer_format: one of `FORMATS`.
        output: the file, or None for stdout.
        name: what the columns' IRIs are called after.
        title: what a page is called.
    """
    put(_text(graph, answer, answer_format, name=name, title=title), output)


def put_sourced(
    graph: ProgrammeGraph,
    answer: SourcedRows,
    answer_format: str,
    output: Path | None,
    *,
    name: str,
    title: str,
) -> None:
    """Write an answer with the sources of each row; arguments as for `put_answer`."""
    from c4f_graph.export import sources

    if answer_format == "json":
        put(sources.json_text(answer), output)
    elif answer_format in {"ttl", "jsonld"}:
        text = sources.statements_text(answer, answer_format, graph.paths.context, name)
        put(text, output)
    else:
        rows = sources.as_column(answer)
        put_answer(graph, rows, answer_format, output, name=name, title=title)


def _text(
    graph: ProgrammeGraph, answer: Answer, answer_format: str, *, name: str, title: str
) -> str:
    from c4f_graph.export import answers, tables

    if answer_format == "json":
        return answers.json_text(answer)
    if answer_format in {"ttl", "jsonld"}:
        return answers.statements_text(answer, answer_format, graph.paths.context, name)
    rows = answers.as_rows(answer)
    if answer_format == "csv":
        return answers.csv_text(rows)
    if answer_format == "tsv":
        return answers.tsv_text(rows)
    if answer_format == "md":
        return tables.markdown_table(rows, graph.store)
    if answer_format == "html":
        return tables.html_table(rows, graph.store, title)
    return tables.terminal_table(rows, graph.store, sys.stdout)
