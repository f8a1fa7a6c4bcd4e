"""One of the two things that are compared: an edition, a store, a corpus or an RDF file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import corpus_files, read_corpus
from c4f_graph.editions import current_edition, former_editions, open_folder
from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import InputError, StoreError
from c4f_graph.namespaces import C4F, GRAPH, RDF
from c4f_graph.paths import CorpusPaths
from c4f_graph.rdf_streams import RdfStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set

    from c4f_graph.engine import QuadStore

_KIND = ox.NamedNode(f"{C4F}sourceKind")
_TYPE = ox.NamedNode(f"{RDF}type")
_PRIVATE = f"{GRAPH}private-"
_NAMES_LAST = {".nt", ".nq"}
_AT_ONCE = 100_000
NOTHING: frozenset[ox.NamedNode] = frozenset()


class Side(ABC):
    """One of the two things that are compared; it can be read any number of times.

    Attributes:
        name: what it was called.
        is_file: whether it is an RDF file, which can be compared as it is written.
        is_store: whether numbers have the form that the store gives them.
        keeps_names: whether its blank nodes have the same names each time.
        told_as: graphs that go by another name in its statements, with the name that they have.
    """

    is_file = False
    is_store = False
    keeps_names = False
    told_as: Mapping[str, str] = MappingProxyType({})

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def quads(self, without: Set[ox.NamedNode] = NOTHING) -> Iterator[ox.Quad]:
        """Yield its statements as a stream, without those of some graphs."""

    def about(self, subjects: Set[ox.NamedNode | ox.BlankNode | ox.Triple]) -> Iterator[ox.Quad]:
        """Yield its statements about some subjects."""
        return (quad for quad in self.quads() if quad.subject in subjects)

    def about_graphs(self, kinds: Set[ox.NamedNode]) -> Iterator[ox.Quad]:
        """Yield what its graphs of some kinds of source say of themselves."""
        quads = [quad for quad in self.quads() if quad.subject == quad.graph_name]
        graphs = {quad.subject for quad in quads if _is_of(quad, kinds)}
        return (quad for quad in quads if quad.subject in graphs)

    def size(self, graph: ox.NamedNode) -> int:
        """Count the statements of a graph."""
        return sum(1 for quad in self.quads() if quad.graph_name == graph)

    def classes(self, graph: ox.NamedNode) -> Counter[str]:
        """Count the things of a graph by the IRI of their class."""
        return Counter(
            str(quad.object)[1:-1]
            for quad in self.quads()
            if quad.graph_name == graph and quad.predicate == _TYPE
        )


class StoreSide(Side):
    """An edition, or a view of one, that is open for reading."""

    is_store = True
    keeps_names = True

    def __init__(self, name: str, store: QuadStore, *, private: bool) -> None:
        super().__init__(name)
        self._store = store
        self._private = private

    def quads(self, without: Set[ox.NamedNode] = NOTHING) -> Iterator[ox.Quad]:
        """Yield its statements as a stream, without the union of its graphs."""
        if not without:
            yield from self._shown(self._store.quads_for_pattern(None, None, None, None))
            return
        for graph in self._store.named_graphs():
            if graph not in without:
                yield from self._shown(self._store.quads_for_pattern(None, None, None, graph))

    def about(self, subjects: Set[ox.NamedNode | ox.BlankNode | ox.Triple]) -> Iterator[ox.Quad]:
        """Look up its statements about some subjects."""
        for subject in subjects:
            yield from self._shown(self._store.quads_for_pattern(subject, None, None, None))

    def about_graphs(self, kinds: Set[ox.NamedNode]) -> Iterator[ox.Quad]:
        """Look up what its graphs of some kinds of source say of themselves."""
        for kind in sorted(kinds, key=str):
            for quad in self._shown(self._store.quads_for_pattern(None, _KIND, kind, None)):
                if isinstance(graph := quad.graph_name, ox.NamedNode) and graph == quad.subject:
                    yield from self._store.quads_for_pattern(graph, None, None, graph)

    def size(self, graph: ox.NamedNode) -> int:
        """Let the store count the statements of a graph."""
        ((count,),) = self._counted(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        return int(count)

    def classes(self, graph: ox.NamedNode) -> Counter[str]:
        """Let the store count the things of a graph by class."""
        query = f"SELECT ?c (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s {_TYPE} ?c }} }} GROUP BY ?c"
        return Counter({str(kind): int(count) for kind, count in self._counted(query)})

    def _counted(self, query: str) -> list[tuple[int | str, ...]]:
        """Give IRIs and numbers of rows."""
        answer = run_query(self._store, query, timeout=None, name="size of a graph")
        return [
            tuple(
                int(term.value) if isinstance(term, ox.Literal) else str(term)[1:-1] for term in row
            )
            for row in (answer.rows if isinstance(answer, Rows) else ())
        ]

    def _shown(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Leave out the union, which repeats the named graphs, and personal data."""
        for quad in quads:
            graph = quad.graph_name
            if isinstance(graph, ox.DefaultGraph):
                continue
            if self._private or not str(graph).startswith(f"<{_PRIVATE}"):
                yield quad


class _CorpusSide(Side):
    def __init__(self, name: str, corpus: CorpusPaths, private: bool) -> None:
        super().__init__(name)
        self._files = corpus_files(corpus, private=private)

    def quads(self, without: Set[ox.NamedNode] = NOTHING) -> Iterator[ox.Quad]:
        files = [file for file in self._files if file.graph not in without]
        return (statement.quad for statement in read_corpus(files))


class _FileSide(Side):
    is_file = True

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        # In N-Triples and N-Quads a blank node has a name of its own, which a patch can use.
        self.keeps_names = bool(_NAMES_LAST & {suffix.lower() for suffix in path.suffixes[-2:]})
        self._stream()

    def quads(self, without: Set[ox.NamedNode] = NOTHING) -> Iterator[ox.Quad]:
        quads = self._stream().quads()
        return (quad for quad in quads if quad.graph_name not in without) if without else quads

    def _stream(self) -> RdfStream:
        return RdfStream(self._path, ox.DefaultGraph(), keep_names=self.keeps_names)


def side(name: str, store_path: Path, *, private: bool = False) -> Side:
    """Find what a person names.

    Args:
        name: an edition of the store, such as `edition-a1b2c3d4`; or the path of a store's folder,
            an edition's folder, a corpus, or an RDF file, also with `.gz` or `.zst` at its end.
        store_path: the store whose editions can be named.
        private: do not leave out personal data of stores and corpora.

    Raises:
        InputError: it is nothing that can be compared.
        StoreError: a store that is damaged, or holds no edition.
    """
    path = Path(name)
    if path.is_dir():
        return _folder(name, path, private)
    if path.exists():
        return _FileSide(path)
    editions = []
    if current := current_edition(store_path, private=private):
        editions = [current.folder]
    editions += former_editions(store_path)
    if name in editions:
        return _edition(name, store_path / name, private)
    if "/" in name or path.suffix:
        return _FileSide(path)
    known = ", ".join(editions) if editions else "none"
    raise InputError(
        f"there is no edition, folder or file {name}.",
        hint=f"The editions in {store_path} are: {known}.",
    )


def _edition(name: str, folder: Path, private: bool) -> StoreSide:
    return StoreSide(name, open_folder(folder), private=private)


def _folder(name: str, path: Path, private: bool) -> Side:
    edition = current_edition(path, private=private)
    if edition is not None:
        return _edition(name, path / edition.folder, private)
    corpus = CorpusPaths(path)
    if (corpus.ontology / "c4f.ttl").is_file() and corpus.data.is_dir():
        return _CorpusSide(name, corpus, private)
    if (path / "CURRENT").is_file():
        return _edition(name, path, private)
    if any(path.glob("edition-*")):
        raise StoreError(
            f"{name} has no edition in use.", hint="Run `c4f build`, or name an edition's folder."
        )
    raise InputError(
        f"the folder {name} is neither a store nor a corpus.",
        hint="A store has public.json and edition folders, a corpus has ontology/ and data/.",
    )


def _is_of(quad: ox.Quad, kinds: Set[ox.NamedNode]) -> bool:
    return quad.predicate == _KIND and quad.object in kinds


def as_stored(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """Give numbers and dates the form that a store gives them: `15.00` becomes `15`."""
    while batch := list(islice(quads, _AT_ONCE)):
        store = ox.Store()
        store.bulk_extend(batch)
        yield from store
