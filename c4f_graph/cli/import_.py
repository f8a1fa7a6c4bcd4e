"""`c4f import`."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from c4f_graph.cli.options import (
    PATH,
    destination,
    output_option,
    show_refusal,
    store_options,
    tell,
)
from c4f_graph.cli.progress import progress_line
from c4f_graph.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from c4f_graph.imports import Imported
    from c4f_graph.rdf_streams import RdfStream


@click.group("import")
def command() -> None:
    """Import what others publish, with an account of every row."""


@command.command("foerderkatalog")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--as-of", metavar="DATE", help="The day of the export, such as 2026-10-01.")
@click.option("--prefix", default="", metavar="FKZ", help="Only funding references that begin so.")
@output_option
@click.option("--load", is_flag=True, help="Load the edition into the store, as `c4f load` does.")
@click.option("--rejects", type=PATH, metavar="FILE", help="Write rows that cannot be read as CSV.")
@click.option("--summary", type=PATH, metavar="FILE", help="Write the account as JSON.")
@store_options
def foerderkatalog(
    files: tuple[Path, ...],
    as_of: str | None,
    prefix: str,
    output: Path | None,
    load: bool,
    rejects: Path | None,
    summary: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> None:
    """Import FILES, exports of the federal funding catalogue as CSV, as one edition.

    The edition is one named graph, graph/foerderkatalog-DATE, written as N-Quads. Every row read is
    taken, set aside with a reason, or rejected; a file of rejected rows can be mended and imported.

    \b
    Examples:
      c4f import foerderkatalog Suchliste.csv --as-of 2026-10-01 -o katalog.nq
      c4f import foerderkatalog Suchliste.csv --as-of 2026-10-01 --prefix 03ZU --load
    """
    from c4f_graph.files import written
    from c4f_graph.imports import import_foerderkatalog
    from c4f_graph.imports.account import as_json

    day = _day(as_of)
    _check(output, load)
    _check_places(files, [path for path in (output, rejects, summary) if path is not None])
    start = time.monotonic()
    with contextlib.ExitStack() as stack:
        rejected = stack.enter_context(written(rejects)) if rejects else None
        account = stack.enter_context(written(summary)) if summary else None
        edition, path = stack.enter_context(_edition(day, output))
        with progress_line() as show:

            def progress(path: Path, share: float, rows: int) -> None:
                rate = rows / (time.monotonic() - start)
                show(f"{path.name}  {share:.0%}  {rows:,} rows  {rate:,.0f} a second")

            imported = import_foerderkatalog(
                files,
                day,
                edition,
                prefix=prefix,
                corpus=corpus,
                rejects=rejected,
                progress=progress,
            )
        edition.flush()
        seconds = time.monotonic() - start
        if account is not None:
            account.write(as_json(imported.summary).encode())
        if load:
            _load(path, store, corpus, private)
        elif output is None:
            edition.seek(0)
            with destination(None) as stdout:
                shutil.copyfileobj(edition, stdout)
    _say(imported, seconds, load)
    if imported.account.rejected and rejects is None:
        tell("give --rejects FILE.csv to have the rejected rows written, to be mended.")


def _day(text: str | None) -> date:
    if text is None:
        raise ParameterError(
            "a catalogue's file does not say of which day it is.",
            hint="Give the day of the export, such as --as-of 2026-10-01.",
        )
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError(
            f"{text} is no day.", hint="Write it as in --as-of 2026-10-01."
        ) from error


def _check(output: Path | None, load: bool) -> None:
    if output is None:
        return
    if load:
        raise ParameterError(
            "-o and --load do not go together.", hint="Write the edition, then `c4f load` it."
        )
    from c4f_graph.rdf_files import FORMATS

    if output.suffix != ".nq" and output.suffix in FORMATS:
        raise ParameterError(
            f"the edition is written as N-Quads, not as {output.suffix}.",
            hint="Name the file .nq; `c4f load` and `c4f export` give other formats.",
        )


def _check_places(files: Sequence[Path], written: Sequence[Path]) -> None:
    """Make sure that nothing is written over what is read, or twice."""
    taken = {path.resolve() for path in files}
    for path in written:
        if path.resolve() in taken:
            raise ParameterError(
                f"{path} is named twice, to be read or written.", hint="Name another file."
            )
        taken.add(path.resolve())


@contextlib.contextmanager
def _edition(day: date, output: Path | None) -> Iterator[tuple[BinaryIO, Path]]:
    """Open what the edition is written to: the file, or one that is gone afterwards."""
    from c4f_graph.files import written

    if output is not None:
        with written(output) as stream:
            yield stream, output
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"foerderkatalog-{day.isoformat()}.nq"
        with path.open("w+b") as stream:
            yield stream, path


def _load(path: Path, store: Path | None, corpus: Path | None, private: bool) -> None:
    import c4f_graph
    from c4f_graph.cli.load import progress_text
    from c4f_graph.opening import RefusedCorpusError

    start = time.monotonic()
    with progress_line() as show:

        def progress(file: RdfStream) -> None:
            show(progress_text(file, file.statements / (time.monotonic() - start)))

        try:
            edition = c4f_graph.load([path], store, corpus, private=private, progress=progress)
        except RefusedCorpusError as error:
            show_refusal(error, err=True)
            raise
    tell(
        f"loaded in {time.monotonic() - start:,.1f} s; the store has {edition.statements:,} "
        f"statements in {edition.graphs:,} graphs."
    )


def _say(imported: Imported, seconds: float, load: bool) -> None:
    rows = imported.account.rows_read
    for sentence in [*imported.notes, *imported.account.sentences()]:
        tell(f"{sentence}.")
    if not imported.account.rows_taken:
        tell("no row was taken, so the edition says nothing but what it is.")
    done = "loaded" if load else "wrote"
    tell(
        f"{done} {imported.graph}: {imported.statements:,} statements, read in {seconds:,.1f} s "
        f"({rows / max(seconds, 0.001):,.0f} rows a second)."
    )
