from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from c4f_graph.namespaces import C4F, DCTERMS, FOAF, ORG, OWL, PREFIXES, RDF, RDFS, SKOS, VOCAB, XSD

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology"
BASE = "https://w3id.org/c4f/"
LANGUAGES = {"en", "de"}
SCHEMES = {
    "actor-kind": "ActorKind",
    "decision": "Decision",
    "event-kind": "EventKind",
    "indicator": "Indicator",
    "match-method": "MatchMethod",
    "milestone-kind": "MilestoneKind",
    "phase-kind": "PhaseKind",
    "role": "Role",
    "source-kind": "SourceKind",
    "stage": "Stage",
    "state": "State",
    "strategic-dimension": "StrategicDimension",
    "strategy-field": "StrategyField",
    "technology-field": "TechnologyField",
}
NUTS_1 = {f"DE{last}" for last in "123456789ABCDEFG"}
PROPERTY_TYPES = {
    OWL + "ObjectProperty",
    OWL + "DatatypeProperty",
    OWL + "AnnotationProperty",
}
# The terms of other vocabularies that the data use and the context names.
BORROWED = {
    RDFS + "label": "label",
    DCTERMS + "title": "title",
    DCTERMS + "description": "description",
    DCTERMS + "publisher": "publisher",
    DCTERMS + "issued": "issued",
    DCTERMS + "rights": "rights",
    DCTERMS + "language": "language",
    FOAF + "homepage": "homepage",
    FOAF + "page": "page",
    ORG + "unitOf": "unitOf",
    ORG + "subOrganizationOf": "subOrganizationOf",
    ORG + "hasMember": "hasMember",
    ORG + "originalOrganization": "originalOrganization",
    ORG + "resultingOrganization": "resultingOrganization",
    ORG + "ChangeEvent": "ChangeEvent",
    SKOS + "prefLabel": "prefLabel",
    SKOS + "altLabel": "altLabel",
    SKOS + "definition": "definition",
    SKOS + "broader": "broader",
    SKOS + "exactMatch": "exactMatch",
    SKOS + "inScheme": "inScheme",
    SKOS + "notation": "notation",
}

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Description = dict[str, list[Term]]


@cache
def triples(path: Path) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse(path=str(path)))


def describe(path: Path) -> dict[str, Description]:
    """Return the statements of a file by subject IRI and predicate IRI."""
    subjects: dict[str, Description] = defaultdict(lambda: defaultdict(list))
    for quad in triples(path):
        if isinstance(quad.subject, ox.NamedNode):
            subjects[quad.subject.value][quad.predicate.value].append(quad.object)
    return subjects


def iris(terms: list[Term]) -> set[str]:
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}


def literals(terms: list[Term]) -> list[ox.Literal]:
    return [term for term in terms if isinstance(term, ox.Literal)]


def languages(terms: list[Term]) -> list[str]:
    return sorted(literal.language or "" for literal in literals(terms))


ALL = describe(ONTOLOGY / "c4f.ttl")
TERMS = {iri: found for iri, found in ALL.items() if iri.startswith(C4F)}
CLASSES = sorted(iri for iri, found in TERMS.items() if OWL + "Class" in iris(found[RDF + "type"]))
PROPERTIES = sorted(
    iri for iri, found in TERMS.items() if PROPERTY_TYPES & iris(found[RDF + "type"])
)


def local(iri: str) -> str:
    return iri.removeprefix(C4F)


def members(subject: str, predicate: str) -> set[str]:
    """Return the IRIs that a domain or range names, a union's members one by one."""
    by_node: dict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
    for quad in triples(ONTOLOGY / "c4f.ttl"):
        if isinstance(quad.subject, ox.BlankNode):
            by_node[quad.subject].append(quad)
    found: set[str] = set()
    todo = list(TERMS[subject][predicate])
    while todo:
        term = todo.pop()
        if isinstance(term, ox.NamedNode) and term.value not in {RDF + "nil", OWL + "Class"}:
            found.add(term.value)
        elif isinstance(term, ox.BlankNode):
            todo.extend(quad.object for quad in by_node[term])
    return found


def test_every_term_is_a_class_a_property_or_the_datatype() -> None:
    assert set(TERMS) == {*CLASSES, *PROPERTIES, C4F + "CalendarDate"}


def test_the_ontology_says_what_it_is() -> None:
    header = ALL[BASE + "ontology"]
    assert languages(header[DCTERMS + "title"]) == ["de", "en"]
    assert languages(header[DCTERMS + "description"]) == ["de", "en"]
    assert [literal.value for literal in literals(header[OWL + "versionInfo"])] == ["0.1.0"]
    assert iris(header[DCTERMS + "license"]) == {
        "https://creativecommons.org/publicdomain/zero/1.0/"
    }
    assert OWL + "imports" not in header


@pytest.mark.parametrize("term", sorted(TERMS), ids=local)
def test_a_term_has_one_label_and_one_definition_in_each_language(term: str) -> None:
    assert languages(TERMS[term][RDFS + "label"]) == ["de", "en"]
    assert languages(TERMS[term][SKOS + "definition"]) == ["de", "en"]
    assert iris(TERMS[term][RDFS + "isDefinedBy"]) == {BASE + "ontology"}
    assert all(
        literal.language in LANGUAGES for literal in literals(TERMS[term][SKOS + "altLabel"])
    )


@pytest.mark.parametrize("term", CLASSES + PROPERTIES, ids=local)
def test_an_example_is_turtle_that_uses_the_term(term: str) -> None:
    examples = literals(TERMS[term][SKOS + "example"])
    assert examples
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    for example in examples:
        turtle = f"@base <{BASE}> .\n{prefixes}{example.value}"
        used = {
            node.value
            for quad in ox.parse(turtle.encode(), ox.RdfFormat.TURTLE)
            for node in (quad.predicate, quad.object)
            if isinstance(node, ox.NamedNode)
        }
        assert term in used


@pytest.mark.parametrize("term", PROPERTIES, ids=local)
def test_a_property_has_one_domain_and_one_range(term: str) -> None:
    found = TERMS[term]
    assert len(found[RDFS + "domain"]) == 1
    assert len(found[RDFS + "range"]) == 1
    domain, values = members(term, RDFS + "domain"), members(term, RDFS + "range")
    types = iris(found[RDF + "type"])
    if OWL + "AnnotationProperty" in types:
        return
    assert domain <= set(CLASSES)
    if OWL + "DatatypeProperty" in types:
        assert all(value.startswith(XSD) or value == C4F + "CalendarDate" for value in values)
    else:
        assert values <= {*CLASSES, OWL + "Thing", FOAF + "Document"}


def test_money_is_decimal_and_its_definition_names_the_currency() -> None:
    money = [term for term in PROPERTIES if term.endswith("EUR")]
    assert len(money) == 7
    for term in money:
        assert members(term, RDFS + "range") == {XSD + "decimal"}
        assert all("ISO 4217" in text.value for text in literals(TERMS[term][SKOS + "definition"]))


def test_classes_are_subclasses_only_of_ours_and_of_concepts() -> None:
    supers = {iri for term in CLASSES for iri in iris(TERMS[term][RDFS + "subClassOf"])}
    assert supers <= {*CLASSES, SKOS + "Concept"}


def test_a_class_expects_only_properties_that_its_members_can_have() -> None:
    expecting = 0
    for term in CLASSES:
        for wanted in iris(TERMS[term][C4F + "expects"]):
            expecting += 1
            if wanted.startswith(C4F):
                assert term in members(wanted, RDFS + "domain"), (term, wanted)
            else:
                assert wanted in BORROWED, (term, wanted)
    assert expecting > 50


def used_terms(path: Path) -> set[str]:
    """Return the local names of our namespace in a file, in its IRIs and its SPARQL texts."""
    text = path.read_text(encoding="utf-8")
    names = set(re.findall(r"(?<![\w/])c4f:([A-Za-z]\w*)", text))
    return names | set(re.findall(re.escape(C4F) + r"(\w+)", text))


def test_every_term_in_use_is_defined() -> None:
    files = [
        *ROOT.glob("data/**/*.ttl"),
        *ROOT.glob("queries/**/*.rq"),
        *ROOT.glob("ontology/vocab/*.ttl"),
        *ROOT.glob("ontology/shapes/*.ttl"),
        *ROOT.glob("ontology/shapes/examples/valid/*.ttl"),
    ]
    defined = {local(term) for term in TERMS}
    unknown = {
        (str(path.relative_to(ROOT)), name) for path in files for name in used_terms(path) - defined
    }
    assert not unknown


def test_there_is_one_file_for_each_scheme() -> None:
    assert sorted(path.stem for path in (ONTOLOGY / "vocab").glob("*.ttl")) == sorted(SCHEMES)


@pytest.mark.parametrize("slug", SCHEMES)
def test_a_scheme_describes_itself_and_its_concepts(slug: str) -> None:
    scheme = f"{VOCAB}{slug}"
    found = describe(ONTOLOGY / "vocab" / f"{slug}.ttl")
    header = found.pop(scheme)
    assert iris(header[RDF + "type"]) == {SKOS + "ConceptScheme"}
    assert languages(header[DCTERMS + "title"]) == ["de", "en"]
    assert languages(header[DCTERMS + "description"]) == ["de", "en"]
    assert found
    for concept, said in found.items():
        assert re.fullmatch(re.escape(scheme) + "/[a-z0-9]+(-[a-z0-9]+)*", concept)
        assert iris(said[RDF + "type"]) == {SKOS + "Concept", C4F + SCHEMES[slug]}
        assert languages(said[SKOS + "prefLabel"]) == ["de", "en"]
        assert languages(said[SKOS + "definition"]) == ["de", "en"]
        assert iris(said[SKOS + "inScheme"]) == {scheme}
        broader = iris(said[SKOS + "broader"])
        assert broader <= set(found)
        assert iris(said[SKOS + "topConceptOf"]) == (set() if broader else {scheme})
    labels = [
        (literal.language, literal.value)
        for said in found.values()
        for literal in literals(said[SKOS + "prefLabel"])
    ]
    assert len(labels) == len(set(labels))


def test_every_concept_in_use_is_in_its_scheme() -> None:
    known = {iri for slug in SCHEMES for iri in describe(ONTOLOGY / "vocab" / f"{slug}.ttl")}
    used = {
        (path.name, quad.object.value)
        for path in ROOT.glob("data/**/*.ttl")
        for quad in triples(path)
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(VOCAB)
    }
    assert not {(name, iri) for name, iri in used if iri not in known}


def test_the_sixteen_states_have_their_nuts_codes() -> None:
    states = describe(ONTOLOGY / "vocab" / "state.ttl")
    del states[VOCAB + "state"]
    codes = {
        iri: [literal.value for literal in literals(said[C4F + "nutsCode"])]
        for iri, said in states.items()
    }
    assert len(codes) == 16
    assert all(len(found) == 1 for found in codes.values())
    assert {code for found in codes.values() for code in found} == NUTS_1
    assert codes[VOCAB + "state/saxony"] == ["DED"]
    assert codes[VOCAB + "state/north-rhine-westphalia"] == ["DEA"]


def numbers(slug: str, name: str) -> list[int]:
    found = describe(ONTOLOGY / "vocab" / f"{slug}.ttl")
    return sorted(
        int(literal.value) for said in found.values() for literal in literals(said[C4F + name])
    )


def test_ranks_and_orders_are_without_gaps_and_ties() -> None:
    assert numbers("stage", "stageOrder") == [1, 2, 3]
    ranks = numbers("source-kind", "trustRank")
    assert ranks == list(range(1, 12))
    registry = describe(ONTOLOGY / "vocab" / "source-kind.ttl")[VOCAB + "source-kind/registry"]
    assert [literal.value for literal in literals(registry[C4F + "trustRank"])] == ["11"]


def test_an_indicator_has_a_unit_and_a_dimension() -> None:
    dimensions = describe(ONTOLOGY / "vocab" / "strategic-dimension.ttl")
    indicators = describe(ONTOLOGY / "vocab" / "indicator.ttl")
    del indicators[VOCAB + "indicator"]
    for indicator, said in indicators.items():
        assert len(literals(said[C4F + "unit"])) == 1, indicator
        assert iris(said[C4F + "ofDimension"]) <= set(dimensions)
        assert iris(said[C4F + "ofDimension"]), indicator


def test_the_alignments_are_about_our_terms_alone() -> None:
    concepts = {iri for slug in SCHEMES for iri in describe(ONTOLOGY / "vocab" / f"{slug}.ttl")}
    header = BASE + "ontology/alignments"
    found = describe(ONTOLOGY / "alignments.ttl")
    assert OWL + "Ontology" in iris(found.pop(header)[RDF + "type"])
    assert set(found) <= {*TERMS, *concepts}
    for term, said in found.items():
        assert set(said) <= {
            RDFS + "subClassOf",
            RDFS + "subPropertyOf",
            RDFS + "comment",
            SKOS + "closeMatch",
            SKOS + "broadMatch",
            SKOS + "relatedMatch",
        }
        assert not said[RDFS + "subClassOf"] or term in CLASSES
        assert not said[RDFS + "subPropertyOf"] or term in PROPERTIES
        for predicate in set(said) - {RDFS + "comment"}:
            assert not any(iri.startswith(BASE) for iri in iris(said[predicate]))


@cache
def context() -> dict[str, object]:
    loaded: dict[str, dict[str, object]] = json.loads(
        (ONTOLOGY / "context.jsonld").read_text(encoding="utf-8")
    )
    return loaded["@context"]


def target(name: str) -> str:
    """Return the IRI to which the context maps a name."""
    value = context()[name]
    compact = value["@id"] if isinstance(value, dict) else value
    assert isinstance(compact, str)
    prefix, _, rest = compact.partition(":")
    return f"{context()[prefix]}{rest}"


def test_the_context_names_every_term_by_its_local_name() -> None:
    for term in TERMS:
        assert target(local(term)) == term
    for iri, name in BORROWED.items():
        assert target(name) == iri


def test_the_context_has_a_name_for_every_property_in_use() -> None:
    named = {target(name) for name, value in context().items() if isinstance(value, dict)}
    used = {
        quad.predicate.value
        for path in (*ROOT.glob("data/sources/*.ttl"), *ROOT.glob("data/registry/*.ttl"))
        for quad in triples(path)
    }
    assert used - named <= {RDF + "type"}


def test_the_context_agrees_with_the_ontology() -> None:
    for term in PROPERTIES:
        entry = context()[local(term)]
        assert isinstance(entry, dict)
        types, values = iris(TERMS[term][RDF + "type"]), members(term, RDFS + "range")
        is_literal = OWL + "DatatypeProperty" in types or values == {XSD + "boolean"}
        assert (entry.get("@type") == "@id") is not is_literal, term
        if values <= {C4F + "CalendarDate", XSD + "date"}:
            assert entry["@type"] == "xsd:date"
        elif is_literal and "@type" in entry:
            assert values == {XSD + str(entry["@type"]).removeprefix("xsd:")}
        assert ("@container" not in entry) is (OWL + "FunctionalProperty" in types), term


def test_the_context_refers_to_nothing_remote_and_has_the_prefixes_of_the_project() -> None:
    assert not any("@import" in entry for entry in context().values() if isinstance(entry, dict))
    assert "@import" not in context()
    assert context()["@version"] == 1.1
    assert (context()["id"], context()["type"]) == ("@id", "@type")
    for prefix, iri in PREFIXES.items():
        if prefix not in {"id", "graph", "vocab"}:  # these three are relative to @base
            assert context()[prefix] == iri


def test_a_document_in_our_context_is_read_as_meant() -> None:
    document = {
        "@context": context(),
        "id": "id/phase/example-1",
        "type": "FundingPhase",
        "label": {"de": "Beispielphase"},
        "amountEUR": "15000000.00",
        "phaseNumber": 1,
        "startDate": ["2022-07-18", {"@value": "2022", "type": "xsd:gYear"}],
        "decision": "vocab/decision/approved",
    }
    subject = ox.NamedNode(BASE + "id/phase/example-1")

    def statement(predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, ox.NamedNode(predicate), value, ox.DefaultGraph())

    def typed(value: str, datatype: str) -> ox.Literal:
        return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))

    assert set(ox.parse(json.dumps(document).encode(), ox.RdfFormat.JSON_LD)) == {
        statement(RDF + "type", ox.NamedNode(C4F + "FundingPhase")),
        statement(RDFS + "label", ox.Literal("Beispielphase", language="de")),
        statement(C4F + "amountEUR", typed("15000000.00", "decimal")),
        statement(C4F + "phaseNumber", typed("1", "integer")),
        statement(C4F + "startDate", typed("2022-07-18", "date")),
        statement(C4F + "startDate", typed("2022", "gYear")),
        statement(C4F + "decision", ox.NamedNode(VOCAB + "decision/approved")),
    }
