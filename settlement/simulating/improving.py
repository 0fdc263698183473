"""What would lower the gap of a year most: each change tried on the very years that were drawn.

The problem: of forty suppliers and two hundred services one change at a time can be paid for, and the one that fails
most often is not always the one that costs most. So the costliest are tried: the same years, in which one service never
fails of itself, are settled again, and what they cost less is what a perfect stand-in is worth.

Example: a host without a contract costs 900 a year: a stand-in lowers the gap by 900, and so does a contract under
which its vendor owes all that it causes.

Limits: one change at a time. A stand-in is tried for the `MOST_IMPROVED` services on whose downtime most hangs, in the
first `IMPROVED_YEARS` years: an upper bound of what redundancy brings. Contracts back to back, and an end of what a
provider itself misses of tickets and counts, are weighed in all years by what was caused.
"""

from __future__ import annotations

from typing import Final

from domain.agreements import AgreementType
from ola.simulation.downtime import DrawnDowntime
from ola.simulation.failures import FailureModel
from settlement.simulating.frame import Frame
from settlement.simulating.years import Run, payers

__all__ = ["IMPROVED_YEARS", "MOST_IMPROVED", "Saved", "costliest", "saved_by"]

IMPROVED_YEARS: Final = 1_000
"""How many of the years are drawn again for each stand-in."""

MOST_IMPROVED: Final = 8
"""How many services, those that cost most first, are tried with a stand-in that never fails."""

Saved = dict[tuple[str, str], int]
"""What the gap would have been less in some years, in minor units, by currency and service."""


def saved_by(run: Run, service: str, drawn: DrawnDowntime) -> Saved:
    """What a stand-in for one service would have saved of drawn years."""
    above = run.frame.settling.measuring.chain.supported_by((service,))
    signs = signs_of(run)
    touched = [
        each
        for each in run.frame.agreements
        if each.name in signs and any(level.service in above and not level.seen for level in each.levels)
    ]
    before, after = run.nets(drawn, touched), run.nets(drawn.without(service), touched)
    saved: Saved = {}
    for each in run.frame.agreements:
        if each.name not in before or each.name not in signs:
            continue
        currency, was = run.in_customers_currency(each, before[each.name])
        less = was - run.in_customers_currency(each, after[each.name])[1]
        key = (currency, service)
        saved[key] = saved.get(key, 0) + signs[each.name] * int(less.sum())
    return saved


def signs_of(run: Run) -> dict[str, int]:
    """Whether an agreement's credits widen the gap (1, a customer's) or close it (-1, a supplier's)."""
    paying = payers(run.frame)
    found = {}
    for each in run.frame.agreements:
        if each.agreement.type is AgreementType.SLA:
            found[each.name] = 1
        elif each.agreement.type is AgreementType.UC and run.is_owed_to(each, paying):
            found[each.name] = -1
    return found


def costliest(frame: Frame, model: FailureModel) -> tuple[str, ...]:
    """The services whose own downtime most credited levels of customers stand on, that of most first."""
    chain = frame.settling.measuring.chain
    stands: dict[str, int] = {}
    for each in frame.agreements:
        for level in each.levels:
            if each.agreement.type is AgreementType.SLA and level.is_credited and not level.seen:
                for name in chain.closure(level.service):
                    stands[name] = stands.get(name, 0) + 1
    weighed = [(seen.downtime * stands.get(seen.service, 0), seen.service) for seen in model.seen]
    ordered = [name for weight, name in sorted(weighed, key=lambda each: (-each[0], each[1])) if weight]
    return tuple(ordered[:MOST_IMPROVED])
