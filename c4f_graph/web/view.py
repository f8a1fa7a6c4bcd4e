"""What the templates are given of the graph: terms as texts with links, and links to sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.export.names import compact, plain
from c4f_graph.namespaces import XSD

if TYPE_CHECKING:
    from c4f_graph.engine import Term
    from c4f_graph.web.edition import Edition, SourceNote
    from c4f_graph.web.language import Language

_NUMBERS = {f"{XSD}{kind}" for kind in ("integer", "decimal", "double", "float")}
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Cell:
    """A term as a reader sees it.

    Attributes:
        text: what is shown.
        page: the path of the page about it, or None.
        address: where it is on the web, if it is something outside, or None.
        language: the language of the text, or None.
        is_number: whether it stands at the right of a column.
    """

    text: str
    page: str | None = None
    address: str | None = None
    language: str | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One edition as a reader of one language sees it."""

    edition: Edition
    language: Language

    def name(self, iri: str) -> str:
        """Give the short name of a thing."""
        return self.edition.names.short(iri, self.language.code)

    def full_name(self, iri: str) -> str:
        """Give the full name of a thing."""
        return self.edition.names.full(iri, self.language.code)

    def property_name(self, iri: str) -> str:
        """Give the name of a property or class: the catalogue's for one of another vocabulary."""
        if self.edition.names.has_name(iri):
            return self.full_name(iri)
        return self.language.property_name(compact(iri))

    def notes(self, sources: set[str]) -> list[SourceNote]:
        """Give what links to sources say, the most trusted first."""
        return self.edition.notes(sources, self.language.code)

    def link(self, iri: str) -> Cell:
        """Give a link to something of the graph, or to what is outside of it."""
        page = self.edition.names.page(iri)
        if page is not None or self.edition.names.has_name(iri):
            return Cell(self.name(iri), page)
        return Cell(self.property_name(iri), address=iri if iri.startswith(_WEB) else None)

    def cell(self, term: Term | None, about: str = "") -> Cell:
        """Give a term as a reader sees it.

        Args:
            term: the term; None gives an empty cell.
            about: the property or column, whose name tells a sum of money by its end.
        """
        if isinstance(term, ox.NamedNode):
            return self.link(term.value)
        if not isinstance(term, ox.Literal):
            return Cell(plain(term))
        kind = term.datatype.value
        if kind in _NUMBERS:
            is_money = about.lower().endswith("eur")
            write = self.language.euros if is_money else self.language.number
            return Cell(write(term.value), is_number=True)
        if kind == f"{XSD}duration":
            return Cell(self.language.duration(term.value))
        if kind == f"{XSD}boolean":
            return Cell(self.language.text(f"truth.{term.value}"))
        if kind in {f"{XSD}date", f"{XSD}gYearMonth", f"{XSD}gYear"} or about in _DATES:
            return Cell(self.language.date(term.value))
        return Cell(term.value, language=term.language)


_DATES = {"date", "due", "start", "end", "since", "until", "issued", "newest"}
