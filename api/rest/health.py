"""Whether the service lives, and whether it can answer.

The problem: whatever starts the service (a container platform, a load balancer) must know when to send it requests,
and when to start it anew.

Example: ``GET /health`` answers as long as the process does; ``GET /ready`` asks the store, and says 503 where it does
not answer.

Limits: an empty store is ready: it can be loaded.
"""

import asyncio
import logging
from typing import Literal

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, Field

from api.services.reading import Reader, Status

__all__ = ["Health", "Readiness", "health_router"]

_LOG = logging.getLogger(__name__)


class Health(BaseModel):
    """The process lives."""

    status: Literal["alive"] = Field(description="Always alive: whoever is not does not answer.")


class Readiness(BaseModel):
    """Whether requests can be answered, and what there is to answer from."""

    status: Literal["ready", "unavailable"] = Field(description="Whether the store answers.")
    migration: str | None = Field(
        description="The migration that the tables stand at; null where it is unknown."
    )
    documents: str | None = Field(description="The digest of the contracts loaded last; null where none are.")
    settlements: int = Field(description="How many settlement runs are stored.")


def health_router(reader: Reader) -> APIRouter:
    """The two routes over a store."""
    router = APIRouter(tags=["health"])

    @router.get("/health", summary="Whether the process lives", operation_id="health")
    async def health() -> Health:
        return Health(status="alive")

    @router.get(
        "/ready",
        summary="Whether requests can be answered",
        operation_id="ready",
        responses={503: {"model": Readiness, "description": "The store does not answer."}},
    )
    async def ready(response: Response) -> Readiness:
        try:
            found = await asyncio.to_thread(reader.status)
        except Exception:  # noqa: BLE001 - whatever keeps the store from answering, the service is not ready.
            _LOG.exception("The store does not answer.")
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
            return Readiness(status="unavailable", migration=None, documents=None, settlements=0)
        return _readiness(found)

    return router


def _readiness(found: Status) -> Readiness:
    return Readiness(
        status="ready",
        migration=found.schema or None,
        documents=None if found.documents is None else found.documents.digest,
        settlements=len(found.runs),
    )
