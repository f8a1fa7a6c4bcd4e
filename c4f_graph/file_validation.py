"""Validate any files against any shapes, with nothing else added to either."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import BASE
from c4f_graph.data_files import DataFiles
from c4f_graph.large_files import NotAnsweredError, is_large, validate_large
from c4f_graph.validation import (
    Outcome,
    ValidationOptions,
    read_shapes,
    run_shapes,
    shape_notes,
    validation_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from c4f_graph.rdf_files import Statement
    from c4f_graph.validation import Validation


def validate_files(
    paths: Sequence[Path], shapes_paths: Sequence[Path], options: ValidationOptions | None = None
) -> Validation:
    """Validate files against shapes, with nothing else added to either.

    Args:
        paths: the files.
        shapes_paths: the shapes.
        options: how to validate; by default, any result means that the data do not conform.

    Raises:
        InputError: a file that cannot be read.
        ShapesError: shapes that cannot be used.
    """
    options = options or ValidationOptions(threshold="info")
    data = DataFiles(paths, BASE)
    shapes = read_shapes(shapes_paths)
    outcome = _outcome(data, paths, shapes, options)
    if any(isinstance(result.statement[0], ox.BlankNode) for result in outcome.report.results):
        data.keep_lines()
        outcome = run_shapes(shapes, data.store, data.statements, options)
    index = data.index({result.statement[0] for result in outcome.report.results})
    return validation_of([], outcome, index, options)


def _outcome(
    data: DataFiles, paths: Sequence[Path], shapes: list[Statement], options: ValidationOptions
) -> Outcome:
    """Run shapes on files: on a large one without loading all of it, if possible."""
    odd = []
    if options.engine == "sparql" and is_large(paths):
        quads = [statement.quad for statement in shapes]
        try:
            large = validate_large(data, paths[0], quads, time_limit=options.time_limit)
        except NotAnsweredError as reason:
            odd = [str(reason)] if reason.message else []
        else:
            # Which results are the first is for the store to say.
            if options.max_results is None or len(large.report.results) <= options.max_results:
                return Outcome(shape_notes(shapes, large.problems), large.plan, large.report)
    outcome = run_shapes(shapes, data.store, data.statements, options)
    return replace(outcome, notes=[*odd, *outcome.notes])
