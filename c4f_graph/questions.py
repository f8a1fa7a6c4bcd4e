"""The saved questions: SPARQL queries whose `#+` decorators say what they are, as grlc reads them.

The decorators are YAML in comment lines (https://github.com/CLARIAH/grlc): `summary`,
`description`, `tags`, and, for us, `parameters`, `columns`, `chart` and `empty`.
"""

from __future__ import annotations

import datetime
import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.engine import (
    DEFAULT_TIMEOUT,
    Answer,
    QuadStore,
    Rows,
    RowStream,
    StreamedAnswer,
    Term,
    Triples,
    stream_query,
)
from c4f_graph.entities import find_entity
from c4f_graph.errors import InputError, Location, ParameterError
from c4f_graph.namespaces import PREFIXES
from c4f_graph.rdf_files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_PARAMETER_TYPES = ("entity", "date", "string")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question and the variable of the query that it binds."""

    name: str
    variable: str
    type: str
    kind: str | None
    default: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Question:
    """A saved question.

    `chart` names the columns that label a bar, and the column that is its length.
    """

    id: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: dict[str, str]
    empty: str
    query: str
    path: Path
    chart: tuple[tuple[str, ...], str] | None = None


def load_questions(folder: Path) -> list[Question]:
    """Read all questions of a folder, in the order of their ids.

    Raises:
        InputError: a question whose decorators cannot be read.
    """
    return [read_question(path) for path in sorted(folder.glob("*.rq"), key=lambda path: path.stem)]


def load_question(folder: Path, question_id: str) -> Question:
    """Read one question.

    Raises:
        ParameterError: there is none of that id (with the nearest).
    """
    ids = [path.stem for path in sorted(folder.glob("*.rq"))]
    if question_id in ids:
        return read_question(folder / f"{question_id}.rq")
    near = difflib.get_close_matches(question_id, ids, n=3)
    raise ParameterError(
        f'there is no question "{question_id}".',
        hint=f"Did you mean {', '.join(near)}?" if near else "`c4f questions` lists them.",
    )


def read_question(path: Path) -> Question:
    """Read a question from its file.

    Raises:
        InputError: decorators that are no YAML, or lack what a question needs.
    """
    text = read_bytes(path).decode()
    about = read_decorators(text, path)
    try:
        return Question(
            id=path.stem,
            summary=about["summary"],
            description=str(about.get("description", "")).strip(),
            tags=tuple(about.get("tags", ())),
            parameters=tuple(
                _parameter(name, about["parameters"][name]) for name in about.get("parameters", {})
            ),
            columns=dict(about["columns"]),
            empty=about.get("empty", "The data does not know."),
            query=text,
            path=path,
            chart=_chart(about.get("chart"), about["columns"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"the decorators lack or misuse {error}.",
            location=Location(path, 1),
            hint="A question needs summary and columns; CONTRIBUTING.md shows the form.",
        ) from error


def ask(
    store: QuadStore,
    question: Question,
    arguments: Mapping[str, str],
    *,
    timeout: float | None = DEFAULT_TIMEOUT,
    today: datetime.date | None = None,
) -> StreamedAnswer:
    """Answer a question; rows come as they are found, see `stream_query`.

    Args:
        store: the store to ask.
        question: the question.
        arguments: its parameters by name, as a person writes them.
        timeout: seconds.
        today: the day that counts as today; by default the day it is.

    Raises:
        ParameterError: a parameter that is missing, unknown, or names nothing.
        QueryError: no answer in time.
    """
    bindings = bind(store, question, arguments, today=today)
    return stream_query(
        store, question.query, bindings=bindings, timeout=timeout, name=str(question.path)
    )


def bind(
    store: QuadStore,
    question: Question,
    arguments: Mapping[str, str],
    *,
    today: datetime.date | None = None,
) -> dict[str, Term]:
    """Give the terms of a question's variables, by their names.

    Arguments and errors are those of `ask`.
    """
    names = [parameter.name for parameter in question.parameters]
    for name in arguments:
        if name not in names:
            has = f"it has {', '.join(names)}" if names else "it has none"
            raise ParameterError(
                f'the question "{question.id}" has no parameter "{name}": {has}.',
                hint=f"`c4f questions {question.id}` shows what they mean.",
            )
    return {
        parameter.variable: _bind(store, question, parameter, arguments.get(parameter.name), today)
        for parameter in question.parameters
    }


def is_empty(answer: Answer | RowStream) -> bool:
    """Tell whether an answer has nothing to show."""
    if isinstance(answer, RowStream):
        return answer.is_empty
    if isinstance(answer, Rows):
        return not answer.rows
    return isinstance(answer, Triples) and not answer.triples


def _bind(
    store: QuadStore,
    question: Question,
    parameter: Parameter,
    text: str | None,
    today: datetime.date | None,
) -> Term:
    value = text if text is not None else parameter.default
    if value is None:
        raise ParameterError(
            f'the question "{question.id}" needs the parameter "{parameter.name}": '
            f"{parameter.description.rstrip('.')}.",
            hint=f"Add --param {parameter.name}=VALUE.",
        )
    if parameter.type == "entity":
        return find_entity(store, value, parameter.kind)
    if parameter.type == "date":
        if value == "today":
            value = (today or datetime.date.today()).isoformat()
        if not _is_date(value) and text is not None:
            raise ParameterError(
                f'{parameter.name}="{value}" is no date.',
                hint="Write it as 2023-09-11, 2023-09 or 2023.",
            )
    return ox.Literal(value)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _parameter(name: str, about: Mapping[str, Any]) -> Parameter:
    kind = about.get("class")
    if about["type"] not in _PARAMETER_TYPES:
        raise ValueError(f"the type of {name}: one of {', '.join(_PARAMETER_TYPES)}")
    default = about.get("default")
    return Parameter(
        name=name,
        variable=str(about["variable"]),
        type=str(about["type"]),
        kind=_expand(str(kind)) if kind else None,
        default=None if default is None else str(default),
        description=str(about["description"]),
    )


def _chart(
    about: Mapping[str, Any] | None, columns: Mapping[str, str]
) -> tuple[tuple[str, ...], str] | None:
    if about is None:
        return None
    labels, value = tuple(about["labels"]), about["value"]
    for name in (*labels, value):
        if name not in columns:
            raise ValueError(f"the chart's {name}, which is no column")
    return labels, value


def _expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def read_decorators(text: str, path: Path) -> dict[str, Any]:
    """Read the `#+` lines of a query.

    Raises:
        InputError: there are none, or they are no YAML (with the line).
    """
    import yaml

    lines = text.splitlines()
    comments = [line[2:].removeprefix(" ") for line in lines if line.startswith("#+")]
    try:
        # The loader in C, where PyYAML has it, is ten times as fast; both are the safe one.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        about = yaml.load("\n".join(comments), Loader=loader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise InputError(
            f"the decorators are no YAML: {getattr(error, 'problem', error)}.",
            location=Location(path, line),
        ) from error
    if not isinstance(about, dict):
        raise InputError(
            "there are no `#+` decorators.",
            location=Location(path, 1),
            hint="Begin with `#+ summary: …` and `#+ columns:`.",
        )
    return about
