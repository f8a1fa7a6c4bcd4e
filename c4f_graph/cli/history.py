"""`c4f history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.answers import check_format, format_option, put_answer
from c4f_graph.cli.options import as_of_option, graph_options, open_graph, output_option, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command("history")
@click.argument("name")
@as_of_option
@format_option
@output_option
@graph_options
def command(
    name: str,
    as_of: str | None,
    answer_format: str,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Tell what the sources said of an entity and its parts, in the order of their dates.

    A row is a statement with the source that said it first and the number of sources that say it.
    Where a later source gave another value for what can have one only, that is a row of its own,
    and instead_of is the value until then. What has no date comes last.

    \b
    Examples:
      c4f history SaxoCell
      c4f history programme/clusters4future --format csv
    """
    check_format(answer_format, output)
    graph = open_graph(store, corpus, private, as_of)
    answer = graph.history(name)
    put_answer(graph, answer, answer_format, output, name="history", title=name)
    if not answer.rows:
        tell("no rows. No source says anything of it.")
