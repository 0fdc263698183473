"""The rows of counts that a level counts in a period, and which of them cannot be counted in any.

The problem: a count of calls is made over a span of its own; it belongs to the period that its span begins in
(ruling 21), to the party that it names, and to no period at all where its span reaches over the period's end.

Example: a row from 28 March to 4 April under a monthly level straddles the end of March and is set aside.

Limits: a row is told by its instants alone, so a row of a UTC month straddles the month of an agreement in London.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Coded, Codes, CountColumns
from domain.measure.tally import Form, Tally


@dataclass(frozen=True, slots=True)
class Counted:
    """Which counts a level counts: of a measure, begun in [start, end), not reaching over ``limit``.

    ``provider`` runs the service, and a row without a party is its. ``parties`` None counts everybody's rows.
    """

    measure: str
    start: int
    end: int
    limit: int
    provider: str
    parties: Collection[str] | None = None


def _begun(rows: CountColumns, which: Counted) -> NDArray[np.bool_]:
    return rows.measure.rows_in((which.measure,)) & (rows.start >= which.start) & (rows.start < which.end)


def straddling(rows: CountColumns, which: Counted) -> NDArray[np.int64]:
    """The rows of the measure that begin in the period and end after it."""
    return np.flatnonzero(_begun(rows, which) & (rows.end > which.limit))


def tally_counts(rows: CountColumns, which: Counted, form: Form) -> Tally:
    """The counted rows, each with its party."""
    party = owned(rows.party, which.provider)
    inside = _begun(rows, which) & (rows.end <= which.limit)
    if which.parties is not None:
        inside &= party.rows_in(which.parties)
    kept = rows.take(inside)
    return Tally(
        form, party.take(inside), kept.numerator, kept.denominator, kept.start, kept.end,
        Coded(np.full(len(kept), -1, dtype=np.int32), ()), kept.place,
    )  # fmt: skip


def owned(party: Coded, provider: str) -> Coded:
    """The parties of rows, an empty cell being the provider of the service."""
    names = tuple(sorted({*party.names, provider}))
    places = np.array([names.index(name) for name in party.names] + [names.index(provider)], dtype=np.int32)
    codes: Codes = places[party.codes]  # Code -1 reads the last place.
    return Coded(codes, names)
