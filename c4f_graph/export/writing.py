"""Write an answer in any of the formats that are the same wherever they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.engine import Rows
from c4f_graph.export import answers, tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

    from c4f_graph.engine import Answer, QuadStore, RowStream


def write_answer(
    stream: BinaryIO,
    answer: Answer | RowStream,
    answer_format: str,
    store: QuadStore,
    context: Path,
    *,
    name: str,
    title: str,
    descriptions: Mapping[str, str],
) -> None:
    """Write an answer; rows that are still being found are written as they come.

    Args:
        stream: is given bytes, a piece at a time.
        answer: the answer.
        answer_format: `csv`, `tsv`, `json`, `ttl`, `jsonld`, `parquet`, `md` or `html`.
        store: where names are looked up.
        context: the JSON-LD context file.
        name: what the columns' IRIs are called after.
        title: what a page is called.
        descriptions: what columns mean, by their names.

    Raises:
        InputError: Parquet, and pyarrow is not installed.
        QueryError: the time limit passed before all was written.
        StoreError: the temporary folder has no room for sorting.
    """
    rows = answers.as_rows(answer)
    if answer_format == "csv":
        answers.write_csv(stream, rows)
    elif answer_format == "tsv":
        answers.write_tsv(stream, rows)
    elif answer_format == "json":
        answers.write_json(stream, answer)
    elif answer_format in {"ttl", "jsonld"}:
        answers.write_statements(stream, answer, answer_format, context, name)
    elif answer_format == "parquet":
        from c4f_graph.export.parquet import write_parquet

        write_parquet(stream, rows, descriptions)
    else:
        listed = Rows(rows.columns, list(rows.rows))
        if answer_format == "md":
            text = tables.markdown_table(listed, store)
        else:
            text = tables.html_table(listed, store, title)
        stream.write(text.encode())
