"""How the HTTP document describes the GraphQL endpoint: what is sent to it, and what comes back.

The problem: a program that reads `openapi.json` must learn that a question is a JSON object with ``query``, and that an
answer has ``data`` and ``errors``; the library's route says neither.

Example: ``{"query": "{ parties { totalCount } }"}`` is answered with ``{"data": {"parties": {"totalCount": 9}}}``.

Limits: what may be asked is said by the GraphQL schema (`openapi/schema.graphql`), not here.

References: GraphQL over HTTP (graphql.github.io/graphql-over-http), "Request parameters" and "Response".
"""

from typing import Any, Final

from fastapi.routing import APIRoute

__all__ = ["describe_graphql"]

_TEXT: Final = {"type": "string"}
_OBJECT: Final = {"type": "object", "additionalProperties": True}

_REQUEST: Final[dict[str, Any]] = {
    "type": "object",
    "title": "GraphQLRequest",
    "required": ["query"],
    "properties": {
        "query": {**_TEXT, "description": "The GraphQL document: a query, a mutation or a subscription."},
        "variables": {
            "type": ["object", "null"],
            "additionalProperties": True,
            "description": "The values of the document's variables, by name without the dollar sign.",
        },
        "operationName": {
            "type": ["string", "null"],
            "description": "Which operation of the document is meant, where it has several.",
        },
    },
}

_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "message": {
            **_TEXT,
            "description": "What went wrong. What the program did wrong itself is not told.",
        },
        "path": {"type": "array", "items": {"type": ["string", "integer"]}},
        "locations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"line": {"type": "integer"}, "column": {"type": "integer"}},
            },
        },
    },
}

_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "title": "GraphQLAnswer",
    "properties": {
        "data": {
            **_OBJECT,
            "type": ["object", "null"],
            "description": "The answer, in the shape of the question.",
        },
        "errors": {
            "type": "array",
            "items": _ERROR,
            "description": "Mistakes in the question, and faults of the program. Expected failures are in the data.",
        },
    },
}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_POST: Final[dict[str, Any]] = {
    "summary": "Ask or order something in GraphQL",
    "description": "The one endpoint of the API. Its schema is committed as openapi/schema.graphql, and can be asked "
    "for by introspection.",
    "requestBody": {"required": True, "content": _json(_REQUEST)},
    "responses": {
        "200": {
            "description": "The answer; where the document is not valid GraphQL of this schema, it has errors.",
            "content": {
                **_json(_ANSWER),
                "text/event-stream": {"schema": {**_TEXT, "description": "The answers of a subscription."}},
            },
        },
        "400": {"description": "The body is no JSON object with a query, or the variables are no object."},
    },
}

_GET: Final[dict[str, Any]] = {
    "summary": "Ask something in GraphQL, or open GraphiQL",
    "description": "Without a query a browser is given GraphiQL. Orders (mutations) are sent by POST.",
    "parameters": [
        {"name": "query", "in": "query", "required": False, "schema": _TEXT},
        {
            "name": "variables",
            "in": "query",
            "required": False,
            "schema": {**_TEXT, "description": "A JSON object."},
        },
        {"name": "operationName", "in": "query", "required": False, "schema": _TEXT},
    ],
    "responses": {
        "200": {
            "description": "The answer, or the page of GraphiQL for a browser.",
            "content": {**_json(_ANSWER), "text/html": {"schema": _TEXT}},
        },
        "400": {"description": "The query cannot be read, or asks for what is sent by POST only."},
        "404": {"description": "There is no query, and who asks is no browser."},
    },
}


def describe_graphql(routes: list[Any]) -> None:
    """Say of each of a router's routes what is sent and what comes back."""
    for route in routes:
        if isinstance(route, APIRoute):
            route.openapi_extra = _POST if "POST" in (route.methods or ()) else _GET
