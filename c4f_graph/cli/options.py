"""Options and steps that several commands share."""

from __future__ import annotations

import contextlib
import math
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


class _Positive(click.FloatRange):
    """A number above 0, which `nan` and `inf` are not."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number that can be counted to.", param, ctx)
        return float(number)


POSITIVE = _Positive(min=0, min_open=True)
corpus_option = click.option(
    "--corpus",
    type=PATH,
    metavar="DIR",
    help="The folder with ontology/, data/ and queries/.  [default: the project's own]",
)


def store_options(command: _Command) -> _Command:
    """Add the options that say which graph a command works on."""
    private = click.option(
        "--private", is_flag=True, help="Include data/private, which holds personal data."
    )
    return public_store_options(private(command))


def public_store_options(command: _Command) -> _Command:
    """Add the options that say which graph without personal data a command works on."""
    for option in (
        corpus_option,
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
    return store_options(endpoint_options(command))


def endpoint_options(command: _Command) -> _Command:
    """Add the options that say where a server is."""
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
    return command


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep an address for `connected`, as each command would only hand it on."""
    context.meta[f"c4f.{parameter.name}"] = value


def federate_option(command: _Command) -> _Command:
    """Add further endpoints that are asked at once with the one of `--endpoint`."""
    return click.option(
        "--federate",
        multiple=True,
        metavar="URL",
        help="Ask this endpoint as well, by Comunica; the profile must list it.",
        expose_value=False,
        callback=_remember,
    )(command)


def timeout_option(command: _Command) -> _Command:
    """Add the time limit of a query."""
    return seconds_option(60.0, "Give a query up after so long.")(command)


def seconds_option(default: float, about: str) -> Callable[[_Command], _Command]:
    """Make a time limit: its seconds where none are given, and what it does."""
    return click.option(
        "--timeout",
        type=POSITIVE,
        default=default,
        show_default=True,
        metavar="SECONDS",
        help=about,
    )


def most_option(name: str, about: str) -> Callable[[_Command], _Command]:
    """Make a limit of how many are given: its name, and what it does."""
    return click.option(
        name,
        type=click.IntRange(min=1),
        default=100_000,
        show_default=True,
        metavar="N",
        help=about,
    )


def as_of_option(command: _Command) -> _Command:
    """Add the day whose knowledge counts."""
    return click.option(
        "--as-of",
        metavar="DAY",
        help="Only what the sources that had come out by this day said, as 2023-09-11.",
    )(command)


def dry_run_option(command: _Command) -> _Command:
    """Add the wish to see what would be done."""
    return click.option(
        "--dry-run", is_flag=True, help="Say what would be done, a graph a line, and do nothing."
    )(command)


def push_options(command: _Command) -> _Command:
    """Add the options of commands that push."""
    take_over = click.option(
        "--take-over",
        is_flag=True,
        help="Push although another push, which broke off for good, has the server's lock.",
    )
    return dry_run_option(take_over(command))


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
    day = None if as_of is None else _day(as_of)
    if is_on_server(store, private):
        graph = connected(corpus)
    else:
        graph = open_embedded(store, corpus, private)
    if day is None:
        return graph
    view = graph.as_of(day)
    tell(str(view.view))
    return view


def is_endpoint_named() -> bool:
    """Tell whether --endpoint is on the command line, and not only in the environment."""
    context = click.get_current_context()
    return context.get_parameter_source("endpoint") is ParameterSource.COMMANDLINE


def is_on_server(store: Path | None, private: bool) -> bool:
    """Tell whether the options mean a server.

    Raises:
        click.UsageError: as for `open_graph`.
    """
    context = click.get_current_context()
    endpoint = context.meta.get("c4f.endpoint")
    if endpoint and is_endpoint_named() and (store or private):
        raise click.UsageError("--endpoint goes with neither --store nor --private.")
    if endpoint and not store and private:
        raise click.UsageError("a server has no personal data: leave --private out.")
    if context.meta.get("c4f.federate") and (store or not endpoint):
        raise click.UsageError("--federate goes with --endpoint.")
    return bool(endpoint and not store)


def connected(corpus: Path | None) -> ProgrammeGraph:
    """Open the graph on the server that the command line or the environment names.

    Raises:
        EndpointError: none is named, or its address cannot be used.
    """
    import c4f_graph

    known = click.get_current_context().meta
    return c4f_graph.connect(
        known.get("c4f.endpoint"),
        corpus,
        update_endpoint=known.get("c4f.update_endpoint"),
        graph_store_endpoint=known.get("c4f.graph_store_endpoint"),
        federate=known.get("c4f.federate", ()),
    )


def open_embedded(store: Path | None, corpus: Path | None, private: bool) -> ProgrammeGraph:
    """Open the graph here, saying on stderr when a store is built for it."""
    import c4f_graph
    from c4f_graph.opening import RefusedCorpusError

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
