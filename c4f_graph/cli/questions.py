"""`c4f questions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import PATH, put

if TYPE_CHECKING:
    from pathlib import Path


@click.command("questions")
@click.argument("question_id", metavar="[ID]", required=False)
@click.option("--corpus", type=PATH, metavar="DIR", help="The folder with queries/.")
def command(question_id: str | None, corpus: Path | None) -> None:
    """List the saved questions, or show one: its parameters, columns and query.

    \b
    Examples:
      c4f questions
      c4f questions cluster-partners
    """
    from c4f_graph.paths import corpus_paths
    from c4f_graph.questions import load_question, load_questions

    folder = corpus_paths(corpus).questions
    if question_id is not None:
        question = load_question(folder, question_id)
        parameters = "".join(
            f"  --param {parameter.name}=…  {parameter.description}"
            + (f"  [default: {parameter.default}]\n" if parameter.default is not None else "\n")
            for parameter in question.parameters
        )
        columns = "".join(f"  {name}: {about}\n" for name, about in question.columns.items())
        query = "\n".join(line for line in question.query.splitlines() if line[:2] != "#+")
        put(
            f"{question.id}: {question.summary}\n\n{question.description}\n\n"
            f"Parameters:\n{parameters or '  none' + chr(10)}\nColumns:\n{columns}\n"
            f"Query:\n{query.strip()}\n",
            None,
        )
        return
    questions = load_questions(folder)
    width = max(len(question.id) for question in questions)
    lines = []
    for question in questions:
        needs = "".join(f" [{parameter.name}]" for parameter in question.parameters)
        lines.append(f"{question.id:<{width}}  {question.summary}{needs}\n")
    put("".join(lines), None)
