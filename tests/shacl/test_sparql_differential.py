"""sh:sparql for all focus nodes at once means what it means for each by itself.

pySHACL runs each query once per focus node, with `$this` bound beforehand.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shacl.support import SPARQL_PREFIXES
from tests.shacl.test_differential import (
    PREFIXES,
    data_graphs,
    found_by_pyshacl,
    found_by_us,
    values,
)

ORDER = "ORDER BY STR(?value) STR(DATATYPE(?value)) LANG(?value)"
QUERIES = [
    "SELECT $this ?value { $this :p ?value . ?value :q ?x }",
    "SELECT $this ?value { $this :p ?value FILTER(?value != $this) }",
    "SELECT $this { FILTER(isIRI($this)) }",
    "SELECT $this ?value { $this :p ?value OPTIONAL { $this :q ?o FILTER(?o = ?value) } "
    "FILTER(!bound(?o)) }",
    "SELECT $this ?value { ?x :p ?value OPTIONAL { ?x :q ?o FILTER(?o = $this) } "
    "FILTER(bound(?o)) }",
    "SELECT $this ?value { { $this :p ?value } UNION { ?value :q $this } "
    "UNION { FILTER(isLiteral($this)) BIND(1 AS ?value) } }",
    "SELECT $this ?value { { $this :p ?value } UNION { :n1 :q ?value } }",
    "SELECT $this ?value { BIND($this AS ?value) ?value :p ?z }",
    "SELECT $this ?value { { BIND(STR($this) AS ?s) } $this :p ?value FILTER(STRLEN(?s) > 2) }",
    "SELECT $this ?value { $this :p ?value FILTER NOT EXISTS { ?value :q $this } }",
    "SELECT $this { FILTER NOT EXISTS { { FILTER($this = :n1) } UNION { $this :p ?z } } }",
    "SELECT $this { $this :p ?v FILTER EXISTS { ?v :q ?w FILTER(?w != $this) } }",
    "SELECT $this (COUNT(?v) AS ?value) { $this :p ?v } GROUP BY $this HAVING(COUNT(?v) > 1)",
    "SELECT $this ?value { $this ?value ?v } GROUP BY $this ?value HAVING(COUNT(?v) > 1)",
    "SELECT $this ?value { { SELECT $this (MAX(?v) AS ?value) { $this :p ?v "
    "FILTER(isLiteral(?v)) } GROUP BY $this } }",
    "SELECT $this ?value { $this :q ?value { SELECT $this { FILTER(isIRI($this)) } } }",
    "SELECT $this ?n { { SELECT DISTINCT $this ?n { $this :p/:q ?n } } }",
    "SELECT $this ?value { $this :p+/:q ?value }",
    "SELECT $this ?value { $this :p* ?value . ?value :q ?y }",
    f"SELECT $this ?value {{ $this :p ?value }} {ORDER} LIMIT 1",
    f"SELECT $this ?value {{ {{ SELECT $this ?value {{ $this :p ?value }} {ORDER} LIMIT 1 }} }}",
    "SELECT $this ?value { $this :p _:x . _:x :q ?value }",
    "SELECT DISTINCT $this ?value { $this :p ?value . $this :q ?o }",
    "SELECT $this ?value { $this :p ?value FILTER EXISTS { SELECT $this { $this :q ?z } } }",
]
TARGETS = [
    "sh:targetClass :A",
    "sh:targetSubjectsOf :p",
    'sh:targetNode :n1, :n2, "x"@en, 7',
    "sh:targetObjectsOf :q",
    "sh:targetClass :C ; sh:targetObjectsOf :p",
]


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data_graphs(values), st.sampled_from(QUERIES), st.sampled_from(TARGETS))
def test_all_nodes_at_once(data: str, query: str, target: str) -> None:
    constraint = f'[ sh:select """{SPARQL_PREFIXES}{query}""" ]'
    shapes = f"{PREFIXES}:S a sh:NodeShape ; {target} ; sh:sparql {constraint} ."
    assert found_by_us(data, shapes) == found_by_pyshacl(data, shapes)
