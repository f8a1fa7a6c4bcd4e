"""The prefixes of the project, each written down once and in the order in which files list them."""

from __future__ import annotations

import os
from urllib.parse import quote

C4F = "https://w3id.org/c4f/ontology#"
ID = "https://w3id.org/c4f/id/"
GRAPH = "https://w3id.org/c4f/graph/"
VOCAB = "https://w3id.org/c4f/vocab/"
SHAPES = "https://w3id.org/c4f/shapes#"

DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: dict[str, str] = {
    "c4f": C4F,
    "id": ID,
    "graph": GRAPH,
    "vocab": VOCAB,
    "shapes": SHAPES,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}


def in_iri(file_name: str) -> str:
    """Write a file's name, whose bytes can be any, as an IRI can have it: `a b` is `a%20b`."""
    return quote(os.fsencode(file_name))
