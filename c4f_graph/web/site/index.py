"""The index by which the site's script finds things, where no server does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from c4f_graph.web.search import entries_in_order, hit

if TYPE_CHECKING:
    from c4f_graph.web.page import Page
    from c4f_graph.web.site.links import SiteLinks


def search_index(page: Page, links: SiteLinks) -> bytes:
    """Write all that can be found in the language of a page, as a script that holds JSON.

    A browser reads a script from a folder, and refuses to read JSON there. Each entry has what is
    shown (name, other name, kind, the way to it from the site's top), then what it is found by:
    names, words and description, folded as `entities.fold` does.
    """
    listed = []
    for entry in entries_in_order(page.graph, page.view):
        shown = hit(page.view, entry.iri)
        listed.append(
            [
                *(shown.name, shown.other_name, shown.kind, links.to(shown.page)),
                *("|".join(entry.names), " ".join(entry.words), entry.descriptions),
            ]
        )
    # Some browsers of old read these two as ends of lines.
    text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'"use strict";\nwindow.c4fIndex = {text};\n'.encode()
