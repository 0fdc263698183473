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

Limits: amounts are whole minor units; means are rounded once, to the minor unit, half-even. See `frame` for what is
left out, `ola.simulation.failures` for what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from domain.agreements import AgreementType
from domain.errors import InvalidValue
from domain.money import Money, minor_digits, rounded
from domain.periods import Period, PeriodKind
from domain.ports import Evidence
from ola.downtime import DowntimeBook
from ola.portfolio import Portfolio
from ola.simulation.downtime import DrawnDowntime
from ola.simulation.failures import BLOCK, FailureModel, Observed
from settlement.simulating.arising import Arising
from settlement.simulating.checking import require_same
from settlement.simulating.frame import AgreementFrame, Frame, LeftOut
from settlement.simulating.money import Division, Statements, sides_under, statements_of

__all__ = [
    "CurrencyYears",
    "Distribution",
    "Improvement",
    "PartyYears",
    "RightChance",
    "Run",
    "Simulated",
    "Years",
    "simulate",
]

Numbers = NDArray[np.int64]
Progress = Callable[[str, int, int], None]

_GAP_DAYS = 60
_MICROS_A_DAY = 86_400_000_000
_MOST_YEARS = 1_000_000
_IMPROVED_YEARS = 1_000
"""How many of the years are drawn again for each improvement."""
_MOST_IMPROVED = 8
"""How many services, those that cost most first, are tried with a stand-in that never fails."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How an amount is spread over the drawn years: its mean, and the amount that so many of a hundred stay within."""

    mean: Money
    median: Money
    p90: Money
    p95: Money
    p99: Money
    most: Money
    chance: Fraction
    """In which part of the years it is above 0."""

    @classmethod
    def of(cls, minor: Numbers, currency: str) -> Distribution:
        """The distribution of some years' amounts in minor units; quantiles are by nearest rank: they occurred."""
        unit = 10 ** minor_digits(currency)
        ordered = np.sort(minor)
        count = len(ordered)

        def money(units: int) -> Money:
            return rounded(Fraction(units, unit), currency)

        def rank(percent: int) -> Money:
            return money(int(ordered[max(ceil(Fraction(percent * count, 100)), 1) - 1]))

        mean = rounded(Fraction(int(ordered.sum()), count * unit), currency)
        above = Fraction(int((ordered > 0).sum()), count)
        return cls(mean, rank(50), rank(90), rank(95), rank(99), money(int(ordered[-1])), above)


@dataclass(frozen=True, slots=True)
class PartyYears:
    """What one answerable party causes, owes back and leaves open; ``gap`` is caused less recoverable."""

    party: str
    caused: Distribution
    recoverable: Distribution
    gap: Distribution
    over_recovery: Distribution


@dataclass(frozen=True, slots=True)
class RightChance:
    """How likely a right to terminate arises in a year."""

    agreement: str
    name: str
    clause: str | None
    chance: Fraction


@dataclass(frozen=True, slots=True)
class Improvement:
    """One change, and by how much it would lower the expected gap of a year.

    ``kind``: ``STAND_IN``, a stand-in for a service so that it never fails of itself; ``BACK_TO_BACK``, a contract
    under which a party owes all that it causes.
    """

    kind: str
    of: str
    lowers: Money


@dataclass(frozen=True, slots=True)
class CurrencyYears:
    """The money of the drawn years in one currency."""

    currency: str
    payable: Distribution
    recoverable: Distribution
    gap: Distribution
    agreements: tuple[tuple[str, AgreementType, Distribution], ...]
    """What each agreement credits."""
    parties: tuple[PartyYears, ...]
    improvements: tuple[Improvement, ...]
    """What would lower the expected gap, most first."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What drawn years come to."""

    year: Period
    years: int
    seed: int
    since: int
    until: int
    """The time in which the failures were observed."""
    observed: tuple[Observed, ...]
    money: tuple[CurrencyYears, ...]
    rights: tuple[RightChance, ...]
    left_out: tuple[LeftOut, ...]
    checked: int
    """How many of the years were settled in full too, and came to the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """What some years came to, in minor units: statements by agreement, and what each side caused, by month."""

    nets: dict[str, Numbers]
    caused: dict[tuple[str, str], Numbers]
    rights: dict[tuple[str, str], NDArray[np.bool_]]


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
) -> Simulated:
    """Draw ``years`` times the calendar year ``year`` from the failures of [since, until), and settle each.

    ``check``: so many of them are settled row by row as well, and must come to the same. Raises InvalidValue for a
    year that is none, for too many years, and where nothing can be simulated; SimulationMismatch where a check fails.
    """
    if year.kind is not PeriodKind.YEAR:
        raise InvalidValue(f"{year.name} is no calendar year: give one like 2026")
    if not 1 <= years <= _MOST_YEARS:
        raise InvalidValue(f"{years} years cannot be drawn: give 1 to {_MOST_YEARS:,}")
    frame = Frame.of(portfolio, year)
    if not frame.services:
        raise InvalidValue(f"no level of {year.name} can be simulated: none in force is an availability")
    chain = frame.settling.measuring.chain
    model = FailureModel.observed(DowntimeBook(chain, evidence, until), frame.services, since, until)
    run = Run(frame, model, seed)
    found = run.over(years, progress)
    first = min(years, BLOCK)
    nets = {name: net[:first] for name, net in found.nets.items()}
    checked = require_same(frame, run.drawn(0, first), nets, check)
    return Simulated(
        year, years, seed, since, until, model.seen, run.money(found, years, progress), run.chances(found),
        frame.left_out, checked,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A frame, a model of failures and a seed."""

    frame: Frame
    model: FailureModel
    seed: int

    def drawn(self, block: int, years: int) -> DrawnDowntime:
        """The first years of one block, with when services are down in them."""
        frame = self.frame
        stride = frame.length + _GAP_DAYS * _MICROS_A_DAY
        failures = self.model.drawn(self.seed, block, years, frame.base, frame.length, stride)
        return DrawnDowntime(frame.settling.measuring.chain, failures)

    def over(self, years: int, progress: Progress | None = None) -> Years:
        """What the years come to, block after block."""
        parts = []
        known: dict[tuple[str, bytes], tuple[bool, ...]] = {}
        asking = {each.name: Arising(each, known) for each in self.frame.agreements}
        dividing = self._divisions()
        for number in range(ceil(years / BLOCK)):
            if progress is not None:
                progress("Settling drawn years", number * BLOCK, years)
            parts.append(self.block(number, min(BLOCK, years - number * BLOCK), asking, dividing))
        first = parts[0]
        return Years(
            {key: np.concatenate([part.nets[key] for part in parts]) for key in first.nets},
            {key: np.concatenate([part.caused[key] for part in parts]) for key in first.caused},
            {key: np.concatenate([part.rights[key] for part in parts]) for key in first.rights},
        )

    def block(
        self, number: int, years: int, asking: dict[str, Arising], dividing: dict[str, list[Division]]
    ) -> Years:
        """What the years of one block come to."""
        drawn = self.drawn(number, years)
        nets: dict[str, Numbers] = {}
        caused: dict[tuple[str, str], Numbers] = {}
        rights: dict[tuple[str, str], NDArray[np.bool_]] = {}
        for each in self.frame.agreements:
            counted = _counted(each, drawn, years)
            found = statements_of(self.frame, each, counted, years)
            nets[each.name] = found.net
            arises = asking[each.name].in_years(counted, years)
            for right, row in zip(each.rights, arises, strict=True):
                rights[each.name, right.name] = row
            for division in dividing[each.name]:
                parts = self._parts(division, found, drawn, years)
                for side, amounts in parts.items():
                    key = (each.agreement.currency, side)
                    caused[key] = caused[key] + amounts if key in caused else amounts
        return Years(nets, caused, rights)

    def nets(self, years: int, agreements: Sequence[AgreementFrame]) -> dict[str, int]:
        """What some agreements credit in the years, all together, in minor units."""
        found = dict.fromkeys((each.name for each in agreements), 0)
        for number in range(ceil(years / BLOCK)):
            count = min(BLOCK, years - number * BLOCK)
            drawn = self.drawn(number, count)
            for each in agreements:
                net = statements_of(self.frame, each, _counted(each, drawn, count), count).net
                found[each.name] += int(net.sum())
        return found

    def _parts(
        self, division: Division, found: Statements, drawn: DrawnDowntime, years: int
    ) -> dict[str, Numbers]:
        level = division.level
        none = np.zeros(years, dtype=np.int64)
        lines = {index: found.lines.get((level.name, index), none) for index in range(len(level.outcomes))}
        return division.caused(drawn, years, lines)

    def _divisions(self) -> dict[str, list[Division]]:
        """The credits that customers get, level by level: what is divided between sides."""
        known: dict[tuple[object, ...], tuple[int, ...]] = {}
        return {
            each.name: [
                Division(each, level, sides_under(self.frame, each, level), known)
                for level in each.levels
                if each.agreement.type is AgreementType.SLA and level.is_credited
            ]
            for each in self.frame.agreements
        }

    def chances(self, found: Years) -> tuple[RightChance, ...]:
        """How likely each right arises."""
        return tuple(
            RightChance(
                each.name,
                right.name,
                right.clause,
                Fraction(int(arises.sum()), len(arises)),
            )
            for each in self.frame.agreements
            for right in each.rights
            for arises in (found.rights[each.name, right.name],)
        )

    def money(self, found: Years, years: int, progress: Progress | None) -> tuple[CurrencyYears, ...]:
        """The money by currency."""
        paid_in = {
            e.agreement.currency for e in self.frame.agreements if e.agreement.type is AgreementType.SLA
        }
        return tuple(self._in(currency, found, years, progress) for currency in sorted(paid_in))

    def _in(self, currency: str, found: Years, years: int, progress: Progress | None) -> CurrencyYears:
        both = _Both.of(self.frame, found, currency, years)
        parties = tuple(
            PartyYears(
                party,
                Distribution.of(both.caused[party].sum(axis=1), currency),
                Distribution.of(both.owed[party].sum(axis=1), currency),
                Distribution.of((both.caused[party] - both.owed[party]).sum(axis=1), currency),
                Distribution.of(np.maximum(both.owed[party] - both.caused[party], 0).sum(axis=1), currency),
            )
            for party in both.parties
            if both.caused[party].any() or both.owed[party].any()
        )
        agreements = tuple(
            (each.name, each.agreement.type, Distribution.of(found.nets[each.name].sum(axis=1), currency))
            for each in self.frame.agreements
            if each.agreement.currency == currency and any(level.is_credited for level in each.levels)
        )
        return CurrencyYears(
            currency,
            Distribution.of(both.payable, currency),
            Distribution.of(both.recoverable, currency),
            Distribution.of(both.payable - both.recoverable, currency),
            agreements,
            parties,
            self._improvements(currency, both, found, years, progress),
        )

    def _improvements(
        self, currency: str, both: _Both, years_of: Years, years: int, progress: Progress | None
    ) -> tuple[Improvement, ...]:
        """What would lower the expected gap of a year, most first."""
        unit = 10 ** minor_digits(currency)
        found = []
        payers = _payers(self.frame)
        for party in both.parties:
            open_ = np.maximum(both.caused[party] - both.owed[party], 0)
            if party not in payers and open_.any():
                lowers = rounded(Fraction(int(open_.sum()), years * unit), currency)
                found.append(Improvement("BACK_TO_BACK", party, lowers))
        fewer = min(years, _IMPROVED_YEARS)
        signs = _signs(self.frame, currency)
        chain = self.frame.settling.measuring.chain
        for place, service in enumerate(self._costliest()):
            if progress is not None:
                progress(f"Without failures of {service}", place, _MOST_IMPROVED)
            above = chain.supported_by((service,))
            touched = [
                each
                for each in self.frame.agreements
                if each.name in signs and any(level.service in above for level in each.levels)
            ]
            other = Run(self.frame, self.model.without(service), self.seed).nets(fewer, touched)
            saved = sum(
                signs[name] * (int(years_of.nets[name][:fewer].sum()) - net) for name, net in other.items()
            )
            lowers = rounded(Fraction(saved, fewer * unit), currency)
            if lowers > Money.zero(currency):
                found.append(Improvement("STAND_IN", service, lowers))
        return tuple(sorted(found, key=lambda each: (-each.lowers.fraction, each.kind, each.of)))

    def _costliest(self) -> list[str]:
        """The services whose own downtime most credited levels of customers stand on."""
        chain = self.frame.settling.measuring.chain
        stands: dict[str, int] = {}
        for each in self.frame.agreements:
            for level in each.levels:
                if each.agreement.type is AgreementType.SLA and level.is_credited:
                    for name in chain.closure(level.service):
                        stands[name] = stands.get(name, 0) + 1
        weighed = [(seen.downtime * stands.get(seen.service, 0), seen.service) for seen in self.model.seen]
        return [name for weight, name in sorted(weighed, key=lambda each: (-each[0], each[1])) if weight][
            :_MOST_IMPROVED
        ]


def _counted(each: AgreementFrame, drawn: DrawnDowntime, years: int) -> dict[tuple[str, ...], Numbers]:
    """What counts against each level of an agreement, by year and period."""
    failures = drawn.failures
    return {
        level.name: level.counted(drawn.down(level.service), years, failures.base, failures.stride)
        for level in each.levels
    }


def _signs(frame: Frame, currency: str) -> dict[str, int]:
    """Whether an agreement's credits widen the gap (1, a customer's) or close it (-1, a supplier's)."""
    payers = _payers(frame)
    found = {}
    for each in frame.agreements:
        if each.agreement.currency == currency:
            if each.agreement.type is AgreementType.SLA:
                found[each.name] = 1
            elif _is_owed_to(frame, each, payers):
                found[each.name] = -1
    return found


def _payers(frame: Frame) -> set[str]:
    return {each.agreement.provider for each in frame.agreements if each.agreement.type is AgreementType.SLA}


@dataclass(frozen=True, slots=True, eq=False)
class _Both:
    """Both sides of the money of some years in one currency: totals by year, parties by year and month."""

    payable: Numbers
    recoverable: Numbers
    parties: tuple[str, ...]
    caused: dict[str, Numbers]
    owed: dict[str, Numbers]

    @classmethod
    def of(cls, frame: Frame, found: Years, currency: str, years: int) -> _Both:
        payers = _payers(frame)
        none = np.zeros((years, len(frame.months)), dtype=np.int64)
        payable = none.sum(axis=1)
        caused: dict[str, Numbers] = {}
        owed: dict[str, Numbers] = {}
        for each in frame.agreements:
            if each.agreement.currency != currency:
                continue
            if each.agreement.type is AgreementType.SLA:
                payable = payable + found.nets[each.name].sum(axis=1)
            elif _is_owed_to(frame, each, payers):
                owed[each.agreement.provider] = (
                    owed.get(each.agreement.provider, none) + found.nets[each.name]
                )
        for (money, side), amounts in found.caused.items():
            if money == currency:
                caused[side] = amounts
        parties = tuple(sorted({*caused, *owed}))
        recoverable = sum((each.sum(axis=1) for each in owed.values()), start=none.sum(axis=1))
        return cls(
            payable,
            recoverable,
            parties,
            {party: caused.get(party, none) for party in parties},
            {party: owed.get(party, none) for party in parties},
        )


def _is_owed_to(frame: Frame, each: AgreementFrame, payers: set[str]) -> bool:
    consumer = each.agreement.consumer
    return consumer != "*" and frame.settling.portfolio.top_party(consumer) in payers
