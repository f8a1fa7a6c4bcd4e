"""Queries of shapes made ready: prefixes written out, what is pre-bound put in, for all nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from c4f_graph.shacl.paths import path_sparql
from c4f_graph.shacl.query_text import Block, parse_query, rename, substitute
from c4f_graph.shacl.terms import sparql
from c4f_graph.sparql_tokens import Token

if TYPE_CHECKING:
    from c4f_graph.shacl.constraints import SparqlConstraint
    from c4f_graph.shacl.model import Shape

SHAPES_GRAPH = NamedNode("urn:c4f:shapes-graph")
_MODIFIERS = ("GROUP", "HAVING", "LIMIT", "OFFSET")
# MIN, MAX and SAMPLE give terms of the data.
_AGGREGATES = ("COUNT", "SUM", "AVG")


def prepare(constraint: SparqlConstraint, shape: Shape) -> Block:
    """Return the query of a constraint with all that is pre-bound but `$this` and `$value`.

    `$shapesGraph` becomes `SHAPES_GRAPH`, `$currentShape` the shape, `$PATH` its path, and each
    parameter its value (SHACL, sections 5.3.1 and 6.3.1).
    """
    values = {
        "shapesGraph": sparql(SHAPES_GRAPH),
        "currentShape": sparql(shape.node),
        **{name: sparql(term) for name, term in constraint.parameters},
    }
    if shape.path is not None:
        values["PATH"] = path_sparql(shape.path)
    return substitute(_without_prologue(parse_query(constraint.query)), values)


def uses_shapes_graph(constraint: SparqlConstraint) -> bool:
    """Tell whether a query looks into the shapes graph."""
    return parse_query(constraint.query).mentions("shapesGraph")


def computes_value(constraint: SparqlConstraint) -> bool:
    """Tell whether `?value` is a number that the query makes, and no term of the data."""
    for block in parse_query(constraint.query).children:
        if isinstance(block, Block) and block.bracket == "(":
            tokens = list(block.tokens())
            last = [token.variable or token.keyword for token in tokens[-2:]]
            if last == ["AS", "value"] and tokens[0].keyword in _AGGREGATES:
                return True
    return False


def violates(
    constraint: SparqlConstraint, shape: Shape, this: str, prefix: str, value: str = ""
) -> str:
    """Return the expression that a node violates a constraint, for use inside another query.

    What EXISTS does to the variables of its pattern is what pre-binding asks for.

    Args:
        constraint: the constraint.
        shape: the shape that has it.
        this: the variable of the focus node.
        prefix: a variable that stands nowhere else; the query's own are named after it.
        value: the variable of the value, for a query that is an ASK.

    """
    names = {"this": this[1:], "value": value[1:]} if value else {"this": this[1:]}
    tree = rename(prepare(constraint, shape), names, prefix[1:] + "_")
    words = {child.keyword for child in tree.children if isinstance(child, Token)}
    if words & set(_MODIFIERS):
        return f"EXISTS {{ {{ {tree} }} }}"
    return f"{'NOT ' if constraint.is_ask else ''}EXISTS {_group(tree)}"


def _group(tree: Block) -> Block:
    return next(
        child for child in tree.children if isinstance(child, Block) and child.bracket == "{"
    )


def _without_prologue(tree: Block) -> Block:
    prefixes: dict[str, str] = {}
    base = ""
    children = list(tree.children)
    while children:
        words = [
            (index, child)
            for index, child in enumerate(children)
            if isinstance(child, Token) and child.kind != "space"
        ][:3]
        if words[0][1].keyword == "PREFIX":
            prefixes[words[1][1].text] = _resolved(base, words[2][1].text[1:-1])
            del children[: words[2][0] + 1]
        elif words[0][1].keyword == "BASE":
            base = _resolved(base, words[1][1].text[1:-1])
            del children[: words[1][0] + 1]
        else:
            break
    return _written_out(Block(tree.bracket, children), prefixes, base)


def _written_out(block: Block, prefixes: dict[str, str], base: str) -> Block:
    children: list[Token | Block] = []
    for child in block.children:
        if isinstance(child, Block):
            children.append(_written_out(child, prefixes, base))
        elif child.kind == "name" and not child.text.startswith("_:"):
            prefix, _, local = child.text.partition(":")
            iri = prefixes[prefix + ":"] + local.replace("\\", "")
            children.append(Token("iri", f"<{iri}>"))
        elif child.kind == "iri" and base:
            children.append(Token("iri", f"<{_resolved(base, child.text[1:-1])}>"))
        else:
            children.append(child)
    return Block(block.bracket, children)


def _resolved(base: str, iri: str) -> str:
    if not base:
        return iri
    from urllib.parse import urljoin  # it is slow to load and seldom needed

    return urljoin(base, iri)
