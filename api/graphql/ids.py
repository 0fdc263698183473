"""Ids of things in the schema: opaque to a client, and the same after every resettlement.

The problem: a front end keeps what it has read by its id, and opens a page again from a link with an id in it. So an id
says what the thing is in the contracts' own names, never where it happened to be stored.

Example: the id of cirrus is the text of ``["Party","cirrus"]`` in base64; a breach is known by agreement, level,
service and period.

Limits: two versions of an agreement, and their levels, are two things with two ids, since they say different things.
"""

import base64
import binascii
import json

import strawberry

from api.graphql.describing import answered

__all__ = ["Node", "decode", "encode"]


@strawberry.interface(description="Anything that has an id and can be fetched again by it, with `node`.")
class Node:
    """Anything that has an id and can be fetched again by it."""

    names_of_id: strawberry.Private[tuple[str, ...]]

    @answered
    def id(self) -> strawberry.ID:
        """An opaque id that stays the same when a period is settled again."""
        return encode(*self.names_of_id)


def encode(*parts: str) -> strawberry.ID:
    """The id of a thing: its type's name and the names that tell it apart."""
    return strawberry.ID(base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode())


def decode(text: str) -> tuple[str, ...]:
    """The parts of an id; empty for a text that is none of ours."""
    try:
        parts = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        return ()
    return tuple(parts) if isinstance(parts, list) and all(isinstance(part, str) for part in parts) else ()
