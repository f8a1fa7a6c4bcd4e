"""Read RDF with rdflib and with pyoxigraph, and compare what they read."""

from __future__ import annotations

import warnings

import pyoxigraph as ox
import rdflib

RDFLIB_FORMATS = {
    "ttl": "turtle",
    "jsonld": "json-ld",
    "nt": "nt",
    "nq": "nquads",
    "trig": "trig",
    "rdfxml": "xml",
}
OXIGRAPH_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def rdflib_graph(text: str, rdf_format: str) -> rdflib.Graph:
    """Read statements with rdflib."""
    graph = rdflib.Graph()
    with warnings.catch_warnings():
        # rdflib's own reader of JSON-LD uses its former names.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="rdflib")
        return graph.parse(data=text, format=RDFLIB_FORMATS[rdf_format])


def rdflib_dataset(text: str, rdf_format: str) -> rdflib.Dataset:
    """Read statements and their graphs with rdflib."""
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        # rdflib's own readers use its former names.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="rdflib")
        dataset.parse(data=text, format=RDFLIB_FORMATS[rdf_format])
    return dataset


def oxigraph_dataset(text: str, rdf_format: str) -> ox.Dataset:
    """Read statements with pyoxigraph."""
    return ox.Dataset(ox.parse(text.encode(), format=OXIGRAPH_FORMATS[rdf_format]))


def canonical(dataset: ox.Dataset) -> set[ox.Quad]:
    """Give the statements with one name for each blank node, so that isomorphic ones are equal."""
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)
