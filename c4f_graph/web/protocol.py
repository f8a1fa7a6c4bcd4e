"""Read a request of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from c4f_graph.web.problems import ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

    from c4f_graph.web.limits import Limits

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class ProtocolQuery:
    """A query as it was sent, the graphs that it is to run over, and the form asked for by name."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    form: str | None


async def read_query(request: Request, limits: Limits) -> ProtocolQuery | None:
    """Read the query of a GET or POST request; None where a GET has none.

    Raises:
        ProblemError: the request is ill-formed, too long, too slow, or an update.
    """
    fields = _fields(request.url.query)
    if request.method != "POST":
        return _query(fields) if fields else None
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    _check_charset(parameters)
    if media_type == _UPDATE:
        raise _no_update()
    if media_type not in {_FORM, _QUERY}:
        raise ProblemError(
            415,
            f'a body of type "{media_type}" is not taken.',
            f"Send the query as {_QUERY}, or in the field `query` as {_FORM}.",
            {"Accept-Post": f"{_QUERY}, {_FORM}"},
        )
    try:
        body = (await read_body(request, limits)).decode()
    except UnicodeDecodeError as error:
        raise ProblemError(400, "the body is no UTF-8.", "Send it as UTF-8.") from error
    if media_type == _FORM:
        query = _query([*fields, *_fields(body)])
        if query is None:
            raise ProblemError(400, "the form has no query.", "Send it in the field `query`.")
        return query
    if any(name == "query" for name, _ in fields):
        raise ProblemError(400, "there is a query in the address and one in the body.", "Send one.")
    return _query([*fields, ("query", body)])


async def read_body(request: Request, limits: Limits) -> bytes:
    """Read the body of a request.

    Raises:
        ProblemError: it is too long, or comes too slowly.
    """
    too_long = ProblemError(
        413, f"the body is longer than {limits.body_bytes:,} bytes.", "Send a shorter query."
    )
    if int(request.headers.get("content-length") or 0) > limits.body_bytes:
        raise too_long
    parts: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(limits.client_seconds):
            async for part in request.stream():
                length += len(part)
                if length > limits.body_bytes:
                    raise too_long
                parts.append(part)
    except TimeoutError as error:
        raise ProblemError(
            408,
            f"the body did not come within {limits.client_seconds:g} seconds.",
            headers={"Connection": "close"},
        ) from error
    return b"".join(parts)


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise ProblemError(
            400, "a field is no UTF-8.", "Encode it as UTF-8, then per cent."
        ) from error
    except ValueError as error:
        raise ProblemError(400, f"there are more than {_FIELDS} fields.") from error


def _query(fields: list[tuple[str, str]]) -> ProtocolQuery | None:
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise _no_update()
    queries = values.get("query", [])
    if len(queries) > 1:
        raise ProblemError(400, "there is more than one query.", "Send one at a time.")
    if not queries:
        if "default-graph-uri" in values or "named-graph-uri" in values:
            raise ProblemError(
                400, "graphs are named, but there is no query.", "Send it in `query`."
            )
        return None
    return ProtocolQuery(
        queries[0],
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
        values.get("format", [None])[-1],
    )


def _check_charset(parameters: str) -> None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in {
            "utf-8",
            "utf8",
            "us-ascii",
        }:
            raise ProblemError(415, f"the encoding {value.strip()} is not taken.", "Send UTF-8.")


def _no_update() -> ProblemError:
    return ProblemError(
        403,
        "an update is refused: the graph comes from its source files.",
        "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
    )
