"""Write JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/) with the project's compact context.

The context file says how each property is written; this module only follows it.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.namespaces import RDF, XSD
from c4f_graph.rdf_files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    from c4f_graph.engine import Term

_TYPE = f"{RDF}type"


class JsonLdContext:
    """The context file, read so that an IRI leads to the key and the form it is written in."""

    def __init__(self, path: Path) -> None:
        self.content: dict[str, Any] = json.loads(read_bytes(path))["@context"]
        self._prefixes = {
            key: value
            for key, value in self.content.items()
            if isinstance(value, str) and value.endswith(("/", "#"))
        }
        self._terms: dict[str, tuple[str, dict[str, Any]]] = {}
        for key, value in self.content.items():
            definition = value if isinstance(value, dict) else {"@id": value}
            iri = definition.get("@id")
            if isinstance(iri, str) and not iri.startswith("@") and key not in self._prefixes:
                self._terms[self._expand(iri)] = (key, definition)
        self._vocab = self._expand(self.content.get("@vocab", ""))

    def _expand(self, name: str) -> str:
        prefix, separator, local = name.partition(":")
        return self._prefixes[prefix] + local if separator and prefix in self._prefixes else name

    def key(self, iri: str) -> tuple[str, dict[str, Any]]:
        """Give the key of a property or class, and its definition; else the IRI itself."""
        return self._terms.get(iri, (iri, {}))


def write_jsonld(
    stream: BinaryIO, quads: Iterable[ox.Triple | ox.Quad], context: JsonLdContext
) -> None:
    """Write the statements, in the order given, as one node object a subject."""
    stream.write(f'{{\n  "@context": {_json(context.content)},\n  "@graph": ['.encode())
    end = b"]\n}\n"
    before = "\n  "
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        stream.write(f"{before}{_json(_node(subject, about, context))}".encode())
        before, end = ",\n", b"\n  ]\n}\n"
    stream.write(end)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2).replace("\n", "\n  ")


def _node(
    subject: Term, statements: Iterable[ox.Triple | ox.Quad], context: JsonLdContext
) -> dict[str, Any]:
    node: dict[str, Any] = {"id": _reference(subject)}
    for predicate, same in groupby(statements, key=lambda statement: statement.predicate):
        values = [statement.object for statement in same]
        if predicate.value == _TYPE:
            types = [context.key(_reference(value))[0] for value in values]
            node["type"] = types if len(types) > 1 else types[0]
        else:
            _add_property(node, predicate.value, values, context)
    return node


def _add_property(
    node: dict[str, Any], predicate: str, values: list[Term], context: JsonLdContext
) -> None:
    key, definition = context.key(predicate)
    containers = definition.get("@container", [])
    containers = [containers] if isinstance(containers, str) else containers
    if "@language" in containers:
        by_language: dict[str, list[str]] = {}
        rest = []
        for value in values:
            if isinstance(value, ox.Literal) and value.language:
                by_language.setdefault(value.language, []).append(value.value)
            else:
                rest.append(value)
        if by_language:
            node[key] = {
                language: texts if "@set" in containers or len(texts) > 1 else texts[0]
                for language, texts in sorted(by_language.items())
            }
        if rest:
            node[predicate] = [_value(value, {}) for value in rest]
        return
    # A term coerces its values to one type: what is of another type goes under the full IRI.
    coerced = [_value(value, definition) for value in values if _fits(value, definition)]
    other = [_value(value, {}) for value in values if not _fits(value, definition)]
    if coerced:
        node[key] = coerced if "@set" in containers or len(coerced) > 1 else coerced[0]
    if other:
        node[predicate] = other


def _fits(value: Term, definition: dict[str, Any]) -> bool:
    """Tell whether a value may stand under a term with this definition."""
    coercion = definition.get("@type")
    if coercion == "@id":
        return not isinstance(value, ox.Literal)
    return True


def _value(value: Term, definition: dict[str, Any]) -> Any:
    coercion = definition.get("@type", "")
    if not isinstance(value, ox.Literal):
        return _reference(value) if coercion == "@id" else {"id": _reference(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    datatype = value.datatype.value
    if datatype == f"{XSD}string":
        return {"@value": value.value} if coercion else value.value
    if coercion and _same_type(coercion, datatype):
        return value.value
    if datatype == f"{XSD}integer" and not coercion and value.value.lstrip("-").isdigit():
        return int(value.value)
    return {"@value": value.value, "@type": datatype}


def _same_type(coercion: str, datatype: str) -> bool:
    return coercion in {datatype, f"xsd:{datatype.removeprefix(XSD)}"}


def _reference(term: Term) -> str:
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    if isinstance(term, ox.NamedNode):
        return term.value
    raise AssertionError(f"{term} is neither an IRI nor a blank node")
