"""`c4f serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import (
    POSITIVE,
    most_option,
    open_embedded,
    public_store_options,
    seconds_option,
    tell,
)

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = {"starlette", "uvicorn", "httptools", "prometheus_client"}


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 is any that is free.",
)
@seconds_option(10.0, "Stop a query after so long.")
@most_option("--max-rows", "Give no answer with more rows.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many queries run at once.  [default: one for each processor, 2 to 8]",
)
@click.option(
    "--rate",
    type=POSITIVE,
    default=50.0,
    show_default=True,
    metavar="N",
    help="Answer so many requests a second from one address; ten times as many at once.",
)
@public_store_options
def command(
    host: str,
    port: int,
    timeout: float,
    max_rows: int,
    workers: int | None,
    rate: float,
    store: Path | None,
    corpus: Path | None,
) -> None:
    """Serve the graph over HTTP, for reading: a SPARQL endpoint, data, and the saved questions.

    \b
    The addresses:
      /sparql              SPARQL 1.1 Protocol; without a query, what the endpoint is
      /graphs              Graph Store Protocol: ?default or ?graph=IRI
      /id/... /graph/...   the data of a thing, by content negotiation; also /vocab/...
      /api/questions       the saved questions and their answers; /api/openapi.json
      /dataset             VoID and DCAT
      /healthz, /metrics   for whoever runs it; metrics in the form of Prometheus

    Each new edition of the store is served as soon as it is built. Ctrl-C ends the server once it
    has answered what it was asked. Personal data are never served.

    \b
    Example:
      c4f serve --port 8000
    """
    try:
        from c4f_graph.web.limits import Limits
        from c4f_graph.web.serving import listen, serve
    except ModuleNotFoundError as error:
        from c4f_graph.errors import InputError

        if error.name not in _PARTS:
            raise
        raise InputError(
            f"the server needs {error.name}, which is not installed.",
            hint="Run `pip install 'c4f-graph[web]'`.",
        ) from error
    limits = Limits(
        query_seconds=timeout,
        rows=max_rows,
        requests_per_second=rate,
        burst=max(1, round(10 * rate)),
    )
    if workers is not None:
        limits = limits.with_workers(workers)
    listener = listen(host, port)
    with listener:
        graph = open_embedded(store, corpus, private=False)
        address, taken = listener.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        tell(f"serving http://{shown}:{taken}/sparql; stop with ctrl-C")
        serve(graph, listener, limits)
    tell("stopped.")
