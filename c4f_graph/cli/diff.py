"""`c4f diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from c4f_graph.cli.options import destination, output_option, store_options, tell
from c4f_graph.errors import EXIT_NO, EXIT_OK

if TYPE_CHECKING:
    from pathlib import Path


@click.command("diff")
@click.argument("a")
@click.argument("b")
@click.option(
    "--format",
    "diff_format",
    type=click.Choice(("text", "patch", "json")),
    default="text",
    show_default=True,
    help="In words by entity, as RDF Patch, or as JSON.",
)
@output_option
@store_options
def command(
    a: str,
    b: str,
    diff_format: str,
    output: Path | None,
    store: Path | None,
    corpus: Path | None,
    private: bool,
) -> int:
    """Tell what differs between A, which was, and B, which is. Exit code 1 if anything does.

    A and B are each an edition (`c4f info` names those of the store), a store's folder, a corpus,
    or an RDF file, also compressed. Blank nodes are the same where what is said around them is.
    Of a funding catalogue, the newest edition of B is compared with the newest of A; a patch alone
    takes graphs as they are named. Two RDF files are compared as they are written, else numbers are
    compared by value.
    The text is by entity; a statement that another source made already is only counted.
    A patch is streamed; text and JSON keep what differs in memory, 2 KB for each statement.

    \b
    Examples:
      c4f diff edition-3dz7m2o2 edition-a9wbh_p_
      c4f diff old.nq.gz new.nq.gz --format patch -o old-to-new.rdfp
      c4f diff old-checkout .
    """
    from c4f_graph import diff
    from c4f_graph.paths import corpus_paths, default_store_path

    store_path = store or default_store_path()
    was, now = (diff.side(name, store_path, private=private) for name in (a, b))
    if diff_format == "patch":
        with destination(output) as stream:
            rows = diff.write_patch(stream, diff.differences(was, now))
        tell(f"statements added and removed: {rows:,}." if rows else "no difference.")
        return EXIT_NO if rows else EXIT_OK
    editions = diff.pair_editions(was, now)
    was, now = editions.a, editions.b
    for sentence in editions.sentences:
        tell(sentence)
    entities = diff.by_entity(diff.differences(was, now), was, now, corpus_paths(corpus))
    if diff_format == "json":
        pieces = diff.differences_json(entities, was, now)
    else:
        pieces = diff.differences_text(entities)
    with destination(output) as stream:
        stream.writelines(piece.encode() for piece in pieces)
    if entities.is_empty:
        tell("no difference.")
        return EXIT_OK
    tell(
        f"statements added: {entities.added:,}, removed: {entities.removed:,}; entities that "
        f"differ: {len(entities.entities):,}."
    )
    return EXIT_NO
