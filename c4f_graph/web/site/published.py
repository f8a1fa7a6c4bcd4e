"""What those look for who come by themselves: catalogues of data, search engines, lost readers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

import pyoxigraph as ox

from c4f_graph.export.graph import serialize
from c4f_graph.web.catalogue import Download, catalogue_entry
from c4f_graph.web.language import LANGUAGES, language
from c4f_graph.web.negotiation import QUAD_FORMS
from c4f_graph.web.page import Page
from c4f_graph.web.site.links import CATALOGUE_FORMS, GRAPH_FORMS, SiteLinks

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.site.folder import SiteFolder

# Stands for the address while that is not known; no address ends so (RFC 6761, section 6.4).
_ANYWHERE = "https://site.invalid/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ADDRESSES_IN_SITEMAP = 50_000
_NOT_FOUND = "/404"


def write_catalogue(graph: ProgrammeGraph, folder: SiteFolder, address: str | None) -> None:
    """Write the entry for catalogues of data.

    Where the address is not known, its addresses are relative to that of the file: Turtle and
    JSON-LD read them so (RFC 3986, section 5.1.3).
    """
    root = address or _ANYWHERE
    media_types = {form.name: form.media_type for form in QUAD_FORMS}
    downloads = [
        Download(
            form,
            media_types[form],
            f"{root}data/c4f.{form}",
            (folder.root / f"data/c4f.{form}").stat().st_size,
        )
        for form in GRAPH_FORMS
    ]
    quads = list(catalogue_entry(graph, root, f"{root}dataset", downloads, None))
    for form in CATALOGUE_FORMS:
        text = _serialized(quads, form, graph.paths.context)
        if address is None:
            for mark, end in (("<", ">"), ('"', '"')):
                text = text.replace(f"{mark}{_ANYWHERE}{end}", f"{mark}./{end}")
                text = text.replace(f"{mark}{_ANYWHERE}", mark)
        folder.write(f"catalogue.{form}", text.encode())


def write_signposts(graph: ProgrammeGraph, folder: SiteFolder, address: str | None) -> None:
    """Write the sitemap (https://www.sitemaps.org/protocol.html), robots.txt and the 404 pages.

    A sitemap has whole addresses, so there is none where the address is not known.
    """
    pages = sorted(name for name in folder.names if name.endswith(".html"))
    robots = "User-agent: *\nAllow: /\n"
    if address is not None:
        _write_sitemap([address + quote(name) for name in pages], folder, address)
        robots += f"Sitemap: {address}sitemap.xml\n"
    folder.write("robots.txt", robots.encode())
    # GitHub Pages would leave some names out otherwise.
    folder.write(".nojekyll", b"")
    for code in LANGUAGES:
        # It is shown at whatever address was asked for, so a relative way would lead astray.
        top = None if address is None else urlsplit(address).path
        links = SiteLinks(_NOT_FOUND, code, {}, top)
        page = Page(graph, language(code), links)
        folder.write(links.file_name, page.render("not_found.html", near=[]).encode())


def _serialized(quads: list[ox.Quad], form: str, context: Path) -> str:
    if form == "ttl":
        return serialize(quads, form, context)
    # Our own context has a base, to which addresses of the site are not relative.
    body = ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.JSON_LD)
    return (body or b"").decode()


def _write_sitemap(addresses: list[str], folder: SiteFolder, address: str) -> None:
    if len(addresses) <= _ADDRESSES_IN_SITEMAP:
        folder.write("sitemap.xml", _sitemap("urlset", "url", addresses))
        return
    parts = []
    for number, start in enumerate(range(0, len(addresses), _ADDRESSES_IN_SITEMAP), 1):
        some = addresses[start : start + _ADDRESSES_IN_SITEMAP]
        folder.write(f"sitemap-{number}.xml", _sitemap("urlset", "url", some))
        parts.append(f"{address}sitemap-{number}.xml")
    folder.write("sitemap.xml", _sitemap("sitemapindex", "sitemap", parts))


def _sitemap(whole: str, part: str, addresses: list[str]) -> bytes:
    lines = "".join(f"<{part}><loc>{escape(one)}</loc></{part}>\n" for one in addresses)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<{whole} xmlns="{_SITEMAP}">\n{lines}</{whole}>\n'.encode()
