"""`c4f load`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import PATH, show_refusal, store_options, tell
from c4f_graph.cli.progress import progress_line

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.rdf_streams import RdfStream


@click.command("load")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--graph", metavar="IRI", help="The graph of statements that have none.")
@store_options
def command(
    files: tuple[Path, ...],
    graph: str | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Load large outside FILES into the store, beside the corpus.

    The suffix says the format: .nt, .nq, .ttl, .trig, .rdf, .owl, .rdfxml or .jsonld, each also
    with .gz or .zst. Statements without a graph go to https://w3id.org/c4f/graph/ and the file's
    name. All files are loaded, or nothing is. `c4f build` makes the store without them.

    \b
    Examples:
      c4f load dump.nq.gz
      c4f load people.ttl places.nt --graph https://example.org/people
    """
    import c4f_graph
    from c4f_graph.opening import RefusedCorpusError

    start = time.monotonic()
    counts: dict[Path, int] = {}
    with progress_line() as show:

        def progress(file: RdfStream) -> None:
            counts[file.path] = file.statements
            show(progress_text(file, sum(counts.values()) / (time.monotonic() - start)))

        try:
            edition = c4f_graph.load(
                files, store, corpus, graph=graph, private=private, progress=progress
            )
        except RefusedCorpusError as error:
            show_refusal(error, err=True)
            raise
    seconds = time.monotonic() - start
    count = sum(counts.values())
    tell(
        f"loaded {count:,} statements in {seconds:,.1f} s ({count / seconds:,.0f} a second); "
        f"the store has {edition.statements:,} in {edition.graphs:,} graphs."
    )


def progress_text(file: RdfStream, rate: float) -> str:
    """Tell how far a file is loaded, and how many statements a second are."""
    share = file.position / max(file.size, 1)
    return f"{file.path.name}  {share:.0%}  {file.statements:,}  {rate:,.0f} a second"
