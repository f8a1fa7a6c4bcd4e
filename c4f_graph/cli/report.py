"""`c4f report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import open_graph, output_option, put, store_options

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
@output_option
@store_options
def command(
    report_format: str,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Report on the quality of the data: what is missing, disputed, old, broken.

    \b
    Examples:
      c4f report -o quality.html
      c4f report --format md
    """
    from c4f_graph.report import document_html, document_markdown, quality_report

    document = quality_report(open_graph(store, corpus, private))
    write = document_html if report_format == "html" else document_markdown
    put(write(document), output)
