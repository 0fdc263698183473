"""The texts that clients are generated from: the GraphQL schema and the OpenAPI document.

The problem: a front end is written against a schema, so a change of it has to be seen in a review. Both texts are
committed under openapi/, and a test fails where they and the code differ.

Example: ``graphql_text()`` is what openapi/schema.graphql says, and ``openapi_text()`` what openapi/openapi.json does.

Limits: what may change (additions only) is judged by people.
"""

import json
from typing import cast

from api.graphql.schema import build_schema
from api.services.reading import Commands, Reader
from api.serving.application import application

__all__ = ["graphql_text", "openapi_text"]


def graphql_text() -> str:
    """The GraphQL schema in the schema definition language."""
    return build_schema().as_str() + "\n"


def openapi_text() -> str:
    """The OpenAPI document of the HTTP service as JSON."""
    # The document says what may be asked; nothing is asked of the store while it is made.
    nobody = object()
    served = application(cast("Reader", nobody), cast("Commands", nobody))
    return json.dumps(served.openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
