"""How good the evidence of one source is, in figures that both parties can look at.

The problem: a service level is only as good as what it is measured from. What is wrong with the evidence of a source
has to be as visible as what it says, before anybody argues about the figure.

Example: a monitor with 1,000 rows, 3 of them sent twice and 1 open, which told of every day but two.

Limits: facts, not judgements: a monitor that tells of failures only has many days without a row, and rightly so.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """What one source said of one kind (ruling 77); ``source`` is "" for rows that name none.

    ``first`` and ``last`` are the earliest and the latest instant that its rows are dated by, in microseconds; None
    where it has no row that counts.
    """

    kind: str
    source: str
    rows: int
    quarantined: int
    repeated: int
    superseded: int
    still_open: int
    late: int
    skewed: int
    ahead: int
    out_of_order: int
    days_without: int
    first: int | None
    last: int | None
