"""`c4f match`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.answers import check_format, format_option, put_answer
from c4f_graph.cli.options import PATH, open_graph, output_option, store_options, tell

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.matching.decisions import Decision


@click.command("match")
@click.argument("verb", required=False, type=click.Choice(["accept", "reject", "undo"]))
@click.argument("body", required=False)
@click.argument("actor", required=False)
@click.option(
    "--catalogue",
    type=PATH,
    metavar="FILE",
    help="The RDF file that names the bodies.  [default: what is loaded into the store]",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    metavar="SCORE",
    help="List candidates from this score on, 0 to 1.  [default: 0.7]",
)
@click.option("--decided", is_flag=True, help="List what was decided, too.")
@format_option
@output_option
@store_options
def command(
    verb: str | None,
    body: str | None,
    actor: str | None,
    catalogue: Path | None,
    threshold: float | None,
    decided: bool,
    answer_format: str,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Match the bodies that a funding catalogue names to the registry's actors.

    Without a verb, the candidates are listed, the likeliest first, each with its score and with the
    method that found it: identifier, name-and-place, name, or likeness. Nothing is matched before
    you accept it. Decisions go to data/registry/matches.ttl; undo takes those on a body back.

    \b
    Examples:
      c4f match
      c4f match --catalogue catalogue.nq --threshold 0.9 --format csv -o candidates.csv
      c4f match accept technische-universitaet-dresden-14612000 tu-dresden
      c4f match reject technische-universitaet-dresden-14612000 university-hospital-dresden
      c4f match undo technische-universitaet-dresden-14612000
    """
    from c4f_graph.matching import review
    from c4f_graph.matching.candidates import DEFAULT_THRESHOLD

    if verb is not None and body is None:
        raise click.UsageError(f"c4f match {verb} needs a BODY.")
    if verb in {"accept", "reject"} and actor is None:
        raise click.UsageError(f"c4f match {verb} needs a BODY and an ACTOR.")
    check_format(answer_format, output)
    graph = open_graph(store, corpus, private)
    if verb is None or body is None:
        rows = review.list_candidates(
            graph,
            catalogue,
            threshold=DEFAULT_THRESHOLD if threshold is None else threshold,
            decided=decided,
        )
        put_answer(graph, rows, answer_format, output, name="match", title="Candidates")
        if not rows.rows:
            tell("no rows. Every candidate of this score is decided, or none is as like as that.")
    elif verb == "undo":
        for decision in review.undo(graph, body, actor):
            tell(f"no longer {_said(decision)}")
    elif actor is not None:
        decision = review.decide(graph, body, actor, accepted=verb == "accept", catalogue=catalogue)
        tell(_said(decision))


def _said(decision: Decision) -> str:
    from c4f_graph.namespaces import ID

    body, actor = (iri.removeprefix(ID) for iri in (decision.body, decision.actor))
    how = f"{decision.method}, score {decision.score:.4f}"
    return f"{decision.word}: {body} is {'' if decision.accepted else 'not '}{actor} ({how})."
