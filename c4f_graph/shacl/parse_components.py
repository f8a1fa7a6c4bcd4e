"""Read sh:sparql constraints and custom constraint components (SHACL, sections 5 and 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from c4f_graph.namespaces import SH
from c4f_graph.shacl.constraints import SparqlConstraint
from c4f_graph.shacl.paths import Path, path_sparql
from c4f_graph.shacl.prebinding import query_faults
from c4f_graph.shacl.terms import OWL_IMPORTS, TRUE, sh, short, sparql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.shacl.graph import Graph
    from c4f_graph.shacl.problems import Problems
    from c4f_graph.shacl.terms import Term

ALWAYS_PREBOUND = ("this", "shapesGraph", "currentShape")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a custom constraint component (section 6.2.1)."""

    predicate: NamedNode
    is_optional: bool

    @property
    def name(self) -> str:
        """The variable that stands for it: the local name of the predicate (section 6.2.2)."""
        return re.split(r"[/#:]", self.predicate.value)[-1]


@dataclass(frozen=True, slots=True)
class Component:
    """A custom constraint component with its parameters."""

    node: NamedNode
    parameters: tuple[Parameter, ...]


class ComponentReader:
    """Reads what a shape says in SPARQL.

    Args:
        graph: the shapes graph.
        problems: where faults are noted.

    """

    def __init__(self, graph: Graph, problems: Problems) -> None:
        self._graph = graph
        self._problems = problems
        self._components = tuple(self._declared())

    def read(self, shape: Term, path: Path | None) -> Iterator[SparqlConstraint]:
        """Yield the SPARQL-based constraints of a shape."""
        for node in self._graph.objects(shape, sh("sparql")):
            if TRUE in self._graph.objects(node, sh("deactivated")):
                continue
            query = self._query(node, "select")
            if query is None:
                self._problems.fatal(
                    "a sh:sparql constraint has exactly one sh:select", shape, node
                )
            elif self._is_sound(query, shape, node, ALWAYS_PREBOUND, _constants(path)):
                yield SparqlConstraint(node, query, False, self._messages(node))
        for component in self._components:
            yield from self._uses(component, shape, path)

    def parameter_predicates(self) -> set[NamedNode]:
        """Return the predicates which are parameters of custom components."""
        return {each.predicate for component in self._components for each in component.parameters}

    def _declared(self) -> Iterator[Component]:
        for node in self._graph.instances([sh("ConstraintComponent")]):
            # The vocabulary itself declares the components of Core in the same way.
            if not isinstance(node, NamedNode) or node.value.startswith(SH):
                continue
            parameters = []
            for parameter in self._graph.objects(node, sh("parameter")):
                for predicate in self._graph.objects(parameter, sh("path")):
                    if isinstance(predicate, NamedNode):
                        optional = TRUE in self._graph.objects(parameter, sh("optional"))
                        parameters.append(Parameter(predicate, optional))
            if any(not parameter.is_optional for parameter in parameters):
                yield Component(node, tuple(parameters))
            else:
                self._problems.fatal("a component needs a parameter that is not optional", node)

    def _uses(
        self, component: Component, shape: Term, path: Path | None
    ) -> Iterator[SparqlConstraint]:
        values = {
            parameter: self._graph.objects(shape, parameter.predicate)
            for parameter in component.parameters
        }
        if not all(values[each] for each in component.parameters if not each.is_optional):
            return
        if len(component.parameters) == 1:
            parameter = component.parameters[0]
            choices = [{parameter.name: value} for value in values[parameter]]
        else:
            for parameter, found in values.items():
                if len(found) > 1:
                    self._problems.fatal(
                        f"{short(parameter.predicate)} has more than one value, but its component "
                        "has more than one parameter",
                        shape,
                    )
            choices = [{each.name: found[0] for each, found in values.items() if found}]
        names = tuple(parameter.name for parameter in component.parameters)
        validator = self._validator(component, path)
        if validator is None:
            self._problems.fatal(
                f"the component {short(component.node)} has no validator for this kind of shape",
                shape,
                component.node,
            )
            return
        node, query, is_ask = validator
        prebound = (*ALWAYS_PREBOUND, *names, *(("value",) if is_ask else ()))
        for choice in choices:
            constants = _constants(path, choice)
            if self._is_sound(query, shape, node, prebound, constants):
                yield SparqlConstraint(
                    node=node,
                    query=query,
                    is_ask=is_ask,
                    messages=self._messages(node) or self._messages(component.node),
                    parameters=tuple(choice.items()),
                    parameter_names=names,
                    component_node=component.node,
                )

    def _validator(self, component: Component, path: Path | None) -> tuple[Term, str, bool] | None:
        special = sh("nodeValidator") if path is None else sh("propertyValidator")
        for predicate in (special, sh("validator")):
            for node in self._graph.objects(component.node, predicate):
                for kind in ("ask", "select"):
                    query = self._query(node, kind)
                    if query is not None:
                        return node, query, kind == "ask"
        return None

    def _query(self, node: Term, kind: str) -> str | None:
        queries = self._graph.objects(node, sh(kind))
        if len(queries) != 1 or not isinstance(queries[0], Literal):
            return None
        declarations = self._prefixes(node)
        lines = [f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in declarations.items()]
        return "".join(lines) + queries[0].value

    def _prefixes(self, node: Term) -> dict[str, str]:
        """Collect sh:declare at sh:prefixes and what they import (section 5.2.1)."""
        found: dict[str, str] = {}
        waiting = list(self._graph.objects(node, sh("prefixes")))
        seen: set[Term] = set()
        while waiting:
            ontology = waiting.pop(0)
            if ontology in seen:
                continue
            seen.add(ontology)
            waiting.extend(self._graph.objects(ontology, OWL_IMPORTS))
            for declaration in self._graph.objects(ontology, sh("declare")):
                for prefix in self._graph.objects(declaration, sh("prefix")):
                    for iri in self._graph.objects(declaration, sh("namespace")):
                        if found.setdefault(prefix.value, iri.value) != iri.value:
                            self._problems.fatal(
                                f"the prefix {prefix.value!r} is declared with two namespaces",
                                ontology,
                            )
        return found

    def _messages(self, node: Term) -> tuple[Literal, ...]:
        values = self._graph.objects(node, sh("message"))
        return tuple(value for value in values if isinstance(value, Literal))

    def _is_sound(
        self,
        query: str,
        shape: Term,
        node: Term,
        prebound: tuple[str, ...],
        constants: dict[str, str],
    ) -> bool:
        faults = query_faults(query, prebound, constants)
        for fault in faults:
            self._problems.fatal(f"the query of {short(node)}: {fault}", shape, node)
        return not faults


def _constants(path: Path | None, parameters: dict[str, Term] | None = None) -> dict[str, str]:
    constants = {name: sparql(term) for name, term in (parameters or {}).items()}
    if path is not None:
        constants["PATH"] = path_sparql(path)
    return constants
