"""Write what differs in words that one reads who runs a programme: a line for each thing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.export.names import compact
from c4f_graph.namespaces import C4F, DCTERMS, RDF, RDFS, SKOS, XSD
from c4f_graph.statements import BELONGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from c4f_graph.diff.entities import (
        Context,
        EntityDifference,
        EntityDifferences,
        Node,
        PropertyDifference,
        Subject,
        Value,
    )

_LONGEST = 80
_CAPITAL = re.compile("(?<!^)([A-Z])")
_SOURCES = 3
_NAMES = {f"{RDFS}label", f"{SKOS}prefLabel", f"{C4F}shortName"}
_NOT_TOLD = {f"{RDF}type", *(C4F + name for name in BELONGS)}
_START, _END = f"{C4F}startDate", f"{C4F}endDate"
_TITLE = f"{DCTERMS}title"
# How a part is called that has no name of its own: a word, and the properties that go with it.
_PARTS = {
    "FundingPhase": ("phase", "phaseNumber"),
    "Participation": ("", "role", "participant"),
    "FundingAward": ("award to", "recipient"),
    "IndicatorObservation": ("", "indicator"),
}


def differences_text(found: EntityDifferences) -> Iterator[str]:
    """Yield a line for each entity that came or went, and for each property that changed.

    A line begins with what the entity is a part of, and ends with the sources in brackets.
    """
    words = Words(found.names)
    for entity in sorted(found.entities, key=words.sort_key):
        for line in words.lines(entity):
            yield f"{line}\n"
    for graph in sorted({*found.also, *found.no_longer}):
        source = words.source(graph)
        if count := found.also.get(graph):
            yield f"{source}: also says {_statements(count)} that others said before\n"
        if count := found.no_longer.get(graph):
            yield f"{source}: no longer says {_statements(count)} that others still say\n"


def _statements(count: int) -> str:
    return f"{count:,} statement" + ("" if count == 1 else "s")


class Words:
    """Puts what differs into words."""

    def __init__(self, names: Context) -> None:
        self._names = names

    def sort_key(self, entity: EntityDifference) -> tuple[str, ...]:
        """Put the parts of a thing after it, and things by their names."""
        path = [*reversed(entity.owners), entity.entity]
        return tuple(text for node in path for text in (self.name(node).casefold(), str(node)))

    def lines(self, entity: EntityDifference) -> list[str]:
        """Give the lines about one entity."""
        heading = self._heading(entity)
        if entity.change == "changed":
            return [f"{heading}: {self._changed(about)}" for about in entity.properties]
        values = {about.predicate: about.now or about.was for about in entity.properties}
        told = ", ".join([f"{heading} {entity.change}", *self._details(entity.entity, values)])
        sources = {source for said in values.values() for value in said for source in value.sources}
        return [told + self._sources(sources)]

    def name(self, node: Node) -> str:
        """Give what a thing is called, or the end of its IRI."""
        if isinstance(node, ox.NamedNode):
            name = self._names.name(node) or self._title(node) or compact(node.value)
            return _on_one_line(name)
        return str(node)

    def property_name(self, predicate: str) -> str:
        """Give a property's label, or the words that its IRI ends with."""
        name = self._names.name(ox.NamedNode(predicate))
        if name is not None:
            return name.removesuffix(" (EUR)")
        return _CAPITAL.sub(r" \1", re.split("[/#]", predicate)[-1]).lower() or predicate

    def value(self, node: Node, predicate: str = "", *, longest: int | None = None) -> str:
        """Give a value as one reads it: sums with their digits grouped, texts in quotes."""
        if not isinstance(node, ox.Literal):
            return self.name(node)
        kind = node.datatype.value
        if predicate.startswith(C4F) and predicate.endswith("EUR"):
            return _euros(node.value)
        if kind in {f"{XSD}string", f"{RDF}langString"}:
            text = _on_one_line(node.value)
            if longest is not None and len(text) > longest:
                text = f"{text[: longest - 1]}…"
            return f'"{text}"' + (f" ({node.language})" if node.language else "")
        return _on_one_line(node.value)

    def source(self, graph: str) -> str:
        """Give a graph's name as the commands take it."""
        return compact(graph[1:-1]) if graph.startswith("<") else graph or "without a source"

    def class_name(self, subject: Subject) -> str:
        """Give the label of what a thing is; empty where nothing says it."""
        return next((self.name(node) for node in self._names.classes(subject)), "")

    def _title(self, node: ox.NamedNode) -> str | None:
        titles = [
            value.value
            for value in self._names.values(node, _TITLE)
            if isinstance(value, ox.Literal)
        ]
        return f'"{min(titles)}"' if titles else None

    def _heading(self, entity: EntityDifference) -> str:
        above = [self.name(node) for node in reversed(entity.owners)]
        return ": ".join([*above, self._own_name(entity)])

    def _own_name(self, entity: EntityDifference) -> str:
        """Give a thing's name; with its class where it stands below another or is new."""
        subject = entity.entity
        if isinstance(subject, ox.BlankNode):
            return f"a node without a name ({subject})"
        for node in self._names.classes(subject):
            word, *predicates = _PARTS.get(node.value.removeprefix(C4F), ("",))
            parts = [self._first(subject, C4F + predicate) for predicate in predicates]
            if parts and all(parts):
                return " ".join(part for part in (word, *parts) if part)
            if node.value == f"{C4F}FundingPhase" and (
                kind := self._first(subject, f"{C4F}phaseKind")
            ):
                return kind
        if entity.owners or entity.change != "changed":
            return " ".join(part for part in (self.class_name(subject), self.name(subject)) if part)
        return self.name(subject)

    def _first(self, subject: Subject, predicate: str) -> str:
        values = [self.value(value) for value in self._names.values(subject, predicate)]
        return min(values, default="")

    def _details(self, subject: Subject, values: Mapping[str, list[Value]]) -> list[str]:
        """Tell of a thing that came or went: sums and dates first."""
        told = _NOT_TOLD | _NAMES | {_TITLE}
        for node in self._names.classes(subject):
            _, *predicates = _PARTS.get(node.value.removeprefix(C4F), ("",))
            told |= {C4F + predicate for predicate in predicates}
            if node.value == f"{C4F}FundingPhase":
                told.add(f"{C4F}phaseKind")

        def shown(predicate: str) -> str:
            texts = {
                self.value(value.term, predicate, longest=_LONGEST)
                for value in values.get(predicate, ())
            }
            return "; ".join(sorted(texts))

        details = []
        if amount := shown(f"{C4F}amountEUR"):
            details.append(amount)
        if ceiling := shown(f"{C4F}ceilingEUR"):
            details.append(f"up to {ceiling}")
        start, end = shown(_START), shown(_END)
        if start or end:
            details.append(
                f"{start} to {end}" if start and end else f"from {start}" if start else f"to {end}"
            )
        told |= {f"{C4F}amountEUR", f"{C4F}ceilingEUR", _START, _END}
        details += [
            f"{self.property_name(predicate)} {shown(predicate)}"
            for predicate in sorted(values)
            if predicate not in told
        ]
        return details

    def _changed(self, about: PropertyDifference) -> str:
        name = self.property_name(about.predicate)
        was = "; ".join(self.value(value.term, about.predicate) for value in about.was)
        now = "; ".join(self.value(value.term, about.predicate) for value in about.now)
        sources = {source for value in about.now or about.was for source in value.sources}
        if was == now:
            # They differ in how they are written, such as 15 and 15.00.
            was, now = (
                "; ".join(str(value.term) for value in values) for values in (about.was, about.now)
            )
        if was and now:
            former = {source for value in about.was for source in value.sources} - sources
            return f"{name} was {was}{self._sources(former)}, is {now}{self._sources(sources)}"
        return f"{name} {now or was} {'added' if now else 'removed'}{self._sources(sources)}"

    def _sources(self, graphs: Iterable[str]) -> str:
        names = sorted(self.source(graph) for graph in graphs if graph)
        if not names:
            return ""
        more = f" and {len(names) - _SOURCES:,} more" if len(names) > _SOURCES else ""
        return f" [{', '.join(names[:_SOURCES])}{more}]"


def _on_one_line(text: str) -> str:
    """Take out what would break a line or move a terminal's cursor."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _euros(text: str) -> str:
    """Write a sum, as an RDF literal has it, for a reader."""
    whole, _, cents = text.partition(".")
    try:
        number = f"{int(whole):,}"
    except ValueError:
        return f"{_on_one_line(text)} EUR"
    return f"{number}.{cents.ljust(2, '0')} EUR" if cents.strip("0") else f"{number} EUR"
