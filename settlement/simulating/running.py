"""Ten thousand years of a portfolio: what they may cost, what comes back, which rights arise, and what would help most.

The problem: the average year says little of what the next one may cost, and a budget, a reserve or a negotiation needs
the bad ones. So the failures that were observed are drawn again, year after year, and each year is settled under the
contracts as they stand, by the rules as they stand.

Example: ``simulate(portfolio, evidence, since, until, Period.parse("2026"), years=10_000, seed=1)``: of online
banking 120,000 a year are owed on average, 480,000 in the worst year of a hundred, and 70 % of it comes back.

The way: failures come from `ola.simulation`; the year with its windows from `settlement.simulating.frame`; what the
rules say of downtime from tables that they made (`outcomes`); statements, shares and rights from the rules themselves,
asked once for all years that ask the same. Some drawn years are also settled in full, row by row, as if they had
happened: they must agree to the last penny, or nothing is given (`SimulationMismatch`).

The work falls into parts that know nothing of one another (`Task`): runs of years, the check, each stand-in. They may
be carried out one after another or side by side (`Carry`); what they give is put together in their order, so that the
figures are the same.

Limits: amounts are whole minor units; means are rounded once, to the minor unit, half-even. See `frame` for what is
left out, `ola.simulation.failures` for what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.agreements import AgreementType
from domain.errors import InvalidValue
from domain.instants import as_datetime
from domain.money import Money, minor_digits, rounded
from domain.periods import Period, PeriodKind
from domain.ports import Evidence
from ola.downtime import DowntimeBook
from ola.portfolio import Portfolio
from ola.simulation.failures import BLOCK, FailureModel
from settlement.simulating.checking import require_same
from settlement.simulating.distributions import (
    AgreementYears,
    CurrencyYears,
    Distribution,
    Improvement,
    PartyYears,
    RightChance,
    Simulated,
)
from settlement.simulating.frame import AgreementFrame, Frame
from settlement.simulating.improving import IMPROVED_YEARS, Saved, costliest, saved_by
from settlement.simulating.seen import Past
from settlement.simulating.years import Run, Totals, payers, runs_of

__all__ = ["Carry", "Done", "Kind", "Task", "simulate"]

Numbers = NDArray[np.int64]

Progress = Callable[[str, int, int], None]

_MOST_YEARS = 1_000_000


class Kind(Enum):
    """What a part of the work is."""

    YEARS = "years"
    CHECK = "check"
    STAND_IN = "stand-in"


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the work: ``years`` years from the first of ``block`` on; of a stand-in, for which service."""

    kind: Kind
    block: int
    years: int
    service: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """What a part of the work gave: sums of its years, how many were checked, or what a stand-in saved."""

    totals: Totals | None = None
    checked: int = 0
    saved: Saved | None = None


Carry = Callable[[Callable[[Task], Done], Sequence[Task]], Iterable[Done]]
"""Carries out tasks, one after another or side by side, and gives what they gave in the order of the tasks."""


def simulate(
    portfolio: Portfolio,
    evidence: Evidence,
    since: int,
    until: int,
    year: Period,
    years: int = 10_000,
    seed: int = 1,
    check: int = 1,
    progress: Progress | None = None,
    carry: Carry = map,
) -> Simulated:
    """Draw ``years`` times the calendar year ``year`` from the failures of [since, until), and settle each.

    ``check``: so many of them are settled row by row as well, and must come to the same. ``carry`` may spread the work
    over processes. Raises InvalidValue for a year that is none, for too many years, and where nothing can be simulated;
    SimulationMismatch where a check fails.
    """
    if year.kind is not PeriodKind.YEAR:
        raise InvalidValue(f"{year.name} is no calendar year: give one like 2026")
    if not 1 <= years <= _MOST_YEARS:
        raise InvalidValue(f"{years} years cannot be drawn: give 1 to {_MOST_YEARS:,}")
    if progress is not None:
        progress("Reading what the contracts say of the year", 0, 0)
    frame = Frame.of(portfolio, year, Past(evidence, as_datetime(until).date()))
    if not any(each.levels for each in frame.agreements):
        raise InvalidValue(f"no level of {year.name} can be simulated{_because(frame)}")
    chain = frame.settling.measuring.chain
    model = FailureModel.observed(DowntimeBook(chain, evidence, until), frame.services, since, until)
    run = Run(frame, model, seed)
    tasks = _tasks(run, years, check)
    # What is done, of all that is to be done, in years.
    whole, ready = sum(task.years for task in tasks), 0
    found: list[Done] = []
    if progress is not None:
        progress("Settling drawn years", 0, whole)
    for task, done in zip(tasks, carry(lambda task: _done(run, task, check), tasks), strict=True):
        found.append(done)
        ready += task.years
        if progress is not None:
            progress("Settling drawn years", ready, whole)
    totals = Totals.joined([done.totals for done in found if done.totals is not None])
    saved: Saved = {}
    for done in found:
        saved |= done.saved or {}
    return Simulated(
        year,
        years,
        seed,
        since,
        until,
        model.seen,
        _money(run, totals, saved, years),
        _chances(frame, totals),
        () if frame.seen is None else frame.seen.months,
        notes_on(frame, model),
        frame.left_out,
        sum(done.checked for done in found),
    )


_FEW_MONTHS: Final = 12
_FEW_FAILURES: Final = 10


def notes_on(frame: Frame, model: FailureModel) -> tuple[str, ...]:
    """What whoever uses the figures should know of what they rest on."""
    found = []
    if frame.services and model.count < _FEW_FAILURES:
        found.append(
            f"Only {model.count} failure{'' if model.count == 1 else 's'} (an incident counts once) were seen: how "
            "often failures come is known roughly, and longer ones than these are never drawn."
        )
    if frame.seen is not None and len(frame.seen.months) < _FEW_MONTHS:
        count = len(frame.seen.months)
        found.append(
            f"Tickets and counts are drawn from only {count} month{'' if count == 1 else 's'}: a worse month than "
            "these is never drawn, and the seasons of a year are not seen."
        )
    return tuple(found)


def _because(frame: Frame) -> str:
    """Why nothing can be simulated."""
    if not frame.left_out:
        return ": no agreement with a service level is in force in it"
    first, *others = frame.left_out
    more = f", and {len(others)} more" if others else ""
    return f": {first.agreement}, {first.what}: {first.why}{more}"


def _tasks(run: Run, years: int, check: int) -> list[Task]:
    """The parts of the work, those that take longest first."""
    checks = [Task(Kind.CHECK, 0, min(years, BLOCK))] if check > 0 else []
    takes_long = any(group.replay is not None for group in run.groups)
    runs = runs_of(years, in_blocks=takes_long)
    settled = [Task(Kind.YEARS, block, count) for block, count in runs]
    fewer = min(years, IMPROVED_YEARS)
    return [
        *checks,
        *settled,
        *(Task(Kind.STAND_IN, 0, fewer, service) for service in costliest(run.frame, run.model)),
    ]


def _done(run: Run, task: Task, check: int) -> Done:
    """Carry out one part of the work."""
    drawn = run.drawn(task.block, task.years)
    match task.kind:
        case Kind.YEARS:
            return Done(totals=run.totals(run.settled(drawn)))
        case Kind.CHECK:
            return Done(checked=require_same(run.frame, drawn, run.nets(drawn, run.frame.agreements), check))
        case Kind.STAND_IN:
            return Done(saved=saved_by(run, task.service, drawn))


def _chances(frame: Frame, found: Totals) -> tuple[RightChance, ...]:
    """How likely each right arises."""
    return tuple(
        RightChance(each.name, right.name, right.clause, Fraction(int(arises.sum()), len(arises)))
        for each in sorted((*frame.agreements, *frame.umbrellas), key=lambda one: one.name)
        for right in each.rights
        for arises in (found.rights[each.name, right.name],)
    )


def _money(run: Run, found: Totals, saved: Saved, years: int) -> tuple[CurrencyYears, ...]:
    """The money by currency."""
    frame = run.frame
    paid_in = {
        each.agreement.currency for each in frame.agreements if each.agreement.type is AgreementType.SLA
    }
    return tuple(_in(run, currency, found, saved, years) for currency in sorted(paid_in))


def _agreement(each: AgreementFrame, net: Numbers, back: Numbers | None) -> AgreementYears:
    """What one agreement comes to; only an SLA's credits come back from others."""
    currency = each.agreement.currency
    return AgreementYears(
        each.name,
        each.agreement.type,
        Distribution.of(net, currency),
        None if back is None else Distribution.of(back, currency),
        None if back is None else Distribution.of(net - back, currency),
    )


def _in(run: Run, currency: str, found: Totals, saved: Saved, years: int) -> CurrencyYears:
    frame = run.frame
    owed = {party: each for (money, party), each in found.parties.items() if money == currency}
    none = np.zeros(years, dtype=np.int64)
    stands = run.in_customers_currency
    here = [
        each
        for each in frame.agreements
        if stands(each, np.zeros((0, len(frame.months)), dtype=np.int64))[0] == currency
    ]
    sold = (found.nets[each.name] for each in here if each.agreement.type is AgreementType.SLA)
    payable: Numbers = sum(sold, start=none)
    recoverable = sum((each.recoverable for each in owed.values()), start=none)
    parties = tuple(
        PartyYears(
            party or None,
            Distribution.of(each.caused, currency),
            Distribution.of(each.recoverable, currency),
            Distribution.of(each.caused - each.recoverable, currency),
            Distribution.of(each.over, currency),
        )
        for party, each in sorted(owed.items())
        if each.caused.any() or each.recoverable.any()
    )
    agreements = tuple(
        _agreement(each, found.nets[each.name], found.backs.get(each.name))
        for each in here
        if any(level.is_credited for level in each.levels)
    )
    unit = 10 ** minor_digits(currency)
    paying = payers(frame)
    lowered = [
        ("BACK_TO_BACK", party, rounded(Fraction(int(each.open.sum()), years * unit), currency))
        for party, each in owed.items()
        if party and party not in paying and each.open.any()
    ]
    lowered += [
        ("OWN_PROMISES", party, rounded(Fraction(int(by_year.sum()), years * unit), currency))
        for (money, party), by_year in found.own.items()
        if money == currency
    ]
    tried = min(years, IMPROVED_YEARS)
    lowered += [
        ("STAND_IN", service, rounded(Fraction(amount, tried * unit), currency))
        for (money, service), amount in saved.items()
        if money == currency
    ]
    improvements = [Improvement(*each) for each in lowered if each[2] > Money.zero(currency)]
    return CurrencyYears(
        currency,
        Distribution.of(payable, currency),
        Distribution.of(recoverable, currency),
        Distribution.of(payable - recoverable, currency),
        agreements,
        parties,
        tuple(sorted(improvements, key=lambda each: (-each.lowers.fraction, each.kind, each.of))),
    )
