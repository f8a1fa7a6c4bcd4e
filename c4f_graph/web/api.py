"""`/api/questions`: the saved questions, their answers, and their OpenAPI description."""

from __future__ import annotations

import asyncio
import datetime
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response

from c4f_graph import __version__
from c4f_graph.errors import ParameterError
from c4f_graph.web.jobs import pick
from c4f_graph.web.negotiation import QUESTION_FORMS
from c4f_graph.web.problems import ProblemError
from c4f_graph.web.requests import cached, done, tag_of, unchanged, whole_number

if TYPE_CHECKING:
    from starlette.requests import Request

    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.questions import Parameter, Question

_PAGING = {
    "offset": ("How many rows to leave out.", 0),
    "limit": ("How many rows to give at most.", 1),
}
_STATUSES = {
    400: "A parameter is missing, unknown, or names nothing.",
    404: "There is no such question.",
    406: "No form is given that Accept names.",
    429: "Too many requests from this address.",
    503: "Too many queries at once.",
    504: "No answer in time.",
}


async def questions(request: Request) -> Response:
    """List the saved questions, `limit` of them from the `offset`-th on."""
    listed = await asyncio.to_thread(request.app.state.graph.questions)
    offset, limit = _page(request)
    shown = listed[offset : None if limit is None else offset + limit]
    root = str(request.base_url)
    content = {"total": len(listed), "questions": [_about(question, root) for question in shown]}
    response = _json_response(content)
    _add_links(request, response, offset, limit, len(listed))
    return response


async def question(request: Request) -> Response:
    """Answer a saved question; a parameter of the question is one of the address.

    Raises:
        ProblemError: there is no such question, or it cannot be answered.
    """
    graph: ProgrammeGraph = request.app.state.graph
    try:
        asked = graph.question(request.path_params["id"])
    except ParameterError as error:
        hint = (error.hint or "").replace("`c4f questions` lists", "/api/questions lists")
        raise ProblemError(404, error.message, hint) from error
    offset, limit = _page(request)
    form = pick(
        request.headers.get("accept", ""), request.query_params.get("format"), QUESTION_FORMS
    )
    # A question may take the day as its default.
    today = datetime.date.today().isoformat()
    tag = tag_of(request, request.url.query, form.name, asked.query, today)
    if same := unchanged(request, tag):
        return same
    answer = await done(
        request,
        {
            "do": "question",
            "question": asked.id,
            "arguments": {
                name: value
                for name, value in request.query_params.items()
                if name not in {*_PAGING, "format"}
            },
            "offset": offset,
            "limit": limit,
            "form": form.name,
            "content_type": form.content_type,
        },
    )
    response = Response(answer.body, headers={"Content-Type": answer.content_type})
    if answer.total is not None:
        _add_links(request, response, offset, limit, answer.total)
    return cached(response, tag)


async def openapi(request: Request) -> Response:
    """Describe the questions as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0)."""
    listed = await asyncio.to_thread(request.app.state.graph.questions)
    content = {
        "openapi": "3.1.0",
        "info": {
            "title": "Saved questions on Clusters4Future",
            "version": __version__,
            "license": {"name": "CC0-1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": str(request.base_url).rstrip("/")}],
        "paths": {
            "/api/questions": {
                "get": {
                    "operationId": "questions",
                    "summary": "List the questions",
                    "parameters": [_paging(name) for name in _PAGING],
                    "responses": {
                        "200": {
                            "description": "The questions.",
                            "content": {"application/json": {"schema": {"type": "object"}}},
                        }
                    },
                }
            },
            **{f"/api/questions/{one.id}": {"get": _operation(one)} for one in listed},
        },
    }
    return _json_response(content)


def _operation(asked: Question) -> dict[str, Any]:
    bindings = {
        name: {"type": "object", "description": text} for name, text in asked.columns.items()
    }
    schema = {
        "type": "object",
        "properties": {
            "head": {"type": "object"},
            "results": {
                "type": "object",
                "properties": {
                    "bindings": {
                        "type": "array",
                        "items": {"type": "object", "properties": bindings},
                    }
                },
            },
        },
    }
    json_form, *texts = QUESTION_FORMS
    return {
        "operationId": asked.id,
        "summary": asked.summary,
        "description": asked.description,
        "tags": list(asked.tags),
        "parameters": [
            *(_parameter(parameter) for parameter in asked.parameters),
            *(_paging(name) for name in _PAGING),
            {
                "name": "format",
                "in": "query",
                "description": "The form of the answer, in place of Accept.",
                "schema": {"type": "string", "enum": [form.name for form in QUESTION_FORMS]},
            },
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {
                    json_form.media_type: {"schema": schema},
                    **{form.media_type: {"schema": {"type": "string"}} for form in texts},
                },
            },
            **{str(status): {"description": text} for status, text in _STATUSES.items()},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "required": parameter.default is None,
        "schema": schema,
    }


def _paging(name: str) -> dict[str, Any]:
    text, least = _PAGING[name]
    schema = {"type": "integer", "minimum": least}
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _about(asked: Question, root: str) -> dict[str, Any]:
    return {
        "id": asked.id,
        "address": f"{root}api/questions/{asked.id}",
        "summary": asked.summary,
        "description": asked.description,
        "tags": list(asked.tags),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "default": parameter.default,
                "description": parameter.description,
            }
            for parameter in asked.parameters
        ],
        "columns": asked.columns,
        "query": asked.query,
    }


def _page(request: Request) -> tuple[int, int | None]:
    values = request.query_params
    offset = whole_number(values["offset"], "offset", 0) if "offset" in values else 0
    limit = whole_number(values["limit"], "limit", 1) if "limit" in values else None
    return offset, limit


def _add_links(
    request: Request, response: Response, offset: int, limit: int | None, total: int
) -> None:
    """Tell how many there are, and where the pages beside this one are (RFC 8288)."""
    response.headers["X-Total-Count"] = str(total)
    if limit is None:
        return
    others = [(key, value) for key, value in request.query_params.multi_items() if key != "offset"]
    places = {}
    if offset + limit < total:
        places["next"] = offset + limit
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    links = [
        f'<{request.url.path}?{urlencode([*others, ("offset", str(place))])}>; rel="{name}"'
        for name, place in places.items()
    ]
    if links:
        response.headers["Link"] = ", ".join(links)


def _json_response(content: dict[str, Any]) -> Response:
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-cache"})
