"""Lists that grow, a page at a time (Relay connections).

The problem: a page is asked for while the next settlement adds and removes rows, and a client that counts rows would
then skip or repeat some. So a cursor holds the place in the order itself, and the next page begins after that place.

Example: with the cursor of ``("sla-shop", "availability", "shop")`` the next page begins with the first row after it,
whether or not that row still exists.

Limits: pages run forwards (`first`, `after`); the lists are in memory when they are cut.
"""

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from api.graphql.describing import described, said
from api.graphql.errors import InvalidInput
from domain.periods import Period

__all__ = [
    "Connection",
    "Edge",
    "PageInfo",
    "Place",
    "SettledConnection",
    "cut",
    "edges_of",
    "nothing_settled",
    "offset_of",
    "page",
    "page_size",
    "settled_page",
]

N = TypeVar("N")
V = TypeVar("V")
Place = tuple[str, ...]

_DEFAULT, _MOST = 100, 1000


@described
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = said("Whether more follows; ask for it with `after: endCursor`.")
    has_previous_page: bool = said("Whether anything stands before this page.")
    start_cursor: str | None = said("The cursor of the page's first entry.")
    end_cursor: str | None = said("The cursor of the page's last entry.")


@described
class Edge(Generic[N]):
    """One entry of a list, with its place in it."""

    node: N = said("The entry.")
    cursor: str = said("Its place: give it as `after` to go on from here.")


@described
class Connection(Generic[N]):
    """A list that is read a page at a time."""

    edges: list[Edge[N]] = said("The entries of this page, with their cursors.")
    page_info: PageInfo = said("Where this page stands in the list.")
    total_count: int = said("How many entries the whole list has.")


@described
class SettledConnection(Generic[N]):
    """A list out of settled periods that is read a page at a time."""

    edges: list[Edge[N]] = said("The entries of this page, with their cursors.")
    page_info: PageInfo = said("Where this page stands in the list.")
    total_count: int = said("How many entries the whole list has.")
    unsettled: list[Period] = said(
        "The asked months that nobody has settled yet: an empty list says nothing about them. Settle them with "
        "`settlementRun`."
    )


def page(
    values: Sequence[V],
    place: Callable[[V], Place],
    make: Callable[[V], N],
    first: int | None,
    after: str | None,
) -> Connection[N]:
    """A page of values that are in the order of their places, which must be distinct."""
    edges, info = cut(values, place, make, first, after)
    return Connection(edges=edges, page_info=info, total_count=len(values))


def settled_page(
    values: Sequence[V],
    place: Callable[[V], Place],
    make: Callable[[V], N],
    first: int | None,
    after: str | None,
    unsettled: Sequence[Period],
) -> SettledConnection[N]:
    """A page of what settled periods hold."""
    edges, info = cut(values, place, make, first, after)
    return SettledConnection(edges=edges, page_info=info, total_count=len(values), unsettled=list(unsettled))


def nothing_settled(unsettled: Sequence[Period]) -> SettledConnection[N]:
    """The empty page of a period that nobody has settled."""
    edges: list[Edge[N]] = []
    _, info = edges_of([], more_before=False, more_after=False)
    return SettledConnection(edges=edges, page_info=info, total_count=0, unsettled=list(unsettled))


def cut(
    values: Sequence[V],
    place: Callable[[V], Place],
    make: Callable[[V], N],
    first: int | None,
    after: str | None,
) -> tuple[list[Edge[N]], PageInfo]:
    """The entries of one page and where it stands; raises InvalidInput for a wrong `first` or `after`."""
    size = page_size(first)
    places = [place(value) for value in values]
    start = 0 if after is None else bisect_right(places, _place(after))
    chosen = range(start, min(start + size, len(values)))
    return edges_of(
        [(make(values[index]), places[index]) for index in chosen],
        more_before=start > 0,
        more_after=start + size < len(values),
    )


def edges_of(
    entries: Sequence[tuple[N, Place]], *, more_before: bool, more_after: bool
) -> tuple[list[Edge[N]], PageInfo]:
    """Entries with their places as a page."""
    edges = [Edge(node=node, cursor=cursor(where)) for node, where in entries]
    info = PageInfo(
        has_next_page=more_after,
        has_previous_page=more_before,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return edges, info


def page_size(first: int | None) -> int:
    """How many entries a page has at most; raises InvalidInput for fewer than none or more than 1000."""
    if first is None:
        return _DEFAULT
    if not 0 <= first <= _MOST:
        raise InvalidInput(
            f"first is {first}: ask for 0 to {_MOST} entries, and for the next page with after"
        )
    return first


def cursor(where: Place) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(json.dumps(where, separators=(",", ":")).encode()).decode()


def _place(text: str) -> Place:
    try:
        where = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        where = None
    if not isinstance(where, list) or not all(isinstance(part, str) for part in where):
        raise InvalidInput(f'after is "{text[:40]}", which is no cursor: give the endCursor of a page')
    return tuple(where)


def offset_of(after: str | None) -> int:
    """The number of entries before a page whose cursors count entries."""
    if after is None:
        return 0
    where = _place(after)
    if len(where) != 1 or not where[0].isdigit() or len(where[0]) > 15:
        raise InvalidInput(
            f'after is "{after[:40]}", which is no cursor of this list: give the endCursor of a page'
        )
    return int(where[0]) + 1
