"""Drawn years of agreements whose credits hang together, settled month by month by the rules that settle every month.

The problem: a second failure in a row counts twice, half of a credit is earned back after six good months, and what one
contract credits uses up the cap that it shares with others under an umbrella. No table of one level's month says what
that comes to. So the agreements that hang together are settled for the whole year by the very settling that settles
what was, with what was drawn in the place of what was measured. Years that ask the same are settled once.

Example: two contracts under an umbrella with a cap of 6,000 a year; in April they credit 6,000 and 3,000, which the cap
cuts to 4,000 and 2,000; what they miss in May costs nothing.

Limits: each year begins without a past: nothing is earned yet, no cap used, and no failure the second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, AgreementType
from domain.attainment import AttainmentStatus
from domain.credits.base import Due
from domain.credits.miss import Miss
from domain.credits.scheme import credit_amount
from domain.money import minor_digits
from domain.remedies import EarnedAs
from settlement.history import History
from settlement.measured import Measurement
from settlement.settle import Settling
from settlement.simulating.frame import AgreementFrame, Frame, LevelFrame
from settlement.simulating.kinds import kinds_of
from settlement.simulating.outcomes import hangs_on_months
from settlement.statements import consumers_of

__all__ = ["Replay", "Replayed", "supposed"]

Numbers = NDArray[np.int64]

Columns = Mapping[tuple[str, ...], Numbers]
"""What was drawn for each level, by year and period."""


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """What one year came to, in minor units: nets and lines by agreement and month, points, and each miss.

    ``misses`` are there for levels whose credit hangs on more than their value.
    """

    nets: tuple[tuple[int, ...], ...]
    lines: Mapping[tuple[tuple[str, ...], int], int]
    points: tuple[tuple[Fraction, ...], ...]
    misses: Mapping[tuple[tuple[str, ...], int], Miss]


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """Agreements that hang together, in the order of their names, and what their years came to so far."""

    frame: Frame
    members: tuple[AgreementFrame, ...]
    levels: tuple[tuple[AgreementFrame, LevelFrame, int], ...]
    """Every level of a member with each of its periods."""
    contracts: Settling
    """The members and the umbrellas above them, of which nothing is measured yet."""
    _known: dict[tuple[int, ...], int] = field(default_factory=dict)
    years: list[Replayed] = field(default_factory=list)
    _measured: dict[tuple[int, int, int], Measurement] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: Frame, members: Sequence[AgreementFrame]) -> Replay:
        """The replay of some agreements of a frame."""
        settling = frame.settling
        names = {each.name for each in members}
        waiting = [part for name in names for part in _umbrellas(settling, name)]
        while waiting:
            name = waiting.pop()
            if name not in names:
                names.add(name)
                waiting += _umbrellas(settling, name)
        versions = {name: settling.versions[name] for name in sorted(names & settling.versions.keys())}
        agreements = tuple(version for each in versions.values() for version in each)
        held = replace(settling.portfolio, agreements=agreements, before_ends=None, _members={})
        contracts = replace(settling, portfolio=held, versions=versions)
        ordered = tuple(sorted(members, key=lambda each: each.name))
        levels = tuple(
            (each, level, index)
            for each in ordered
            for level in each.levels
            for index in range(len(level.outcomes))
        )
        return cls(frame, ordered, levels, contracts)

    def asked(self, columns: Mapping[str, Columns], years: Numbers) -> Numbers:
        """Which of ``self.years`` each of some drawn years is; ``columns`` by agreement, ``years`` which of them."""
        if not self.levels or not len(years):
            return np.zeros(len(years), dtype=np.int64)
        keys = [
            level.keys(index, columns[each.name][level.name][years, index])
            for each, level, index in self.levels
        ]
        kinds = kinds_of(keys)
        table = np.stack([key[kinds.rows] for key in keys], axis=1).tolist()
        found = [self._replayed(tuple(kind)) for kind in table]
        return np.array(found, dtype=np.int64)[kinds.which]

    def _replayed(self, kind: tuple[int, ...]) -> int:
        if kind not in self._known:
            self._known[kind] = len(self.years)
            self.years.append(self._settled(kind))
        return self._known[kind]

    def _settled(self, kind: tuple[int, ...]) -> Replayed:
        """One year settled: ``kind`` are the keys of all periods."""
        rows: dict[tuple[str, str], list[tuple[Measurement, tuple[tuple[str, ...], int]]]] = {}
        for number, ((each, level, index), key) in enumerate(zip(self.levels, kind, strict=True)):
            month = self.frame.months[level.month_of[index]]
            said = (number, index, key)
            if said not in self._measured:
                self._measured[said] = level.measurement(index, key)
            row = (self._measured[said], (level.name, index))
            rows.setdefault((each.name, month.name), []).append(row)
        settling = supposed(
            self.contracts, self.frame, {key: [each for each, _ in found] for key, found in rows.items()}
        )
        nets, points = [], []
        lines: dict[tuple[tuple[str, ...], int], int] = {}
        misses: dict[tuple[tuple[str, ...], int], Miss] = {}
        for each in self.members:
            net, worth = [0] * len(self.frame.months), [Fraction(0)] * len(self.frame.months)
            unit = 10 ** minor_digits(each.agreement.currency)
            for place, month in enumerate(self.frame.months):
                version, here = each.months[place], rows.get((each.name, month.name), [])
                missed = [row for row in here if row[0].attainment.status is AttainmentStatus.MISSED]
                if version is None or not (missed or _is_refunded(version)):
                    # What is earned back is set against credits: without one the statement is at nothing.
                    continue
                names = {(row[0].attainment.of.order(), row[0].attainment.period): row[1] for row in here}
                for drawn in settling.statements(version, month):
                    net[place] += int(drawn.statement.net.amount * unit)
                    for line, exact in zip(drawn.statement.lines, drawn.lines, strict=True):
                        name = names[line.of.order(), exact.period]
                        lines[name] = lines.get(name, 0) + int(line.net.amount * unit)
                        worth[place] += line.points or Fraction(0)
                for measurement, name in missed:
                    # Only what customers are credited is divided.
                    if each.agreement.type is AgreementType.SLA and _hangs(measurement, each):
                        misses[name] = settling.miss(measurement)
            nets.append(tuple(net))
            points.append(tuple(worth))
        return Replayed(tuple(nets), lines, tuple(points), misses)

    def cost(self, year: int, level: LevelFrame, index: int, column: int) -> Fraction:
        """What a level would have cost had so much been drawn for a period, all else of the year being as it was."""
        miss = self.years[year].misses.get((level.name, index))
        if miss is None:
            return level.outcomes[index].credit(column) or Fraction(0)
        attainment = level.attainment(index, column)
        if attainment.status is not AttainmentStatus.MISSED:
            return Fraction(0)
        return credit_over(attainment.of.agreement, level, index, miss, attainment.value, attainment.compared)


def credit_over(
    agreement: Agreement,
    level: LevelFrame,
    index: int,
    miss: Miss,
    value: Fraction | None,
    compared: Fraction | None,
) -> Fraction:
    """A level's own credit over all consumers, had a value been another."""
    of, period = level.outcomes[index].of, level.outcomes[index].period
    if value is None or compared is None:
        return Fraction(0)
    found = (
        credit_amount(
            agreement, of.level, of.service, miss.at(value, compared), Due.of(agreement, period, whose)
        )
        for whose in consumers_of(agreement)
    )
    return sum((credit.amount for credit in found if credit is not None), start=Fraction(0))


def supposed(
    settling: Settling,
    frame: Frame,
    rows: Mapping[tuple[str, str], Iterable[Measurement]],
    *,
    is_whole: bool = True,
) -> Settling:
    """A settling whose months are supposed to have measured something, by agreement and month, and none before.

    ``is_whole``: what is not said was not measured; else it is measured.
    """
    nothing = [(name, month.name) for name in settling.versions for month in frame.months if is_whole]
    measured: dict[tuple[str, str], tuple[Measurement, ...]] = dict.fromkeys(nothing, ())
    measured |= {
        key: tuple(sorted(found, key=lambda each: (*each.attainment.of.order(), each.attainment.period.last)))
        for key, found in rows.items()
    }
    past: list[History] = []
    found = Settling(
        settling.portfolio,
        settling.evidence,
        settling.as_of,
        settling.measuring,
        settling.versions,
        settling.incidents,
        _months=measured,
        _history=past,
        _judged=settling._judged,  # noqa: SLF001 - which version is in force hangs on no figure
        _plain=settling._plain,  # noqa: SLF001 - nor does whether it excuses anything
    )
    past.append(History(found, frame.base))
    return found


def _umbrellas(settling: Settling, name: str) -> list[str]:
    return [version.part_of for version in settling.versions.get(name, ()) if version.part_of is not None]


def _is_refunded(version: Agreement) -> bool:
    """Whether what is earned back is paid out in a month without credits too."""
    earn_back = version.remedies.earn_back
    return earn_back is not None and earn_back.earned_as is EarnedAs.REFUND


def _hangs(measurement: Measurement, each: AgreementFrame) -> bool:
    """Whether what a miss would cost cannot be read in its level's own table."""
    of = measurement.attainment.of
    if of.level.credit is None:
        return False
    return hangs_on_months(of.agreement, of.level) or len(consumers_of(each.agreement)) > 1
