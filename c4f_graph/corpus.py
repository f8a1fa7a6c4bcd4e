"""Read the corpus: every file below `ontology/` and `data/` to quads in the file's named graph."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import GRAPH, in_iri
from c4f_graph.rdf_files import FORMATS, Statement, read_bytes, read_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from c4f_graph.paths import CorpusPaths

BASE = "https://w3id.org/c4f/"
# Part of the fingerprint: raise it when what a store holds for the same files changes.
_LAYOUT = b"2"


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file of the corpus and the named graph that it is."""

    path: Path
    graph: ox.NamedNode
    kind: str
    """One of `ontology`, `registry`, `source`, `private`."""


def corpus_files(corpus: CorpusPaths, *, private: bool = False) -> list[CorpusFile]:
    """List the files of the corpus, each with its graph, in a fixed order.

    The shapes are not among them: they are rules about the graph, not statements in it.

    Args:
        corpus: where the corpus is.
        private: also list `data/private`, which holds personal data.
    """
    folders = [
        ("ontology", corpus.ontology, f"{BASE}ontology/"),
        ("ontology", corpus.ontology / "vocab", f"{BASE}vocab/"),
        ("registry", corpus.data / "registry", f"{GRAPH}registry-"),
        ("source", corpus.data / "sources", GRAPH),
    ]
    if private:
        folders.append(("private", corpus.data / "private", f"{GRAPH}private-"))
    return [
        CorpusFile(path, graph_name(path, prefix), kind)
        for kind, folder, prefix in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix in FORMATS and path != corpus.context
    ]


def graph_name(path: Path, prefix: str = GRAPH) -> ox.NamedNode:
    """Name a file's graph after it; the ontology itself is its own graph."""
    is_ontology = (prefix, path.stem) == (f"{BASE}ontology/", "c4f")
    return ox.NamedNode(f"{BASE}ontology" if is_ontology else prefix + in_iri(path.stem))


def shape_files(corpus: CorpusPaths) -> list[Path]:
    """List the files of the shapes in a fixed order."""
    return sorted((corpus.ontology / "shapes").glob("*.ttl"))


def read_corpus(files: list[CorpusFile]) -> Iterator[Statement]:
    """Yield every statement of the files as a stream, file by file.

    Raises:
        InputError: a file that cannot be read (see `read_statements`).
    """
    for file in files:
        yield from read_statements(file.path, file.graph, base=BASE)


def united(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield each quad, and its triple in the default graph, which so becomes the union of all.

    Oxigraph can also join all graphs when it is asked, but then a triple that ten sources state is
    ten rows: counts are wrong, and joins multiply.
    """
    for quad in quads:
        yield quad
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def unite(store: ox.Store) -> ox.Store:
    """Add to a store that has named graphs alone their union, as `united` does; return it."""
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }")
    return store


def fingerprint(corpus: CorpusPaths, files: list[CorpusFile]) -> str:
    """Give a hash of the files' names and bytes, and of the shapes that they must conform to.

    Raises:
        InputError: a file that cannot be read.
    """
    digest = hashlib.sha256(_LAYOUT)
    digest.update(ox.__version__.encode())
    for path in [*(file.path for file in files), *shape_files(corpus)]:
        name = path.relative_to(corpus.root).as_posix().encode()
        content = read_bytes(path)
        digest.update(b"%d %s %d\n" % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()
