"""The saved checks: SPARQL queries that must return nothing. Each row is a finding.

The `#+` decorators are YAML, as in a question: `summary`, `message` with a column's name in braces,
and `severity`, which is `violation` where it is left out.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import InputError, Location
from c4f_graph.findings import SEVERITIES, Finding, StatementIndex
from c4f_graph.namespaces import ID
from c4f_graph.questions import read_decorators
from c4f_graph.rdf_files import read_bytes
from c4f_graph.shacl.pool import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from c4f_graph.engine import Answer, QuadStore, Term

# The store answers without holding the interpreter, so that two cores are of use.
_THREADS = 2
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def run_checks(
    folder: Path,
    store: QuadStore,
    index: StatementIndex,
    *,
    ask: Callable[..., Answer] = run_query,
) -> Iterator[Finding]:
    """Begin to run each check of a folder, and give what they find as a stream.

    The queries run in threads, so the caller can do something else before it asks for the first.

    Args:
        folder: the folder with `.rq` files.
        store: the store, whose default graph is the union of its named graphs.
        index: finds the line on which the first column's entity is written about.
        ask: asks the store, as `run_query` does.

    Raises:
        InputError: a check whose decorators cannot be read.
        QueryError: a check that cannot be run.
    """
    checks = [(path, read_bytes(path).decode()) for path in sorted(folder.glob("*.rq"))]

    def answer(check: tuple[Path, str]) -> Answer:
        path, text = check
        return ask(store, text, name=str(path))

    answers = in_order(answer, checks, threads=_THREADS)
    return chain.from_iterable(
        _findings(path, text, answer, index)
        for (path, text), answer in zip(checks, answers, strict=True)
    )


def _findings(path: Path, text: str, answer: Answer, index: StatementIndex) -> Iterator[Finding]:
    about = read_decorators(text, path)
    severity = about.get("severity", "violation")
    if "message" not in about or severity not in SEVERITIES:
        raise InputError(
            f"a check needs a message, and a severity out of {', '.join(SEVERITIES)}.",
            location=Location(path, 1),
        )
    if not isinstance(answer, Rows):
        raise InputError("a check is a SELECT query.", location=Location(path, 1))
    for name in _PLACEHOLDER.findall(about["message"]):
        if name not in answer.columns:
            raise InputError(
                f"the message names {{{name}}}, which is no column of the query.",
                location=Location(path, 1),
                hint=f"Its columns are {', '.join(answer.columns)}.",
            )
    for row in answer.rows:
        yield _finding(path.stem, about["message"], severity, answer.columns, row, index)


def _finding(
    rule: str,
    message: str,
    severity: str,
    columns: tuple[str, ...],
    row: tuple[Term | None, ...],
    index: StatementIndex,
) -> Finding:
    values = dict(zip(columns, row, strict=True))
    focus = row[0] if row[0] is not None else ox.Literal("")
    prop = values.get("property")
    statement = index.find(focus, prop)
    return Finding(
        severity,
        _PLACEHOLDER.sub(lambda match: _short(values[match[1]]), message),
        focus,
        prop.value if isinstance(prop, ox.NamedNode) else None,
        None,
        rule,
        Location(statement.path, statement.line) if statement else None,
    )


def _short(term: Term | None) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<{term.value.removeprefix(ID)}>"
    return term.value if isinstance(term, ox.Literal) else "?"
