"""Write what differs as JSON, for programs."""

from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.diff.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.diff.entities import EntityDifference, EntityDifferences, Node, Value
    from c4f_graph.diff.sides import Side


def differences_json(found: EntityDifferences, a: Side, b: Side) -> Iterator[str]:
    """Yield the pieces of one object; a term stands as in N-Triples, a graph as its IRI.

    `entities` has the values that came or went; `sources` has how many statements a graph makes now
    or no longer that both sides have by other graphs.
    """
    words = Words(found.names)
    about = {
        "a": a.name,
        "b": b.name,
        "equal": found.is_empty,
        "added": found.added,
        "removed": found.removed,
        "sources": [
            {
                "source": _plain(graph) or None,
                "also_says": found.also.get(graph, 0),
                "no_longer_says": found.no_longer.get(graph, 0),
            }
            for graph in sorted({*found.also, *found.no_longer})
        ],
    }
    yield f'{json.dumps(about, ensure_ascii=False, indent=2)[:-2]},\n  "entities": ['
    entities = sorted(found.entities, key=lambda entity: str(entity.entity))
    for number, entity in enumerate(entities):
        text = json.dumps(_entity(entity, words), ensure_ascii=False, indent=2)
        yield f"{',' if number else ''}\n{indent(text, '    ')}"
    yield "\n  ]\n}\n" if entities else "]\n}\n"


def _entity(entity: EntityDifference, words: Words) -> dict[str, Any]:
    return {
        "entity": _plain(str(entity.entity)),
        "change": entity.change,
        "name": words.name(entity.entity),
        "class": words.class_name(entity.entity) or None,
        "of": [{"entity": owner.value, "name": words.name(owner)} for owner in entity.owners],
        "properties": [
            {
                "property": about.predicate,
                "label": words.property_name(about.predicate),
                "was": _values(about.was, words),
                "is": _values(about.now, words),
            }
            for about in entity.properties
        ],
    }


def _values(values: Iterable[Value], words: Words) -> list[dict[str, Any]]:
    return [
        {
            "value": str(value.term),
            "text": _text(value.term, words),
            "sources": [_plain(graph) or None for graph in value.sources],
        }
        for value in values
    ]


def _text(term: Node, words: Words) -> str:
    return term.value if isinstance(term, ox.Literal) else words.name(term)


def _plain(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term
