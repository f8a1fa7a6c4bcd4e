"""`c4f ask`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from c4f_graph.cli.answers import (
    check_format,
    format_option,
    put_answer,
    sources_option,
)
from c4f_graph.cli.options import (
    as_of_option,
    federate_option,
    graph_options,
    open_graph,
    output_option,
    tell,
    timeout_option,
)

if TYPE_CHECKING:
    from pathlib import Path


def _complete_question(
    _context: click.Context, _parameter: click.Parameter, start: str
) -> list[CompletionItem]:
    from c4f_graph.paths import corpus_paths

    ids = sorted(path.stem for path in corpus_paths().questions.glob("*.rq"))
    return [CompletionItem(name) for name in ids if name.startswith(start)]


@click.command("ask")
@click.argument("question_id", metavar="ID", shell_complete=_complete_question)
@click.option(
    "-p",
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the question; may be given several times.",
)
@format_option
@as_of_option
@sources_option
@output_option
@timeout_option
@federate_option
@graph_options
def command(
    question_id: str,
    parameters: tuple[str, ...],
    answer_format: str,
    as_of: str | None,
    sources: bool,
    output: Path | None,
    timeout: float,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Answer the saved question ID. `c4f questions` lists them.

    A cluster is named by its short name, its slug or its IRI.

    \b
    Examples:
      c4f ask clusters
      c4f ask cluster-partners --param cluster=saxocell
      c4f ask phases --sources
      c4f ask milestones -p from=2024-01-01 -p to=2024-12-31 --format csv -o milestones.csv
    """
    from c4f_graph.questions import is_empty

    check_format(answer_format, output)
    arguments = {}
    for parameter in parameters:
        name, separator, value = parameter.partition("=")
        if not separator:
            raise click.UsageError(f"--param {parameter}: write it as NAME=VALUE.")
        arguments[name] = value
    graph = open_graph(store, corpus, private, as_of)
    question = graph.question(question_id)
    sourced = None
    if sources:
        sourced = graph.ask_with_sources(question_id, arguments, timeout=timeout)
    answer = sourced.rows if sourced else graph.stream_ask(question_id, arguments, timeout=timeout)
    put_answer(
        graph,
        answer,
        answer_format,
        output,
        name=question.id,
        title=question.summary,
        descriptions=question.columns,
        sourced=sourced,
    )
    if is_empty(answer):
        tell(f"no rows. {question.empty}")
