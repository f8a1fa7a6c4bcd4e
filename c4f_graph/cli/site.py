"""`c4f site`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import PATH, open_embedded, public_store_options, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command("site")
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    metavar="DIR",
    help="The folder: a new or empty one, or that of a former site, which is then replaced.",
)
@click.option(
    "--url",
    metavar="URL",
    help="Where the site will be on the web; a sitemap and a 404 page for any depth need it.",
)
@public_store_options
def command(output: Path, url: str | None, store: Path | None, corpus: Path | None) -> None:
    """Write the pages and the data as files, for any web server or none.

    The pages are those of `c4f serve`, in English and German, with relative links: the folder works
    wherever it lies, also from a disk. What needs a server is left out. Milestones are due or
    overdue as of today, or as of SOURCE_DATE_EPOCH. Personal data are never written.

    \b
    Examples:
      c4f site -o public
      c4f site -o public --url https://example.org/c4f/
    """
    from c4f_graph.web.site import write_site
    from c4f_graph.web.site.address import read_address, today

    address = None if url is None else read_address(url)
    graph = open_embedded(store, corpus, private=False)
    write_site(graph, output, today(), address=address, progress=tell)
