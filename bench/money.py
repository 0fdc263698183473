"""How long the money of a large portfolio takes once everything is measured.

The problem: five thousand agreements with twenty thousand service levels and two years of history have to settle in one
run, under a minute and two gigabytes on two cores, with caps of years, umbrellas and credits that are earned back, all
of which look at every earlier month.

Example: ``python -m bench.money --agreements 5000`` builds the portfolio, takes a tenth of the levels as missed each
month, and settles 24 months one after another; without it, a fifth of that.

Limits: attainments and traces are synthetic: what measuring and tracing cost is measured elsewhere. Time is the wall
clock's, memory the process's largest resident set.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np

from api.services.collecting import unhurried
from api.services.settling_together import settling_together
from domain.agreements import (
    Agreement,
    AgreementType,
    AvailabilityMetric,
    Band,
    BandsCredit,
    Cap,
    CapPer,
    Charge,
    CreditBase,
    DatedThreshold,
    Direction,
    ServiceLevel,
    State,
    Structure,
    Target,
    Threshold,
)
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.calendars import ALWAYS
from domain.evidence import Coded, OutageColumns, TicketColumns, TicketEventColumns, no_place
from domain.evidence_memory import MemoryEvidence
from domain.instants import parse_instant
from domain.money import Money, split
from domain.parties import Party, Role
from domain.periods import Period, PeriodRule
from domain.remedies import EarnBack, Kept, Remedies
from domain.services import Measured, Service
from ola.portfolio import Portfolio
from ola.responsibility import Reason, Responsibility, ServiceShare, Trace
from settlement.measured import Measurement
from settlement.results import Breach
from settlement.settle import Settling

TARGET = Fraction("99.9")
PROMISED = Target((DatedThreshold(None, Threshold(Direction.AT_LEAST, TARGET)),))
LEVELS = 4
UMBRELLA = 20
"""Every so many agreements are parts of one umbrella."""
MISSED = 10
"""One level in so many is missed each month."""


def pounds(amount: int) -> Money:
    """An amount."""
    return Money(Decimal(amount), "GBP")


def portfolio(agreements: int) -> Portfolio:
    """Half customers' SLAs, half vendors' contracts, each with four critical levels, caps and earn-back."""
    parties = {"halden": Party("halden", "Halden", Role.PROVIDER)}
    services: dict[str, Service] = {}
    found: list[Agreement] = []
    bands = tuple(
        Band(Fraction(limit), below=True, percent=Fraction(percent))
        for limit, percent in (("99.9", 5), ("99.5", 15), ("99", 30))
    )
    caps = (
        Cap(CapPer.MONTH, percent=Fraction(15)),
        Cap(CapPer.YEAR, amount=pounds(20_000)),
        Cap(CapPer.CONTRACT_YEAR, percent=Fraction(10)),
    )
    for number in range(agreements):
        is_sla = number % 2 == 0
        who = f"{'customer' if is_sla else 'vendor'}-{number:05d}"
        parties[who] = Party(who, who, Role.CUSTOMER if is_sla else Role.VENDOR)
        runs = "halden" if is_sla else who
        names = tuple(f"service-{number:05d}-{each}" for each in range(LEVELS))
        services |= {name: Service(name, name, runs, Measured.DIRECTLY, None) for name in names}
        levels = tuple(
            ServiceLevel(
                name=f"availability-{each}", clause=f"2.{each}", services=(name,), metric=AvailabilityMetric(0),
                window=None, period=PeriodRule.month(), target=PROMISED,
                credit=BandsCredit(base=CreditBase(), bands=bands),
            )
            for each, name in enumerate(names)
        )  # fmt: skip
        has_umbrella = (number // 2) % UMBRELLA < UMBRELLA // 2
        found.append(
            Agreement(
                name=f"{'sla' if is_sla else 'uc'}-{number:05d}", title="", version=1,
                type=AgreementType.SLA if is_sla else AgreementType.UC,
                structure=Structure.SERVICE if is_sla else None, provider=runs, consumer=who if is_sla else "halden",
                services=names, state=State.ACTIVE, first=date(2025, 1, 1), last=date(2027, 12, 31),
                effective=date(2025, 1, 1), calendar=ALWAYS, currency="GBP",
                charges=tuple(Charge(name, pounds(5_000 + number)) for name in names), levels=levels, caps=caps,
                remedies=Remedies(earn_back=EarnBack(Fraction(50), Kept.TARGET, 3)),
                part_of=f"umbrella-{number // (2 * UMBRELLA):05d}-{number % 2}" if has_umbrella else None,
            )
        )  # fmt: skip
    for name in sorted({each.part_of for each in found if each.part_of is not None}):
        part = next(each for each in found if each.part_of == name)
        found.append(
            Agreement(
                name=name, title="", version=1, type=part.type, structure=part.structure, provider=part.provider,
                consumer=part.consumer, services=(), state=State.ACTIVE, first=date(2025, 1, 1),
                last=date(2027, 12, 31), effective=date(2025, 1, 1), calendar=ALWAYS, currency="GBP",
                caps=(Cap(CapPer.MONTH, percent=Fraction(8)), Cap(CapPer.YEAR, amount=pounds(100_000))),
            )
        )  # fmt: skip
    return Portfolio(parties, services, tuple(found))


def evidence() -> MemoryEvidence:
    """No rows but one, which says when the history begins."""
    one = Coded.of(["service-00000-0"])
    none = Coded.of([None])
    at = np.array([parse_instant("2025-01-01T00:00:00Z")], dtype=np.int64)
    empty, blank = np.zeros(0, dtype=np.int64), Coded.of(())
    place = no_place()
    outages = OutageColumns(none, one, at, at, at, none, none, none, none, at, place)
    tickets = TicketColumns(
        blank, blank, blank, empty, empty, empty, empty, blank, blank, blank, empty, place
    )
    events = TicketEventColumns(blank, empty, blank, blank, blank, blank, blank, place)
    return MemoryEvidence(outages, tickets, events)


THRESHOLD = Threshold(Direction.AT_LEAST, TARGET)


@cache
def _figures(
    month: Period, *, is_missed: bool
) -> tuple[AttainmentStatus, Fraction, Fraction, Fraction, Fraction]:
    """What a level came to: status, value, time up, service time, margin; what measuring took is not asked here."""
    whole = Fraction(month.days * 86_400_000_000)
    value = Fraction("99.7") if is_missed else Fraction("99.95")
    status = AttainmentStatus.MISSED if is_missed else AttainmentStatus.MET
    return status, value, whole * value / 100, whole, value - TARGET


def _attainment(agreement: Agreement, level: ServiceLevel, month: Period, *, is_missed: bool) -> Attainment:
    status, value, up, whole, margin = _figures(month, is_missed=is_missed)
    of = LevelOn(agreement, level, level.services[0])
    return Attainment(of, month, status, "microseconds", THRESHOLD, value, value, up, whole, margin)


@cache
def _rows(service: str, vendor: str) -> tuple[Responsibility, ...]:
    """Two parties alike; to make them up is no part of what is timed."""
    return tuple(
        Responsibility(
            party, Reason.OWN_FAILURE, (party,), None,
            (ServiceShare(service, party, Fraction(60), Fraction(1, 2)),), Fraction(60), Fraction(1, 2),
            Fraction(1, 2), False, False, None, ((service,),),
        )
        for party in sorted({"halden", vendor})
    )  # fmt: skip


class Traced(Settling):
    """A settling whose attainments are made up, and whose traces are of two parties each, without asking why."""

    __slots__ = ()

    def _measured(self, name: str, month: Period) -> list[Measurement]:
        """A tenth of the levels missed, others each month."""
        (agreement,) = self.versions[name]
        number, turn = int(name[-5:]) if name[-5:].isdigit() else 0, month.first.year * 12 + month.first.month
        return [
            Measurement(
                _attainment(
                    agreement, level, month, is_missed=(number * 7 + each * 3 + turn * 11) % MISSED == 0
                ),
                None,
            )
            for each, level in enumerate(agreement.levels)
        ]

    def breach(self, measurement: Measurement, drawn: object) -> Breach:
        """A miss whose two parties share alike."""
        of = measurement.attainment.of
        nets = [
            line.net
            for each in drawn  # type: ignore[attr-defined] # the statements of the month
            for line in each.statement.lines
            if line.of == of
        ]
        number = int(of.agreement.name[-5:])
        vendor = (
            f"vendor-{number | 1:05d}" if of.agreement.type is AgreementType.SLA else of.agreement.provider
        )
        rows = _rows(of.service, vendor)
        total = sum(nets[1:], start=nets[0])
        parts = split(total, [Fraction(1)] * len(rows), [row.party or "" for row in rows])
        return Breach(measurement.attainment, Trace(Fraction(120), "seconds", rows, ()), parts)


def main() -> None:
    """Settle, and print how long each month and the whole took."""
    parser = argparse.ArgumentParser(description="Settle the money of a large synthetic portfolio.")
    parser.add_argument("--agreements", type=int, default=1_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--processes", type=int, default=None, help="default: as privity run does")
    asked = parser.parse_args()
    contracts = portfolio(asked.agreements)
    months = [Period.parse(f"{2025 + at // 12}-{at % 12 + 1:02d}") for at in range(asked.months)]
    levels = sum(len(each.levels) for each in contracts.agreements)
    print(f"{len(contracts.agreements)} agreements, {levels} levels, {len(months)} months", flush=True)
    begun = time.perf_counter()
    with (
        unhurried(),
        settling_together(
            contracts, evidence(), months[-1].day_after,
            months=len(months), hands=asked.processes, maker="bench.money:Traced.of",
        ) as settling,
    ):  # fmt: skip
        _settled(settling, months)
    spent = 0.0
    for who, named in (
        (resource.RUSAGE_SELF, "this process"),
        (resource.RUSAGE_CHILDREN, "the largest other"),
    ):
        used = resource.getrusage(who)
        print(f"{named}: {used.ru_maxrss / 2**20:.2f} GiB")
        spent += used.ru_utime + used.ru_stime
    print(f"In all {time.perf_counter() - begun:.1f} s, {spent:.1f} s of processor.")


def _settled(settling: Settling, months: list[Period]) -> None:
    seen = hashlib.sha256()
    since = time.perf_counter()
    for settled in settling.settled_one_by_one(months):
        month = settled.period
        payable = settled.credit_impact[0].payable if settled.credit_impact else None
        print(
            f"{month.name}: {time.perf_counter() - since:5.2f} s, {len(settled.statements)} statements, "
            f"payable {payable}",
            flush=True,
        )
        for statement in settled.statements:
            seen.update(f"{statement.agreement} {statement.gross} {statement.net}".encode())
        seen.update(repr(settled.credit_impact).encode())
        since = time.perf_counter()
    print(f"Everything together: {seen.hexdigest()[:16]}")


if __name__ == "__main__":
    # What other processes are to make has to have this module's own name.
    from bench.money import main as run

    run()
