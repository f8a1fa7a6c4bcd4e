"""`c4f validate`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import (
    PATH,
    connected,
    endpoint_options,
    is_endpoint_named,
    is_on_server,
    most_option,
    output_option,
    put,
    seconds_option,
    tell,
)
from c4f_graph.errors import EXIT_NO, EXIT_OK

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.validation import Validation

_FORMATS = ("text", "ttl", "json", "junit", "sarif")
_LANGUAGE_TAG = re.compile("[a-z]{2,8}(-[a-z0-9]{1,8})*", re.IGNORECASE)


def _language(_context: click.Context, _parameter: click.Parameter, tag: str) -> str:
    if not _LANGUAGE_TAG.fullmatch(tag):
        raise click.BadParameter(f"{tag!r} is no language tag, such as de or de-AT.")
    return tag


@click.command("validate")
@click.argument("files", nargs=-1, type=PATH)
@click.option(
    "--shapes",
    multiple=True,
    type=PATH,
    metavar="FILE",
    help="Check FILES against these shapes alone; may be given several times.",
)
@click.option(
    "--format",
    "report_format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="The form of the report; ttl is the standard SHACL report.",
)
@output_option
@click.option(
    "--lang",
    "language",
    default="en",
    show_default=True,
    metavar="TAG",
    callback=_language,
    help="The language of messages, such as de. Where a message is not in it: one without a "
    "language, else in English, else any; rules about files and saved checks have English only. "
    "ttl gives a message in all its languages.",
)
@click.option(
    "--severity",
    type=click.Choice(("violation", "warning", "info")),
    help="The mildest severity that does not conform.  "
    "[default: violation for the corpus, info with --shapes]",
)
@most_option("--max-results", "Give at most so many SHACL results.")
@seconds_option(
    600.0, "Give up where the queries of the shapes take longer in all (not with pyshacl)."
)
@click.option(
    "--engine",
    type=click.Choice(("sparql", "pyshacl")),
    default="sparql",
    show_default=True,
    help="pyshacl is the reference, and has SHACL-AF; it is much slower.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show the plan instead of the report: each query, its time, its results.",
)
@click.option("--corpus", type=PATH, metavar="DIR", help="The folder with ontology/ and data/.")
@click.option("--private", is_flag=True, help="Include data/private.")
@endpoint_options
def command(
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    report_format: str,
    output: Path | None,
    language: str,
    severity: str | None,
    max_results: int,
    timeout: float,
    engine: str,
    explain: bool,
    corpus: Path | None,
    private: bool,
) -> int:
    """Check the corpus, or FILES as additions to it, or FILES against given shapes.

    With --endpoint, and without FILES, the graph on a server is checked, inside the server. A
    finding then names the graph that says so, and rules about files are not applied.

    Exit code 0 if it conforms: no violation for the corpus, no result at all with --shapes, or
    nothing as severe as --severity.

    \b
    Examples:
      c4f validate
      c4f validate new-press-release.ttl
      c4f validate data.ttl --shapes shapes.ttl --format ttl
      c4f validate --explain
      c4f validate --endpoint https://data.example.org/query
    """
    from c4f_graph.paths import corpus_paths
    from c4f_graph.validation import ValidationOptions

    if is_endpoint_named() and (files or engine != "sparql"):
        raise click.UsageError("--endpoint goes with neither FILES nor --engine pyshacl.")
    here = bool(files) or engine != "sparql" or not is_on_server(None, private)
    graph = None if here else connected(corpus)
    if shapes and not files and graph is None:
        raise click.UsageError("--shapes needs FILES to check against them, or --endpoint.")
    options = ValidationOptions(
        severity or ("info" if shapes else "violation"), max_results, engine, language, timeout
    )
    if graph is not None:
        validation = graph.validate(shapes=shapes, options=options)
    elif shapes:
        from c4f_graph.file_validation import validate_files

        validation = validate_files(files, shapes, options)
    else:
        from c4f_graph.corpus_validation import validate_corpus

        paths = corpus_paths(corpus)
        validation = validate_corpus(paths, files, private=private, options=options)
    for note in validation.notes:
        tell(note)
    if not validation.report.is_complete:
        tell(f"only the first {max_results:,} results are given; --max-results asks for more.")
    text = _explained(validation) if explain else _text(validation, report_format)
    put(text, output)
    return EXIT_OK if validation.conforms else EXIT_NO


def _explained(validation: Validation) -> str:
    from c4f_graph.export.explanation import explanation

    return explanation(validation.plan, validation.report)


def _text(validation: Validation, report_format: str) -> str:
    """Write a report, importing only what its form needs."""
    if report_format == "ttl":
        from c4f_graph.export import order, turtle

        return turtle.turtle(order.ordered_triples(validation.triples()))
    if report_format == "sarif":
        from c4f_graph.export import sarif

        return sarif.findings_sarif(validation)
    from c4f_graph.export import findings

    if report_format == "json":
        return findings.findings_json(validation)
    if report_format == "junit":
        return findings.findings_junit(validation)
    return findings.findings_text(validation)
