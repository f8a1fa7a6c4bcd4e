"""`c4f show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.answers import check_format, format_option, put_answer
from c4f_graph.cli.options import as_of_option, graph_options, open_graph, output_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("show")
@click.argument("name")
@format_option
@as_of_option
@output_option
@graph_options
def command(
    name: str,
    answer_format: str,
    as_of: str | None,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Show what is known of an entity: each statement, with the source that says it.

    \b
    Examples:
      c4f show SaxoCell
      c4f show actor/tu-dresden --format md
    """
    check_format(answer_format, output)
    graph = open_graph(store, corpus, private, as_of)
    answer = graph.show(name)
    put_answer(graph, answer, answer_format, output, name="show", title=name)
