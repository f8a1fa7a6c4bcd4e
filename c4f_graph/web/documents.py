"""How to add to the data: sections of CONTRIBUTING.md and README.md as pages, not written twice.

They are in English. A link to a section that is a page leads to it; one to a file of the repository
is its name alone, as the pages do not know where the repository is.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from c4f_graph.paths import corpus_paths
from c4f_graph.rdf_files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from c4f_graph.web.page import Page

_SECTIONS = {
    "README.md": ("Sources and conflicts", "What the numbers mean"),
    "CONTRIBUTING.md": (
        "An actor, a place, a publisher",
        "A source",
        "A question",
        "A check",
        "A shape",
        "A concept of a vocabulary",
        "The trust order",
        "A catalogue export",
        "A match",
    ),
}
_HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_NO_WORD = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Document:
    """A section: the last part of its address, its title, and its text in Markdown."""

    slug: str
    title: str
    text: str


@functools.cache
def documents() -> dict[str, Document]:
    """Read the sections, by their slugs, in the order in which they are listed.

    Raises:
        InputError: the files are not there.
        KeyError: a section is not there.
    """
    root = corpus_paths().root
    found: dict[str, Document] = {}
    for name, titles in _SECTIONS.items():
        _, *parts = _HEADING.split(read_bytes(root / name).decode())
        sections = dict(zip(parts[::2], parts[1::2], strict=True))
        for title in titles:
            slug = _slug(title)
            found[slug] = Document(slug, title, sections[title].strip())
    return found


def document_html(page: Page, document: Document) -> Markup:
    """Write a section as HTML, which holds no other markup than Markdown's own."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = list(_adapted(page, reader.parse(document.text)))
    label = escape(page.language.text("schema.example"))
    text = reader.renderer.render(tokens, reader.options, {})
    # What may be wider than a phone can be reached by keyboard too.
    text = text.replace("<pre>", f'<pre tabindex="0" role="group" aria-label="{label}">')
    return Markup(text)  # noqa: S704 (Markdown-it escapes what it is given)


def _slug(title: str) -> str:
    """Give the anchor of a heading as GitHub does."""
    return _NO_WORD.sub("", title.lower()).replace(" ", "-")


def _adapted(page: Page, tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            # The title of the section is the page's heading.
            token.tag = f"h{int(token.tag[1]) - 1}"
        token.attrs.pop("style", None)
        if token.children:
            token.children = list(_linked(page, token.children))
        yield token


def _linked(page: Page, tokens: Sequence[Token]) -> Iterator[Token]:
    dropped = False
    for token in tokens:
        if token.type == "link_open":
            address = _address(page, str(token.attrs["href"]))
            dropped = address is None
            if address is None:
                continue
            token.attrs["href"] = address
        if token.type == "link_close" and dropped:
            dropped = False
            continue
        yield token


def _address(page: Page, href: str) -> str | None:
    if href.startswith(("https://", "http://")):
        return href
    slug = href.partition("#")[2]
    if slug in documents():
        return page.href(f"/docs/{slug}")
    return page.href("/schema") if href == "ontology/c4f.ttl" else None
