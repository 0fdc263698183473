"""Drawn years settled: one run of years at a time, each agreement by the tables and rules of its frame.

The problem: ten thousand years of two hundred agreements do not fit into memory month by month, and must come to the
same however they are cut into pieces and whoever works on them. So a run of years is settled whole and summed up by
year (`Totals`), and runs are put one behind the other.

Example: 10,000 years are five runs of `RUN` years; two processes settle them, and what they give is joined in order.

Limits: what is left of years in `Totals` are their sums; months stand in `Years` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from domain.agreements import AgreementType
from domain.money import Money, minor_digits
from domain.rates import converted, rate_on
from ola.simulation.downtime import DrawnDowntime
from ola.simulation.failures import BLOCK, FailureModel
from ola.simulation.months import drawn_months
from settlement.simulating.arising import Arising, Arose
from settlement.simulating.arising_outages import OutagesArising
from settlement.simulating.dividing import Divided, Division, sides_under
from settlement.simulating.dividing_seen import SeenDivision
from settlement.simulating.frame import AgreementFrame, Frame
from settlement.simulating.money import Asked, Statements
from settlement.simulating.replaying import Columns
from settlement.simulating.spreading import Part, spread
from settlement.simulating.together import Group, groups_of

__all__ = ["RUN", "Owed", "Run", "Totals", "Years", "payers", "runs_of"]

Numbers = NDArray[np.int64]

RUN = 4 * BLOCK
"""How many years are settled at once, whole blocks of them: more take more memory, fewer take longer."""

_GAP_DAYS = 60
_MICROS_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """What some years came to, in minor units: statements by agreement, and what each side caused, by month."""

    nets: dict[str, Numbers]
    caused: dict[tuple[str, str], Numbers]
    """By currency and side."""
    parts: dict[tuple[str, str], list[Part]]
    """What of it was caused under each SLA."""
    rights: dict[tuple[str, str], NDArray[np.bool_]]
    own: dict[tuple[str, str], Numbers]
    """What providers caused of their own customers' credits by tickets and counts, by year alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Owed:
    """Both sides of one party's money in each year, in minor units: what it caused, owes back, and leaves open.

    ``open`` and ``over`` are worked out month by month: what one month gives back too much does not close the gap of
    another.
    """

    caused: Numbers
    recoverable: Numbers
    open: Numbers
    over: Numbers

    @classmethod
    def nothing(cls, years: int) -> Owed:
        """Of a party that neither caused nor owes anything."""
        none = np.zeros(years, dtype=np.int64)
        return cls(none, none, none, none)

    @classmethod
    def of(cls, caused: Numbers, recoverable: Numbers) -> Owed:
        """Of what a party caused and owes back, by year and month."""
        left = caused - recoverable
        return cls(
            caused.sum(axis=1),
            recoverable.sum(axis=1),
            np.maximum(left, 0).sum(axis=1),
            np.maximum(-left, 0).sum(axis=1),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """What some years came to, year by year: each agreement's credits, each party's money by currency, each right."""

    nets: dict[str, Numbers]
    parties: dict[tuple[str, str], Owed]
    backs: dict[str, Numbers]
    """What comes back of each SLA's credits."""
    rights: dict[tuple[str, str], NDArray[np.bool_]]
    own: dict[tuple[str, str], Numbers]
    """What providers caused of their own customers' credits by tickets and counts."""

    @classmethod
    def joined(cls, parts: Sequence[Totals]) -> Totals:
        """Years one behind the other."""
        first = parts[0]
        # A party that caused nothing in some years is not among them.
        nothing = [Owed.nothing(len(next(iter(part.nets.values()), np.zeros(0)))) for part in parts]
        owed = {
            key: [part.parties.get(key, none) for part, none in zip(parts, nothing, strict=True)]
            for key in sorted({key for part in parts for key in part.parties})
        }
        return cls(
            {key: np.concatenate([part.nets[key] for part in parts]) for key in first.nets},
            {
                key: Owed(
                    np.concatenate([each.caused for each in found]),
                    np.concatenate([each.recoverable for each in found]),
                    np.concatenate([each.open for each in found]),
                    np.concatenate([each.over for each in found]),
                )
                for key, found in owed.items()
            },
            {key: np.concatenate([part.backs[key] for part in parts]) for key in first.backs},
            {key: np.concatenate([part.rights[key] for part in parts]) for key in first.rights},
            {
                key: np.concatenate(
                    [part.own.get(key, none.caused) for part, none in zip(parts, nothing, strict=True)]
                )
                for key in sorted({key for part in parts for key in part.own})
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A frame, a model of failures and a seed, and what rules have answered so far."""

    frame: Frame
    model: FailureModel
    seed: int
    _asked: Asked = field(default_factory=dict)
    _arose: Arose = field(default_factory=dict)
    _divided: Divided = field(default_factory=dict)
    _divisions: dict[str, list[Division | SeenDivision]] = field(default_factory=dict)
    _outages: dict[str, OutagesArising] = field(default_factory=dict)
    groups: tuple[Group, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", groups_of(self.frame))
        for each in self.frame.agreements:
            self._outages[each.name] = OutagesArising(self.frame, each)

    def drawn(self, block: int, years: int) -> DrawnDowntime:
        """So many years from the first of a block on, with when services are down in them."""
        frame = self.frame
        stride = frame.length + _GAP_DAYS * _MICROS_A_DAY
        failures = self.model.drawn(self.seed, block, years, frame.base, frame.length, stride)
        seen = 0 if frame.seen is None else len(frame.seen.months)
        months = drawn_months(self.seed, block, years, seen)
        return DrawnDowntime(frame.settling.measuring.chain, failures, months)

    def over(self, years: int) -> Years:
        """What the first years come to, month by month."""
        return self.settled(self.drawn(0, years))

    def settled(self, drawn: DrawnDowntime) -> Years:
        """What drawn years come to, month by month."""
        years = drawn.failures.years
        nets: dict[str, Numbers] = {}
        caused: dict[tuple[str, str], Numbers] = {}
        parts: dict[tuple[str, str], list[Part]] = {}
        rights: dict[tuple[str, str], NDArray[np.bool_]] = {}
        spanned = {name for umbrella in self.frame.umbrellas for name in umbrella.parts}
        parts_of: dict[str, tuple[Columns, Statements]] = {}
        own: dict[tuple[str, str], Numbers] = {}
        for group in self.groups:
            columns = {each.name: _columns(each, drawn) for each in group.members}
            statements = group.statements(columns, years, self._asked)
            for each in group.members:
                found = statements[each.name]
                if each.name in spanned:
                    parts_of[each.name] = (columns[each.name], found)
                nets[each.name] = found.net
                arises = Arising(self.frame, each, self._outages[each.name], self._arose).in_years(
                    columns[each.name], drawn, found
                )
                for right, row in zip(each.rights, arises, strict=True):
                    rights[each.name, right.name] = row
                for key, amounts in self._caused(each, found, drawn, own).items():
                    caused[key] = caused[key] + amounts if key in caused else amounts
                    parts.setdefault(key, []).append(Part.of(each.name, amounts))
        for each in self.frame.umbrellas:
            # What spans the parts sees the columns and the lines of all of them, as if they were its own.
            under = [parts_of[name] for name in each.parts]
            together = {key: column for part, _ in under for key, column in part.items()}
            lines = {key: line for _, found in under for key, line in found.lines.items()}
            net = sum((found.net for _, found in under), start=np.zeros((years, 12), dtype=np.int64))
            asked = Arising(self.frame, each, self._outages[each.name], self._arose)
            arises = asked.in_years(together, drawn, Statements(net, lines))
            for right, row in zip(each.rights, arises, strict=True):
                rights[each.name, right.name] = row
        return Years(nets, caused, parts, rights, own)

    def _caused(
        self,
        each: AgreementFrame,
        found: Statements,
        drawn: DrawnDowntime,
        own: dict[tuple[str, str], Numbers],
    ) -> dict[tuple[str, str], Numbers]:
        """What of one agreement's credits to customers each party caused, by currency and party.

        To ``own`` is added what its provider caused itself by tickets and counts, by year.
        """
        years, currency = drawn.failures.years, each.agreement.currency
        caused: dict[tuple[str, str], Numbers] = {}
        for division in self.divisions(each):
            for side, amounts in division.caused(drawn, years, found).items():
                key = (currency, side)
                caused[key] = caused[key] + amounts if key in caused else amounts
                if isinstance(division, SeenDivision) and side == each.agreement.provider:
                    by_year = amounts.sum(axis=1)
                    own[key] = own[key] + by_year if key in own else by_year
        if each.agreement.type is AgreementType.SLA and any(
            version is not None and version.remedies.earn_back is not None for version in each.months
        ):
            # What is earned back of the customers' credits is the provider's: it lessens what it pays for itself.
            taken = found.by_month(each, years) - found.net
            key = (currency, each.agreement.provider)
            caused[key] = caused[key] - taken if key in caused else -taken
        return caused

    def nets(self, drawn: DrawnDowntime, agreements: Iterable[AgreementFrame]) -> dict[str, Numbers]:
        """What some agreements credit in drawn years, by year and month, with all that hang together with them."""
        years, names = drawn.failures.years, {each.name for each in agreements}
        found: dict[str, Numbers] = {}
        for group in self.groups:
            if any(each.name in names for each in group.members):
                columns = {each.name: _columns(each, drawn) for each in group.members}
                statements = group.statements(columns, years, self._asked)
                found |= {name: each.net for name, each in statements.items()}
        return found

    def totals(self, years: Years) -> Totals:
        """Years by months, summed up."""
        paying = payers(self.frame)
        owed: dict[tuple[str, str], Numbers] = {}
        for each in self.frame.agreements:
            if each.agreement.type is AgreementType.UC and self.is_owed_to(each, paying):
                currency, net = self.in_customers_currency(each, years.nets[each.name])
                key = (currency, each.agreement.provider)
                owed[key] = owed[key] + net if key in owed else net
        found = {}
        for key in sorted({*years.caused, *owed}):
            caused, back = years.caused.get(key), owed.get(key)
            some = caused if caused is not None else back
            if some is not None:
                none = np.zeros_like(some)
                found[key] = Owed.of(none if caused is None else caused, none if back is None else back)
        slas = [
            each.name
            for each in self.frame.agreements
            if each.agreement.type is AgreementType.SLA and any(level.is_credited for level in each.levels)
        ]
        backs = {name: np.zeros(len(years.nets[name]), dtype=np.int64) for name in slas}
        for key, parts in years.parts.items():
            if key in owed:
                for name, back in spread(parts, owed[key]).items():
                    backs[name] += back
        nets = {name: net.sum(axis=1) for name, net in years.nets.items()}
        return Totals(nets, found, backs, years.rights, years.own)

    def in_customers_currency(self, each: AgreementFrame, net: Numbers) -> tuple[str, Numbers]:
        """A supplier's credits in a currency in which customers are paid, each month's at its own rate.

        As an impact takes them (3.6): in their own if customers are paid in it, else in the first that has a rate;
        where none has, they stay in their own.
        """
        portfolio, own = self.frame.settling.portfolio, each.agreement.currency
        sold = (other.agreement for other in self.frame.agreements)
        paid_in = sorted({other.currency for other in sold if other.type is AgreementType.SLA})
        if own in paid_in:
            return own, net
        days = [month.last for month in self.frame.months]
        for quote in paid_in:
            rates = [rate_on(portfolio.rates, own, quote, day) for day in days]
            if all(rate is not None for rate in rates):
                found = np.zeros_like(net)
                for place, rate in enumerate(rates):
                    amounts, which = np.unique(net[:, place], return_inverse=True)
                    found[:, place] = _converted(amounts, own, quote, rate or Fraction(1))[which]
                return quote, found
        return own, net

    def is_owed_to(self, each: AgreementFrame, parties: set[str]) -> bool:
        """Whether an agreement's credits come to one of some parties."""
        consumer = each.agreement.consumer
        return consumer != "*" and self.frame.settling.portfolio.top_party(consumer) in parties

    def divisions(self, each: AgreementFrame) -> list[Division | SeenDivision]:
        """The credits of an agreement that customers get, level by level: what is divided between sides."""
        if each.agreement.type is not AgreementType.SLA:
            return []
        if each.name not in self._divisions:
            self._divisions[each.name] = [
                SeenDivision(self.frame, each, level)
                if level.seen
                else Division(each, level, sides_under(self.frame, each, level), self._divided)
                for level in each.levels
                if level.is_credited
            ]
        return self._divisions[each.name]


def runs_of(years: int, *, in_blocks: bool = False) -> list[tuple[int, int]]:
    """Years cut into runs: the block that each begins with, and how many years it has.

    ``in_blocks``: as short as they can be, where a year takes long and somebody waits.
    """
    size = BLOCK if in_blocks else RUN
    return [
        (number * size // BLOCK, min(size, years - number * size)) for number in range(ceil(years / size))
    ]


def payers(frame: Frame) -> set[str]:
    """The parties that credit customers."""
    return {each.agreement.provider for each in frame.agreements if each.agreement.type is AgreementType.SLA}


def _converted(amounts: Numbers, base: str, quote: str, rate: Fraction) -> Numbers:
    """Amounts in minor units of one currency in those of another, each rounded once."""
    unit, into = 10 ** minor_digits(base), 10 ** minor_digits(quote)
    told = (Money(Decimal(int(each)) / unit, base) for each in amounts)
    return np.array([int(converted(each, quote, rate).amount * into) for each in told], dtype=np.int64)


def _columns(each: AgreementFrame, drawn: DrawnDowntime) -> Columns:
    """What was drawn for each level of an agreement, by year and period."""
    return {level.name: level.in_years(drawn) for level in each.levels}
