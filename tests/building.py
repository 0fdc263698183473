"""Portfolios and evidence as a test says them: a few words a document, a few words a row.

A test of a trace must show the reader the whole contract behind its figure, and nothing else. So documents are built
here as the dictionaries that their YAML would give, go through the very reader that a folder goes through, and
evidence rows through the same columns; only files are left out.

Example, E3 (hosting 60 minutes and a line 2 minutes, apart, in April):

    settled = settle(
        house(vendors=["cirrus", "telco"]),
        service("banking", needs=all_of("hosting", "wan")),
        service("hosting", "cirrus"), service("wan", "telco"),
        sla(["banking"], [availability("99.9", credit=bands({"99.9": "5"}))], {"banking": "40000.00"}),
        outages=[outage("hosting", "14 10:00", "14 11:00"), outage("wan", "21 10:00", "21 10:02")],
    )
    settled.row("cirrus").impact_share == Fraction(60, 62)

Unless a test says otherwise the provider is halden, the customer acme, the month April 2026, the calendar 24x7 in
UTC, the term 2026 and 2027, the currency GBP.

Limits: nothing of the reading of files is tried here; the readers have tests of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from domain.attainment import Attainment
from domain.findings import Finding
from domain.money import Money
from domain.periods import Period
from ola.responsibility import Reason, Responsibility, Trace
from settlement.results import Breach, CreditImpact, CreditLine, PartyImpact, Settlement, Statement
from settlement.settle import Settling
from settlement.settle import settle as settle_period
from tests.recorded_evidence import (
    MONTH,
    Row,
    Story,
    at,
    count,
    event,
    evidence,
    in_time,
    item,
    micros,
    outage,
    sample,
    span,
    story,
    ticket,
)
from tests.written_contracts import (
    THREE_BANDS,
    Document,
    Documents,
    above,
    agreement,
    all_of,
    any_of,
    at_least,
    at_most,
    availability,
    bands,
    calendar,
    document,
    flat,
    house,
    lagging,
    level,
    office,
    ola,
    party,
    portfolio,
    service,
    sla,
    text_of,
    uc,
    within,
)

__all__ = [
    "MONTH",
    "THREE_BANDS",
    "Document",
    "Documents",
    "Row",
    "Settled",
    "Story",
    "above",
    "agreement",
    "all_of",
    "any_of",
    "at",
    "at_least",
    "at_most",
    "availability",
    "bands",
    "calendar",
    "count",
    "document",
    "event",
    "evidence",
    "exactly",
    "flat",
    "gbp",
    "house",
    "in_time",
    "item",
    "lagging",
    "level",
    "micros",
    "office",
    "ola",
    "outage",
    "party",
    "portfolio",
    "sample",
    "service",
    "settle",
    "settling",
    "sla",
    "span",
    "story",
    "text_of",
    "ticket",
    "uc",
    "within",
]

Found = TypeVar("Found")


def settling(
    *documents: Documents,
    outages: Iterable[Row] = (),
    tickets: Iterable[Row | Story] = (),
    events: Iterable[Row] = (),
    counts: Iterable[Row] = (),
    samples: Iterable[Row] = (),
    items: Iterable[Row] = (),
    as_of: str | None = None,
    period: str = MONTH,
) -> Settling:
    """A settling that has not settled anything yet, as known on the day after the period."""
    return Settling.of(
        portfolio(*documents),
        evidence(outages, tickets, events, counts, samples, items),
        _as_of(as_of, period),
    )


def settle(
    *documents: Documents,
    outages: Iterable[Row] = (),
    tickets: Iterable[Row | Story] = (),
    events: Iterable[Row] = (),
    counts: Iterable[Row] = (),
    samples: Iterable[Row] = (),
    items: Iterable[Row] = (),
    period: str = MONTH,
    as_of: str | None = None,
) -> Settled:
    """The period settled, as known on the day after it unless ``as_of`` says another day."""
    rows = evidence(outages, tickets, events, counts, samples, items)
    asked = Period.parse(period)
    return Settled(settle_period(portfolio(*documents), rows, asked, _as_of(as_of, period)))


def _as_of(as_of: str | None, period: str) -> date:
    return Period.parse(period).last + timedelta(days=1) if as_of is None else date.fromisoformat(as_of)


def exactly(*numbers: str | int) -> tuple[Fraction, ...]:
    """Exact numbers, in the order written: exactly("1/6", "99.9", 0)."""
    return tuple(Fraction(number) for number in numbers)


def gbp(amount: str | int) -> Money:
    """An amount in pounds."""
    return Money(Decimal(amount), "GBP")


@dataclass(frozen=True)
class Settled:
    """A settlement with a short way to each of its parts; a part that is not there fails the test by name."""

    settlement: Settlement

    def attainment(
        self,
        agreement: str = "sla",
        level: str | None = None,
        service: str | None = None,
        period: str | None = None,
    ) -> Attainment:
        """The one attainment of an agreement (and level, service, period where there are several)."""
        found = [
            each
            for each in self.settlement.attainments
            if each.of.agreement.name == agreement
            and level in (None, each.of.level.name)
            and service in (None, each.of.service)
            and period in (None, each.period.name)
        ]
        return _only(found, f"attainment of {agreement} {level or ''}")

    def breach(self, agreement: str = "sla", level: str | None = None, service: str | None = None) -> Breach:
        """The one breach of an agreement."""
        found = [
            each
            for each in self.settlement.breaches
            if each.attainment.of.agreement.name == agreement
            and level in (None, each.attainment.of.level.name)
            and service in (None, each.attainment.of.service)
        ]
        return _only(found, f"breach of {agreement} {level or ''}")

    def trace(self, agreement: str = "sla", level: str | None = None) -> Trace:
        """The one breach's trace."""
        return self.breach(agreement, level).trace

    def row(self, who: str | None, agreement: str = "sla", level: str | None = None) -> Responsibility:
        """A party's row in a breach's trace; None is what the contracts themselves left open."""
        rows = [
            row for row in self.trace(agreement, level).responsibilities if row.reason is not Reason.EXCUSED
        ]
        return _only([row for row in rows if row.party == who], f"row of {who}")

    def excused(self, cause: str, agreement: str = "sla") -> Responsibility:
        """The row of what one cause excused."""
        return _only(
            [row for row in self.trace(agreement).responsibilities if row.cause == cause],
            f"row excused by {cause}",
        )

    def parties(self, agreement: str = "sla", level: str | None = None) -> list[str | None]:
        """Who has a row in a breach's trace, in its order."""
        return [row.party for row in self.trace(agreement, level).responsibilities]

    def credit(self, who: str | None, agreement: str = "sla", level: str | None = None) -> Money | None:
        """A party's part of the breach's credit."""
        breach = self.breach(agreement, level)
        rows = zip(breach.trace.responsibilities, breach.credits, strict=True)
        return _only(
            [money for row, money in rows if row.party == who and row.cause is None], f"credit of {who}"
        )

    def absorbed(self, agreement: str = "sla") -> dict[str, Fraction]:
        """What redundancy kept from the customer, in seconds, by service."""
        return {each.service: each.quantity for each in self.trace(agreement).absorbed}

    def statement(
        self, agreement: str = "sla", consumer: str | None = None, period: str | None = None
    ) -> Statement:
        """The one statement of an agreement (and consumer, period)."""
        found = [
            each
            for each in self.settlement.statements
            if each.agreement == agreement
            and consumer in (None, each.consumer)
            and period in (None, each.period.name)
        ]
        return _only(found, f"statement of {agreement}")

    def line(
        self, agreement: str = "sla", level: str | None = None, service: str | None = None
    ) -> CreditLine:
        """The one line of an agreement's statement."""
        found = [
            line
            for line in self.statement(agreement).lines
            if level in (None, line.of.level.name) and service in (None, line.of.service)
        ]
        return _only(found, f"line of {agreement}")

    def impact(self, currency: str = "GBP") -> CreditImpact:
        """Both sides of the money in one currency."""
        return _only([each for each in self.settlement.credit_impact if each.currency == currency], currency)

    def side(self, who: str | None, currency: str = "GBP") -> PartyImpact:
        """What one answerable party caused and owes."""
        return _only(
            [each for each in self.impact(currency).parties if each.party == who], f"impact of {who}"
        )

    def reasons(self, who: str | None, currency: str = "GBP") -> list[tuple[str, str]]:
        """The reasons of a party's gap and their amounts, in order."""
        return [(reason.code.value, reason.amount.text()) for reason in self.side(who, currency).reasons]

    def findings(self, code: str) -> list[Finding]:
        """The findings of one code."""
        return [finding for finding in self.settlement.findings if finding.code == code]


def _only(found: Sequence[Found], what: str) -> Found:
    assert len(found) == 1, f"{len(found)} found where one was meant: {what}"
    return found[0]
