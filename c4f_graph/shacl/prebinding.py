"""What the specification forbids in a query with pre-bound variables, and queries made whole.

A query of a shape is written for one focus node, which `$this` is bound to beforehand (SHACL,
appendix A). `set_at_a_time` writes it for all of them: the pattern of the focus nodes goes into
each group in which `$this` would otherwise be unbound, so that a join does what pre-binding does.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pyoxigraph import Store

from c4f_graph.shacl.query_text import Block, BracketError, parse_query, substitute
from c4f_graph.sparql_tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORBIDDEN = ("MINUS", "VALUES", "SERVICE")
NETWORK = ("FROM", "LOAD")
UPDATES = ("INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")
# They are the same for the whole query, so that a subselect need not return them.
WHOLE_QUERY = ("shapesGraph", "currentShape")
_EMPTY = Store()


class NotSetAtATimeError(ValueError):
    """A query whose meaning depends on its running for one focus node."""


def query_faults(query: str, prebound: Iterable[str], constants: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a query of a shape, in words (SHACL, section 5.2.1, appendix A).

    Args:
        query: the text with its prefixes.
        prebound: the names of the variables that are bound beforehand.
        constants: the text of those that are the same for all focus nodes, and of `$PATH`.

    """
    try:
        tree = parse_query(query)
    except BracketError as error:
        return [f"it is ill-formed: {error}"]
    names = set(prebound)
    faults = list(dict.fromkeys((*_word_faults(tree), *_binding_faults(tree, names))))
    if faults:
        return faults
    return list(_syntax_faults(substitute(tree, constants)))


def _word_faults(tree: Block) -> Iterator[str]:
    words = {token.keyword for token in tree.tokens()}
    for word in FORBIDDEN:
        if word in words:
            yield f"{word} is not allowed where variables are pre-bound"
    for word in NETWORK:
        if word in words:
            yield f"{word} is not allowed: a shape reads the data it is given and nothing else"
    top = {child.keyword for child in tree.children if isinstance(child, Token)}
    for word in UPDATES:
        if word in top:
            yield f"{word} is not allowed: a shape changes nothing"
    if not top & {"SELECT", "ASK"}:
        yield "it must be a SELECT or an ASK query"


def _binding_faults(tree: Block, prebound: set[str]) -> Iterator[str]:
    tokens = list(tree.tokens())
    for before, token in pairwise(tokens):
        if before.keyword == "AS" and token.variable in prebound:
            yield f"AS ?{token.variable} is not allowed: the variable is bound already"
    required = prebound - set(WHOLE_QUERY)
    for block in tree.blocks("{"):
        if block.first_keyword() == "SELECT":
            for name in sorted(required - _returned(block)):
                if name == "this" or block.mentions(name):
                    yield f"a subselect must return ${name}"
    top = {child.keyword for child in tree.children if isinstance(child, Token)}
    if "SELECT" in top and "this" not in _returned(tree):
        yield "it must return $this"


def _syntax_faults(tree: Block) -> Iterator[str]:
    try:
        _EMPTY.query(str(tree))
    except (SyntaxError, ValueError, RuntimeError) as error:
        yield f"it is ill-formed: {error}"


def _returned(select: Block) -> set[str]:
    """Return the variables in the clause of a SELECT, with `*` for those in its scope."""
    names: set[str] = set()
    started = False
    for child in select.children:
        if isinstance(child, Token):
            started = started or child.keyword == "SELECT"
            if child.keyword == "WHERE":
                break
            if started and child.text == "*":
                for block in select.children:
                    if isinstance(block, Block) and block.bracket == "{":
                        names |= _in_scope(block)
            if started and child.variable:
                names.add(child.variable)
        elif child.bracket == "{":
            break
    return names


def _in_scope(group: Block) -> set[str]:
    """Return the variables in scope of a group (SPARQL 1.1, section 18.2.1)."""
    if group.first_keyword() == "SELECT":
        return _returned(group)
    names: set[str] = set()
    for kind, child in elements(group):
        if kind == "triples" and isinstance(child, Token):
            names.add(child.variable)
        elif kind == "triples" and isinstance(child, Block):
            names |= {token.variable for token in child.tokens()}
        elif kind == "group" and isinstance(child, Block):
            names |= _in_scope(child)
        elif kind == "bind" and isinstance(child, Block):
            names |= {token.variable for token in list(child.tokens())[-1:]}
    return names - {""}


def elements(group: Block) -> Iterator[tuple[str, Token | Block]]:
    """Yield the parts of a group with what they belong to.

    The kinds are triples, filter, bind, graph (a group inside GRAPH), exists and group.
    """
    state = "triples"
    for child in group.children:
        if isinstance(child, Token):
            if child.kind == "space":
                continue
            word = child.keyword
            if word in ("FILTER", "BIND", "GRAPH"):
                state = word.lower()
            elif word in ("NOT", "EXISTS"):
                state = "exists"
            elif word in ("OPTIONAL", "UNION"):
                state = "triples"
            yield state, child
        elif child.bracket == "{":
            yield state if state in ("graph", "exists") else "group", child
            state = "triples"
        else:
            yield state, child
            if child.bracket == "(" and state in ("filter", "bind"):
                state = "triples"


def set_at_a_time(tree: Block, focus: str, *, one_node: bool = False) -> Block:
    """Return a SELECT query for all focus nodes at once.

    Args:
        tree: the query for one focus node.
        focus: a group graph pattern that binds `?this`, each node once.
        one_node: whether the focus is a single node, for which nothing can go wrong.

    Raises:
        NotSetAtATimeError: the query must run for each node by itself.

    """
    return _select(tree, focus, one_node, is_top=True, in_graph=False)


def _select(select: Block, focus: str, one_node: bool, *, is_top: bool, in_graph: bool) -> Block:
    words = [child.keyword for child in select.children if isinstance(child, Token)]
    for word in ("LIMIT", "OFFSET"):
        if word in words and not one_node:
            raise NotSetAtATimeError(f"{word} counts the rows of one focus node")
    children: list[Token | Block] = []
    has_group_by = False
    grouped: set[str] = set()
    for child in select.children:
        if isinstance(child, Block):
            if child.bracket == "{":
                # A LIMIT counts the rows of the one node, so that it must be bound below.
                needed = is_top or one_node
                child = _group(child, focus, one_node, is_required=needed, in_graph=in_graph)
            children.append(child)
            continue
        children.append(child)
        if child.keyword == "GROUP":
            has_group_by = True
        elif child.keyword in ("HAVING", "ORDER"):
            has_group_by = False
        elif has_group_by:
            grouped.add(child.variable)
            if child.keyword == "BY":
                position = len(children)
    if "GROUP" in words and "this" not in grouped:
        children.insert(position, Token("constant", " ?this "))
    return Block(select.bracket, children)


def _group(group: Block, focus: str, one_node: bool, *, is_required: bool, in_graph: bool) -> Block:
    if group.first_keyword() == "SELECT":
        return _select(group, focus, one_node, is_top=False, in_graph=in_graph)
    replaced: dict[int, Block] = {}
    for kind, child in elements(group):
        if isinstance(child, Block) and kind in ("group", "graph"):
            is_inside = in_graph or kind == "graph"
            replaced[id(child)] = _group(
                child, focus, one_node, is_required=False, in_graph=is_inside
            )
    children = [replaced.get(id(child), child) for child in group.children]
    if is_required or _leaves_unbound(group):
        if in_graph and not one_node:
            raise NotSetAtATimeError("$this is used inside GRAPH before a triple binds it")
        children.insert(0, Token("constant", f" {focus} "))
    return Block(group.bracket, children)


def _leaves_unbound(group: Block) -> bool:
    """Tell whether a group uses `$this` without binding it by a triple of its own."""
    is_used = is_bound = False
    for kind, child in elements(group):
        if isinstance(child, Block):
            is_used = is_used or (kind != "group" and child.mentions("this"))
            if kind == "bind" and child.mentions("this"):
                return True
        elif child.variable == "this":
            is_used = True
            is_bound = is_bound or kind == "triples"
        elif kind == "triples" and child.text in ("*", "?"):
            # A path of no steps leads from a node that stands in no triple to itself.
            return group.mentions("this")
    return is_used and not is_bound
