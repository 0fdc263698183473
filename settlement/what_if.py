"""Other contracts under the same history: a changed target, credit, vendor or redundancy, settled against it.

The problem: "would 99.95 have cost us anything?", "what would a second line have saved?" Nobody can say it from the
contract alone; history can. The months are settled under the contracts as they are and as they would be, by the one
settlement there is, and put side by side.

Example: with a second line beside the one that failed for 62 minutes in April, the network stays up: one promise is no
longer missed, and 2,000.00 less are payable.

The way: changed terms read the same evidence. A changed graph does not: where a service has a monitor of its own, that
monitor recorded what the old graph did to it. So what its old gate explains and the new one would not is taken from its
records, and what the new one would have failed besides is added to them; its own failures stay (ruling 183).

Limits: outages move with the graph; tickets, counts and samples stay as they were recorded, and name the parties who
were there. A service of which there is no evidence reads as never having failed, which a finding says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import InvalidValue
from domain.intervals import EMPTY, Intervals
from domain.periods import Period, PeriodKind, PeriodRule
from domain.services import Measured
from ola.chain import Chain
from ola.downtime import DowntimeBook, gate_failure
from settlement.comparing import Comparison, compare
from settlement.days import known_until
from settlement.settle import Settling
from settlement.supposed_evidence import SupposedEvidence, SupposedOutage

if TYPE_CHECKING:
    from datetime import date

    from domain.ports import Evidence
    from ola.portfolio import Portfolio

__all__ = ["WhatIf", "what_if"]

_SETTLED = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR})


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The months of a period under the contracts as they are and as they would be.

    ``recorded`` is what the monitors of services would have recorded besides, ``unrecorded`` what they would not have.
    """

    comparison: Comparison
    recorded: tuple[SupposedOutage, ...]
    unrecorded: tuple[SupposedOutage, ...]


def what_if(
    before: Portfolio,
    after: Portfolio,
    evidence: Evidence,
    period: Period,
    as_of: date | None = None,
    evidence_after: Evidence | None = None,
) -> WhatIf:
    """The months of a period under two bodies of contracts, as known on a date (None: the day after the period).

    ``evidence_after`` is the evidence as the second body reads it, where it reads other rows: those of services that
    only it declares. Raises InvalidValue for a period that is not made of months.
    """
    if period.kind not in _SETTLED:
        raise InvalidValue(f"{period.name} is not made of months: give a month, a quarter or a year")
    as_of = period.day_after if as_of is None else as_of
    months = PeriodRule.month().ending_in(period)
    theirs = evidence if evidence_after is None else evidence_after
    moved = _Moved.of(before, after, evidence, theirs, known_until(as_of))
    if moved.more or moved.less:
        theirs = SupposedEvidence(theirs, _outages(moved.more), known_until(as_of), moved.less)
    sides = []
    for portfolio, known in ((before, evidence), (after, theirs)):
        settling = Settling.of(portfolio, known, as_of)
        settled = [settling.settle(month) for month in months]
        settled[-1] = settling.with_rights(settled[-1])
        sides.append(settled)
    return WhatIf(compare(sides[0], sides[1]), _outages(moved.more), _outages(moved.less))


def _outages(by_service: Mapping[str, Intervals]) -> tuple[SupposedOutage, ...]:
    return tuple(
        SupposedOutage(service, start, end)
        for service in sorted(by_service)
        for start, end in by_service[service]
    )


@dataclass(frozen=True, slots=True)
class _Moved:
    """What monitors would have recorded more, and less, under another graph."""

    more: Mapping[str, Intervals]
    less: Mapping[str, Intervals]

    @classmethod
    def of(cls, before: Portfolio, after: Portfolio, was: Evidence, would: Evidence, until: int) -> _Moved:
        changed = {
            name
            for name, service in after.services.items()
            if (was_so := before.services.get(name)) is None
            or (was_so.depends_on, was_so.measured) != (service.depends_on, service.measured)
        }
        more: dict[str, Intervals] = {}
        less: dict[str, Intervals] = {}
        if not changed:
            return cls(more, less)
        chain = Chain.of(after)
        old, new = (
            DowntimeBook(Chain.of(before), was, until),
            DowntimeBook(chain, would, until),
        )
        down: dict[str, Intervals] = {}
        for service in sorted(chain.supported_by(changed), key=chain.rank.__getitem__):
            below = {need: down[need] if need in down else new.of(need).down for need in chain.needs[service]}
            gate = gate_failure(new.gate_of(service), below)
            recorded = new.of(service).recorded
            down[service] = recorded | gate
            if chain.services[service].measured is not Measured.DIRECTLY:
                continue
            is_known = service in before.services
            gate_before = old.of(service).gate if is_known else EMPTY
            was_direct = is_known and before.services[service].measured is Measured.DIRECTLY
            if is_known and not was_direct:
                # It had no monitor; the one it has now would have recorded every failure of its gate.
                further, spared = gate - recorded, EMPTY
            elif is_known or not recorded:
                further, spared = gate - gate_before - recorded, (recorded & gate_before) - gate
            else:
                further, spared = (
                    EMPTY,
                    EMPTY,
                )  # Somebody recorded it before it was declared: that is the truth.
            down[service] = (recorded - spared) | further
            if further:
                more[service] = further
            if spared:
                less[service] = spared
        return cls(more, less)
