"""Load files to be validated as fast as the store can, and find lines afterwards, where any matter.

Reading each statement with its line costs more than loading it; most statements are never reported.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import united
from c4f_graph.errors import InputError
from c4f_graph.findings import StatementIndex
from c4f_graph.namespaces import OWL
from c4f_graph.rdf_files import FORMATS, Statement, read_bytes, read_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence, Set
    from pathlib import Path

_IMPORTS = ox.NamedNode(f"{OWL}imports")
# The formats without named graphs whose every fault the store's own reader notices.
_NATIVE = {ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES}


class DataFiles:
    """The union of some files in a store, and the places of its statements in them.

    Args:
        paths: the files.
        base: the IRI that relative IRIs are resolved against.

    Raises:
        InputError: there is no such file.
    """

    def __init__(self, paths: Sequence[Path], base: str) -> None:
        self._paths = paths
        self._base = base
        self._statements: list[Statement] | None = None
        # The last one that was asked for: it takes a reading of the files.
        self._index: tuple[Set[object], StatementIndex] | None = None
        for path in paths:
            if not path.exists():
                read_bytes(path)  # which says so

    @cached_property
    def store(self) -> ox.Store:
        """A store with all statements, loaded when it is first asked for.

        Raises:
            InputError: a file that cannot be read (see `read_statements`).
        """
        store = ox.Store()
        for path in self._paths:
            rdf_format = FORMATS.get(path.suffix.lower())
            if rdf_format in _NATIVE:
                with self._explained(path):
                    store.bulk_load(path=str(path), format=rdf_format, base_iri=self._base)
            else:
                store.bulk_extend(
                    united(statement.quad for statement in read_statements(path, base=self._base))
                )
        return self._without_imports(store)

    def selected(self, choose: Callable[[Iterator[ox.Quad]], Iterator[ox.Quad]]) -> ox.Store:
        """Give a store with some of the statements; all of them are read and checked.

        Args:
            choose: takes all statements and gives those to be stored.

        Raises:
            InputError: a file that cannot be read (see `read_statements`).
        """
        store = ox.Store()
        for path in self._paths:
            with self._explained(path):
                quads = ox.parse(
                    path=str(path), format=FORMATS[path.suffix.lower()], base_iri=self._base
                )
                store.bulk_extend(choose(quads))
        return self._without_imports(store)

    @contextmanager
    def _explained(self, path: Path) -> Iterator[None]:
        """Name the fault that the store found, and its place."""
        try:
            yield
        except (SyntaxError, ValueError, OSError) as error:
            self._explain()
            raise InputError(f"{path} cannot be read: {error}.") from error

    def _without_imports(self, store: ox.Store) -> ox.Store:
        if any(store.quads_for_pattern(None, _IMPORTS, None, None)):
            self._explain()
        return store

    def _explain(self) -> None:
        """Read with lines what the store refused: that names the fault and its place."""
        for path in self._paths:
            for _ in read_statements(path, base=self._base):
                pass

    def keep_lines(self) -> None:
        """Read the files once more with lines, and make the store of just these statements.

        A blank node has another name each time that it is read: what is found about one can only
        be placed if the store and the lines come from one reading.
        """
        self._statements = list(self._read())
        self._index = None
        self.store = ox.Store()
        self.store.bulk_extend(united(statement.quad for statement in self._statements))

    def statements(self, subjects: Set[object] | None = None) -> Iterator[ox.Quad]:
        """Yield the statements as the files write them, as a stream: those about some subjects.

        To be called once the store is there: faults of the files are not looked for again.
        """
        if subjects is None and self._statements is None:
            for path in self._paths:
                yield from ox.parse(
                    path=str(path),
                    format=FORMATS[path.suffix.lower()],
                    base_iri=self._base,
                    rename_blank_nodes=True,
                )
            return
        for statement in self._read(subjects):
            if subjects is None or statement.quad.subject in subjects:
                yield statement.quad

    def index(self, subjects: Set[object]) -> StatementIndex:
        """Find the places of all statements about some subjects."""
        if not subjects:
            return StatementIndex(())
        if self._index is None or self._index[0] != subjects:
            found = (each for each in self._read(subjects) if each.quad.subject in subjects)
            self._index = subjects, StatementIndex(found)
        return self._index[1]

    def _read(self, subjects: Set[object] | None = None) -> Iterator[Statement]:
        if self._statements is not None:
            yield from self._statements
            return
        for path in self._paths:
            if subjects is not None and path.suffix.lower() == ".nt":
                yield from _lines_about(path, {str(subject).encode() for subject in subjects})
            else:
                yield from read_statements(path, base=self._base)


def _lines_about(path: Path, subjects: set[bytes]) -> Iterator[Statement]:
    """Yield the statements of N-Triples that begin with these subjects: a line is a statement."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line[: line.find(b" ")] in subjects:
                for quad in ox.parse(line, format=ox.RdfFormat.N_TRIPLES):
                    yield Statement(quad, path, number)
