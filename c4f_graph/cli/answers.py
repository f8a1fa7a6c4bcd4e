"""How `ask`, `query` and `show` put an answer out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

from c4f_graph.cli.options import destination, put
from c4f_graph.export.formats import ANSWER_FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from c4f_graph.engine import Answer, RowStream
    from c4f_graph.evidence.sources import SourcedRows
    from c4f_graph.graph import ProgrammeGraph

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def format_option(command: _Command) -> _Command:
    """Add the format of an answer."""
    return click.option(
        "--format",
        "answer_format",
        type=click.Choice(ANSWER_FORMATS),
        default="table",
        show_default=True,
        help="The form of the answer.",
    )(command)


def check_format(answer_format: str, output: Path | None) -> None:
    """Refuse, before anything is asked, a format that cannot be written there.

    Raises:
        InputError: pyarrow is not installed.
        click.UsageError: Parquet for a terminal.
    """
    if answer_format == "parquet":
        from c4f_graph.export.parquet import need_pyarrow

        need_pyarrow()
        if output is None and sys.stdout.isatty():
            raise click.UsageError("Parquet is no text for a terminal: add -o FILE, or redirect.")


def sources_option(command: _Command) -> _Command:
    """Add the sources of each row."""
    return click.option(
        "--sources", is_flag=True, help="Add to each row the sources of what made it."
    )(command)


def put_answer(
    graph: ProgrammeGraph,
    answer: Answer | RowStream,
    answer_format: str,
    output: Path | None,
    *,
    name: str,
    title: str,
    descriptions: Mapping[str, str] | None = None,
    sourced: SourcedRows | None = None,
) -> None:
    """Write an answer in a format; rows that are still being found are written as they come.

    Args:
        graph: where names are looked up.
        answer: the answer.
        answer_format: one of `ANSWER_FORMATS`, which `check_format` let pass.
        output: the file, or None for stdout.
        name: what the columns' IRIs are called after.
        title: what a page is called.
        descriptions: what columns mean, by their names.
        sourced: the answer with the sources of each row, where they are to be written as well.

    Raises:
        QueryError: the time limit passed before all was written; a file is then left as it was.
        StoreError: the file cannot be written.
    """
    from c4f_graph.engine import Rows, RowStream
    from c4f_graph.export.answers import as_rows
    from c4f_graph.export.tables import terminal_table
    from c4f_graph.export.writing import write_answer

    if sourced is not None:
        from c4f_graph.export.sources import as_column

        text = _written_as_statements(graph, sourced, answer_format, name)
        if text is not None:
            put(text, output)
            return
        answer = as_column(sourced)
    with destination(output) as stream:
        if answer_format == "table":
            rows = as_rows(answer)
            listed = Rows(rows.columns, list(rows.rows))
            stream.write(terminal_table(listed, graph.store, sys.stdout).encode())
        else:
            write_answer(
                stream,
                answer,
                answer_format,
                graph.store,
                graph.paths.context,
                name=name,
                title=title,
                descriptions=descriptions or {},
            )
        if isinstance(answer, RowStream):
            answer.limit.left()


def _written_as_statements(
    graph: ProgrammeGraph, answer: SourcedRows, answer_format: str, name: str
) -> str | None:
    """Write rows with their sources in a format that has its own way to; None in another."""
    from c4f_graph.export import sources

    if answer_format == "json":
        return sources.json_text(answer)
    if answer_format in {"ttl", "jsonld"}:
        return sources.statements_text(answer, answer_format, graph.paths.context, name)
    return None
