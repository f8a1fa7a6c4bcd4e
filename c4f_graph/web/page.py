"""One page: the graph, the reader's language, and where its links lead; its template is filled.

A page knows nothing of HTTP. What its links look like is up to `Links`: the server has addresses,
a folder of files has paths from one file to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from c4f_graph.web.edition import edition_of
from c4f_graph.web.view import View

if TYPE_CHECKING:
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.language import Language


class Links(Protocol):
    """Where the links of a page lead.

    Attributes:
        chosen: the code of the language that the address asks for; empty where it asks for none.
        is_site: whether the pages are files, behind which no server answers.
    """

    chosen: str
    is_site: bool

    def to(self, path: str, **query: str) -> str:
        """Give the address of a page of ours, such as `/cluster/saxocell`."""

    def in_language(self, code: str) -> str:
        """Give the address of this very page in a language."""

    def file(self, name: str) -> str:
        """Give the address of a style, script or picture."""

    def graph_files(self) -> list[tuple[str, str]]:
        """List the forms of the whole graph, each with its address."""

    def catalogue_files(self) -> list[tuple[str, str]]:
        """List the forms of the entry for catalogues of data, each with its address."""

    def is_here(self, path: str) -> bool:
        """Tell whether this is the page of a path."""


class Page:
    """A page that is made for one reader. Its `href` and the like are for the templates."""

    def __init__(self, graph: ProgrammeGraph, language: Language, links: Links) -> None:
        self.graph = graph
        self.edition = edition_of(graph)
        self.language = language
        self.view = View(self.edition, language)
        self.links = links
        self.href = links.to

    def render(self, template: str, **values: Any) -> str:
        """Fill a template."""
        return _environment.get_template(template).render(
            page=self, links=self.links, view=self.view, t=self.language.text, **values
        )


_environment = Environment(
    loader=PackageLoader("c4f_graph.web"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
