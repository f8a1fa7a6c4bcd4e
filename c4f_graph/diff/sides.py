"""One of the two things that are compared: an edition, a store, a corpus or an RDF file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import corpus_files, read_corpus
from c4f_graph.editions import current_edition, former_editions, open_folder
from c4f_graph.errors import InputError, StoreError
from c4f_graph.namespaces import GRAPH
from c4f_graph.paths import CorpusPaths
from c4f_graph.rdf_streams import RdfStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from c4f_graph.engine import QuadStore

_PRIVATE = f"{GRAPH}private-"
_NAMES_LAST = {".nt", ".nq"}
_AT_ONCE = 100_000


class Side(ABC):
    """One of the two things that are compared; it can be read any number of times.

    Attributes:
        name: what it was called.
        is_file: whether it is an RDF file, which can be compared as it is written.
        is_store: whether numbers have the form that the store gives them.
        keeps_names: whether its blank nodes have the same names each time.
    """

    is_file = False
    is_store = False
    keeps_names = False

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def quads(self) -> Iterator[ox.Quad]:
        """Yield its statements as a stream."""

    def about(self, subjects: Set[ox.NamedNode | ox.BlankNode | ox.Triple]) -> Iterator[ox.Quad]:
        """Yield its statements about some subjects."""
        return (quad for quad in self.quads() if quad.subject in subjects)


class StoreSide(Side):
    """An edition, or a view of one, that is open for reading."""

    is_store = True
    keeps_names = True

    def __init__(self, name: str, store: QuadStore, *, private: bool) -> None:
        super().__init__(name)
        self._store = store
        self._private = private

    def quads(self) -> Iterator[ox.Quad]:
        """Yield its statements as a stream, without the union of its graphs."""
        return self._shown(self._store.quads_for_pattern(None, None, None, None))

    def about(self, subjects: Set[ox.NamedNode | ox.BlankNode | ox.Triple]) -> Iterator[ox.Quad]:
        """Look up its statements about some subjects."""
        for subject in subjects:
            yield from self._shown(self._store.quads_for_pattern(subject, None, None, None))

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

    def quads(self) -> Iterator[ox.Quad]:
        return (statement.quad for statement in read_corpus(self._files))


class _FileSide(Side):
    is_file = True

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        # In N-Triples and N-Quads a blank node has a name of its own, which a patch can use.
        self.keeps_names = bool(_NAMES_LAST & {suffix.lower() for suffix in path.suffixes[-2:]})
        self._stream()

    def quads(self) -> Iterator[ox.Quad]:
        return self._stream().quads()

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


def as_stored(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """Give numbers and dates the form that a store gives them: `15.00` becomes `15`."""
    while batch := list(islice(quads, _AT_ONCE)):
        store = ox.Store()
        store.bulk_extend(batch)
        yield from store
