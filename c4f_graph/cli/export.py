"""`c4f export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import (
    as_of_option,
    destination,
    graph_options,
    open_graph,
    output_option,
    tell,
)
from c4f_graph.export.formats import GRAPH_FORMATS

if TYPE_CHECKING:
    from pathlib import Path


@click.command("export")
@click.option(
    "--format",
    "rdf_format",
    type=click.Choice(GRAPH_FORMATS),
    default="ttl",
    show_default=True,
    help="nq and trig keep the sources apart; the others give their union.",
)
@click.option("--graph", metavar="G", help="One source only, by slug or IRI.")
@click.option("--cluster", metavar="C", help="One cluster and what belongs to it.")
@as_of_option
@output_option
@graph_options
def command(
    rdf_format: str,
    graph: str | None,
    cluster: str | None,
    as_of: str | None,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Take the graph away. The same graph gives the same bytes.

    \b
    Examples:
      c4f export -o c4f.ttl
      c4f export --format jsonld --cluster SaxoCell
      c4f export --format trig --graph bmbf-slides-2023-09-11
    """
    opened = open_graph(store, corpus, private, as_of)
    with destination(output) as stream:
        opened.export_to(stream, rdf_format, graph=graph, cluster=cluster, progress=tell)
