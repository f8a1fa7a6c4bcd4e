"""`c4f report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import as_of_option, graph_options, open_graph, output_option, put

if TYPE_CHECKING:
    from pathlib import Path


@click.command("report")
@click.option(
    "--format",
    "report_format",
    type=click.Choice(("html", "md")),
    default="html",
    show_default=True,
    help="A page that needs no network and no script, or Markdown.",
)
@click.option(
    "--since",
    metavar="DAY|EDITION",
    help="Tell what changed since a day, as 2023-09-11, or an edition, store, corpus or RDF file.  "
    "[default: the former edition, where it is still there]",
)
@as_of_option
@output_option
@graph_options
def command(
    report_format: str,
    since: str | None,
    as_of: str | None,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Report on the quality of the data: what is missing, disputed, old, broken, and what changed.

    \b
    Examples:
      c4f report -o quality.html
      c4f report --format md --since 2024-01-01
    """
    from c4f_graph.report import document_html, document_markdown, quality_report

    document = quality_report(open_graph(store, corpus, private, as_of), since)
    write = document_html if report_format == "html" else document_markdown
    put(write(document), output)
