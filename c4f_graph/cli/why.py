"""`c4f why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.answers import check_format, format_option, put_answer
from c4f_graph.cli.options import as_of_option, graph_options, open_graph, output_option, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command("why")
@click.argument("subject")
@click.argument("about", metavar="PROPERTY")
@click.argument("value", required=False)
@as_of_option
@format_option
@output_option
@graph_options
def command(
    subject: str,
    about: str,
    value: str | None,
    as_of: str | None,
    answer_format: str,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Show who says what about a PROPERTY of SUBJECT, when, where, and who disagrees.

    SUBJECT goes by its short name, its slug, its label or its IRI; PROPERTY by its name in the
    ontology, its label in English or German, or its IRI. With VALUE, only who says just that.
    On stderr stands which value the questions take, and why.

    \b
    Examples:
      c4f why Clusters4Future budgetEUR
      c4f why milestone/round-2-selection "reached date" 2022-07-18
      c4f why Clusters4Future budgetEUR --as-of 2021-03-01

    Exit code 1: no source says anything of it.
    """
    check_format(answer_format, output)
    graph = open_graph(store, corpus, private, as_of)
    found = graph.why(subject, about, value)
    put_answer(graph, found.rows, answer_format, output, name="why", title=f"{subject} {about}")
    tell(found.reason)
