"""Options and steps that several commands share."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from c4f_graph.errors import EXIT_OK

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from c4f_graph.graph import ProgrammeGraph

_Command = TypeVar("_Command", bound="Callable[..., Any]")

PATH = click.Path(path_type=Path)


def store_options(command: _Command) -> _Command:
    """Add the options that say which graph a command works on."""
    private = click.option(
        "--private", is_flag=True, help="Include data/private, which holds personal data."
    )
    return place_options(private(command))


def place_options(command: _Command) -> _Command:
    """Add the options that say where the store and the corpus are."""
    for option in (
        click.option(
            "--corpus",
            type=PATH,
            metavar="DIR",
            help="The folder with ontology/, data/ and queries/.  [default: the project's own]",
        ),
        click.option(
            "--store",
            type=PATH,
            metavar="DIR",
            help="The store's folder.  [default: in the user's cache]",
        ),
    ):
        command = option(command)
    return command


def graph_options(command: _Command) -> _Command:
    """Add the options that say which graph a command reads: a store here, or one on a server."""
    for name, variable, text in (
        (
            "--graph-store-endpoint",
            "C4F_GRAPH_STORE_ENDPOINT",
            "The server's graph store address, where it is not the engine's usual one.",
        ),
        (
            "--update-endpoint",
            "C4F_UPDATE_ENDPOINT",
            "The server's update address, where it is not the engine's usual one.",
        ),
        (
            "--endpoint",
            "C4F_ENDPOINT",
            "The query address of a server, or a profile's name, in place of a store here.",
        ),
    ):
        command = click.option(
            name,
            envvar=variable,
            show_envvar=True,
            metavar="URL",
            help=text,
            expose_value=False,
            callback=_remember,
        )(command)
    return store_options(command)


def _remember(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Keep an address for `open_graph`, as each command would only hand it on."""
    context.meta[f"c4f.{parameter.name}"] = value


def timeout_option(command: _Command) -> _Command:
    """Add the time limit of a query."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Give a query up after so long.",
    )(command)


def as_of_option(command: _Command) -> _Command:
    """Add the day whose knowledge counts."""
    return click.option(
        "--as-of",
        metavar="DAY",
        help="Only what the sources that had come out by this day said, as 2023-09-11.",
    )(command)


def output_option(command: _Command) -> _Command:
    """Add the file that the data goes to."""
    return click.option(
        "-o", "--output", type=PATH, metavar="FILE", help="Write to a file instead of stdout."
    )(command)


def open_graph(
    store: Path | None, corpus: Path | None, private: bool, as_of: str | None = None
) -> ProgrammeGraph:
    """Open the graph, here or on a server, saying on stderr when a store is built for it.

    It also says what the sources of a day leave out.

    Raises:
        click.UsageError: a store and a server are given, or personal data are asked of a server.
    """
    import c4f_graph

    day = None if as_of is None else _day(as_of)
    context = click.get_current_context()
    endpoint = context.meta.get("c4f.endpoint")
    is_named = context.get_parameter_source("endpoint") is ParameterSource.COMMANDLINE
    if endpoint and is_named and (store or private):
        raise click.UsageError("--endpoint goes with neither --store nor --private.")
    if endpoint and not store:
        if private:
            raise click.UsageError("a server has no personal data: leave --private out.")
        graph = c4f_graph.connect(
            endpoint,
            corpus,
            update_endpoint=context.meta.get("c4f.update_endpoint"),
            graph_store_endpoint=context.meta.get("c4f.graph_store_endpoint"),
        )
    else:
        graph = open_store(store, corpus, private)
    if day is None:
        return graph
    view = graph.as_of(day)
    tell(str(view.view))
    return view


def open_store(store: Path | None, corpus: Path | None, private: bool) -> ProgrammeGraph:
    """Open the store here, saying on stderr when it is built for that, or why it cannot be.

    Raises:
        RefusedCorpusError, InputError, StoreError: as for `c4f_graph.open`.
    """
    import c4f_graph
    from c4f_graph.graph import RefusedCorpusError

    try:
        return c4f_graph.open(store, corpus, private=private, progress=tell)
    except RefusedCorpusError as error:
        show_refusal(error, err=True)
        raise


def _day(text: str) -> datetime.date:
    from c4f_graph.as_of import parse_day

    return parse_day(text)


def show_refusal(error: Any, *, err: bool) -> None:
    """Print why a corpus was refused."""
    from c4f_graph.export.findings import findings_text

    stream = sys.stderr if err else sys.stdout
    stream.write(findings_text(error.validation, only="violation"))
    stream.flush()


def tell(message: str) -> None:
    """Say something that is not data."""
    sys.stderr.write(f"c4f: {message}\n")


@contextlib.contextmanager
def progress_line() -> Iterator[Callable[[str], None] | None]:
    """Give what rewrites a line on the terminal, or None where stderr is none."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    console = Console(stderr=True)

    def show(text: str) -> None:
        console.print(text, end="\r", highlight=False, markup=False, overflow="crop", no_wrap=True)

    try:
        yield show
    finally:
        sys.stderr.write("\n")


@contextlib.contextmanager
def destination(output: Path | None) -> Iterator[BinaryIO]:
    """Open the file named, which appears once the block ends well, or stdout.

    Raises:
        StoreError: the file cannot be written.
    """
    if output is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Whoever read our output has had enough, as `head` does. What waits to be written goes
            # nowhere, and click, which would make this an error, does not see it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(EXIT_OK) from None
        return
    from c4f_graph.files import written

    with written(output) as stream:
        yield stream


def put(text: str, output: Path | None) -> None:
    """Write data to the file named, or to stdout, as UTF-8.

    Raises:
        StoreError: the file cannot be written.
    """
    with destination(output) as stream:
        stream.write(text.encode())
