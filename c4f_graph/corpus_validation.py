"""Validate the corpus, together with files that may join it, by its shapes, rules and checks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.checks import run_checks
from c4f_graph.corpus import CorpusFile, corpus_files, graph_name, read_corpus, shape_files, unite
from c4f_graph.corpus_checks import check_corpus, check_terms
from c4f_graph.findings import StatementIndex
from c4f_graph.shacl.pool import in_order
from c4f_graph.validation import ValidationOptions, read_shapes, run_shapes, validation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence, Set
    from pathlib import Path

    from c4f_graph.paths import CorpusPaths
    from c4f_graph.rdf_files import Statement
    from c4f_graph.validation import Validation


def validate_corpus(
    corpus: CorpusPaths,
    additions: Sequence[Path] = (),
    *,
    private: bool = False,
    options: ValidationOptions | None = None,
) -> Validation:
    """Validate the corpus against its shapes and rules, together with files that may join it.

    Args:
        corpus: where the corpus is.
        additions: files checked as if they stood in `data/sources`.
        private: include `data/private`.
        options: as for `validate_statements`.

    Raises:
        InputError: a file that cannot be read.
        ShapesError: a shape that cannot be used.
    """
    files = corpus_files(corpus, private=private)
    present = {file.path.resolve() for file in files}
    for path in additions:
        if path.resolve() not in present:
            files.append(CorpusFile(path, graph_name(path), "source"))
    statements = list(read_corpus(files))
    store = ox.Store()
    store.bulk_extend(statement.quad for statement in statements)
    # It begins at once, in a thread, while this one looks at the files.
    united = in_order(unite, [store], threads=1)
    return _validate(corpus, files, statements, partial(next, united), options)


def validate_statements(
    corpus: CorpusPaths,
    files: list[CorpusFile],
    statements: list[Statement],
    store: ox.Store,
    options: ValidationOptions | None = None,
) -> Validation:
    """Validate a corpus that is read and loaded already.

    Args:
        corpus: where the shapes are.
        files: its files.
        statements: their statements.
        store: a store whose default graph is their union.
        options: how to validate; by default, a violation means that the corpus does not conform.

    Raises:
        ShapesError: a shape that cannot be used.
    """
    return _validate(corpus, files, statements, lambda: store, options)


def _validate(
    corpus: CorpusPaths,
    files: list[CorpusFile],
    statements: list[Statement],
    united: Callable[[], ox.Store],
    options: ValidationOptions | None,
) -> Validation:
    index = StatementIndex(statements)
    shapes = read_shapes(shape_files(corpus))
    findings = [
        *check_corpus(files, statements, index),
        *check_terms((s for s in shapes if _in_ontology(s)), index),
    ]
    store = united()
    # The store answers the checks while this thread reads the shapes.
    found = run_checks(corpus.checks, store, index)
    options = options or ValidationOptions()

    def written(subjects: Set[object] | None) -> Iterator[ox.Quad]:
        for subject in index.subjects():
            if subjects is None or subject in subjects:
                yield from (statement.quad for statement in index.about(subject))

    outcome = run_shapes(shapes, store, written, options)
    findings += found
    return validation_of(findings, outcome, index, options)


def _in_ontology(statement: Statement) -> bool:
    return isinstance(statement.quad.object, ox.NamedNode)
