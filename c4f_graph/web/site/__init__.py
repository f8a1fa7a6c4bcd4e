"""The pages as a folder of files that any web server, or none, can give: `c4f site`."""

from __future__ import annotations

import io
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from c4f_graph.engine import DEFAULT_TIMEOUT
from c4f_graph.export.graph import graph_quads, serialize_to
from c4f_graph.graph import ProgrammeGraph
from c4f_graph.web.answers import download
from c4f_graph.web.language import LANGUAGES, language
from c4f_graph.web.page import Page
from c4f_graph.web.site.contents import site_pages
from c4f_graph.web.site.folder import site_folder
from c4f_graph.web.site.index import search_index
from c4f_graph.web.site.links import ANSWER_FORMS, GRAPH_FORMS, SiteLinks, file_of
from c4f_graph.web.site.published import write_catalogue, write_signposts

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping

    from c4f_graph.engine import Answer, Term
    from c4f_graph.web.site.folder import SiteFolder

_STATIC = Path(__file__).parents[1] / "static"
# What only the server's editor needs is not among them.
_FILES = ("c4f.css", "c4f.js", "site.js", "icon.svg")
_TELL_EVERY = 1000
_REMEMBERED = 64


class _Asked(ProgrammeGraph):
    """The graph on a day, which remembers its last answers: each page is made in two languages."""

    def __init__(self, graph: ProgrammeGraph, today: datetime.date) -> None:
        super().__init__(graph.embedded, graph.paths, graph.store_path, graph.edition, False)
        self._today = today
        self._answers: OrderedDict[tuple[str, ...], Answer] = OrderedDict()

    @property
    def today(self) -> datetime.date:
        """The day as of which the site is written."""
        return self._today

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        name: str = "query",
    ) -> Answer:
        """Answer a query, as it was answered before where it was."""
        key = (text, *(f"{variable} {term}" for variable, term in (bindings or {}).items()))
        return self._remembered(
            key, lambda: super(_Asked, self).query(text, bindings, timeout=timeout, name=name)
        )

    def ask(
        self,
        question_id: str,
        arguments: Mapping[str, str] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> Answer:
        """Answer a saved question, as it was answered before where it was."""
        key = (question_id, *(f"{name} {value}" for name, value in (arguments or {}).items()))
        return self._remembered(
            key, lambda: super(_Asked, self).ask(question_id, arguments, timeout=timeout)
        )

    def _remembered(self, key: tuple[str, ...], answer: Callable[[], Answer]) -> Answer:
        if key not in self._answers:
            self._answers[key] = answer()
        self._answers.move_to_end(key)
        if len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        return self._answers[key]


def write_site(
    graph: ProgrammeGraph,
    path: Path,
    today: datetime.date,
    *,
    address: str | None = None,
    progress: Callable[[str], None],
) -> None:
    """Write the pages, the data and what search engines and catalogues look for.

    The same graph and the same day give the same bytes.

    Args:
        graph: the graph, in an embedded store, without personal data.
        path: the folder: a new one, an empty one, or that of a former site.
        today: the day as of which milestones are due or overdue.
        address: where the site will be on the web, if that is known; it ends with a slash.
        progress: is told how far it is.

    Raises:
        StoreError: the folder holds something else, or cannot be written.
        QueryError: a page's query cannot be answered.
    """
    if graph.private:
        raise ValueError("a graph with personal data is not published")
    asked = _Asked(graph, today)
    with site_folder(path) as folder:
        _write_pages(asked, folder, today, progress)
        for form in GRAPH_FORMS:
            stream = io.BytesIO()
            serialize_to(stream, graph_quads(graph.store), form, graph.paths.context)
            folder.write(f"data/c4f.{form}", stream.getvalue())
        for name in _FILES:
            folder.write(f"static/{name}", (_STATIC / name).read_bytes())
        write_catalogue(asked, folder, address)
        write_signposts(asked, folder, address)
    if address is None:
        progress("without --url there is no sitemap, and the 404 page fits the top folder only")
    progress(f"wrote {len(folder.names):,} files to {path}")


def _write_pages(
    graph: ProgrammeGraph,
    folder: SiteFolder,
    today: datetime.date,
    progress: Callable[[str], None],
) -> None:
    count = 0
    start = Page(graph, language(LANGUAGES[0]), SiteLinks("/", LANGUAGES[0], {}))
    for shown in site_pages(graph, start.edition.names, today):
        for code in LANGUAGES:
            links = SiteLinks(shown.path, code, shown.query)
            text = shown.make(Page(graph, language(code), links))
            folder.write(links.file_name, text.encode())
            count += 1
            if count % _TELL_EVERY == 0:
                progress(f"{count:,} pages are written")
        if shown.answered is not None:
            for form in ANSWER_FORMS:
                path = f"/question/{shown.answered.id}/answer.{form}"
                content = download(graph, shown.answered, shown.query, form)
                folder.write(file_of(path, "", shown.query.values()), content)
    for code in LANGUAGES:
        links = SiteLinks("/", code, {}, top="")
        index = search_index(Page(graph, language(code), links), links)
        folder.write(f"static/search-{code}.js", index)
