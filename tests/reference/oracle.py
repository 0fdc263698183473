"""The whole reference: documents and evidence in, one month's result out, with every figure an exact fraction.

The shapes are those of `5-graphql.md`, keyed so that two results can be compared whatever their order:
`attainments` and `breaches` by (agreement, serviceLevel, service), `statements` by agreement, responsibilities by
(party, reason), `creditImpact` by party. Money is in whole currency units as fractions. Quantities are seconds or
tickets.

Example: `settle(documents, outages, tickets, ticket_events, "2026-04")["attainments"][key]["status"]`.

Limits: see the package; `doubts` under a figure name the places where two careful readers could differ.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.reference.availability import Downtime, measure_availability
from tests.reference.credits import Statement, level_credit, state
from tests.reference.impact import Breach, Impact, Lifted, Responsibility, trace
from tests.reference.levels import Measured
from tests.reference.minutes import (
    Document,
    duration_minutes,
    first_day,
    minute_of,
    month_bounds,
    next_month,
)
from tests.reference.sides import Portfolio
from tests.reference.tickets import TicketGame, measure_within

MICROSECONDS_IN_A_MINUTE = 60_000_000


def _has_lapsed(agreement: Document, earlier: str, month: str) -> bool:
    """Whether an unclaimed credit has lapsed by the day after `month`: later caps do not see it (3.5).

    Only what we may recover lapses; a customer's credit is owed unclaimed (ruling 30 of the project).
    """
    claim = agreement.get("remedies", {}).get("claim")
    if not claim or agreement["type"] != "UC":
        return False
    period_end = first_day(next_month(earlier)) - timedelta(days=1)
    return period_end + timedelta(minutes=duration_minutes(claim["within"])) < first_day(next_month(month))


def _nothing_lifted(row: Document) -> bool:
    return False


class Reference:
    """One portfolio with its evidence, settled slowly."""

    def __init__(
        self,
        documents: list[Document],
        outages: list[Document],
        tickets: list[Document],
        ticket_events: list[Document],
    ) -> None:
        self.portfolio = Portfolio(documents)
        self.outages, self.tickets, self.events = outages, tickets, ticket_events
        self._statements: dict[tuple[str, str], Statement] = {}
        self._measured: dict[tuple[str, str], list[Measured]] = {}

    def measure(self, agreement: Document, month: str, lifted: Lifted = _nothing_lifted) -> list[Measured]:
        """Every level of an agreement on each of its services, for a month."""
        agreements = self.portfolio.in_force(month)
        found = []
        for level in agreement.get("serviceLevels", []):
            services = [level["service"]] if "service" in level else agreement["services"]
            for service in services:
                if level["metric"]["kind"] == "availability":
                    downtime = Downtime(
                        self.portfolio, agreements, self.outages, agreement, level, service, month, lifted
                    )
                    found.append(measure_availability(downtime, month))
                else:
                    game = TicketGame(
                        self.portfolio,
                        agreements,
                        self.tickets,
                        self.events,
                        agreement,
                        level,
                        service,
                        month,
                    )
                    found.append(measure_within(game, month))
        return found

    def measured(self, agreement: Document, month: str) -> list[Measured]:
        """The same, with nothing lifted, remembered."""
        key = (agreement["name"], month)
        if key not in self._measured:
            self._measured[key] = self.measure(agreement, month)
        return self._measured[key]

    def statement(self, agreement: Document, month: str) -> Statement:
        """The statement of a month, after those of the year's earlier months."""
        key = (agreement["name"], month)
        if key not in self._statements:
            spent = self._spent_before(agreement, month)
            self._statements[key] = state(agreement, self.measured(agreement, month), spent)
        return self._statements[key]

    def _spent_before(self, agreement: Document, month: str) -> Fraction:
        caps = agreement.get("remedies", {}).get("caps", [])
        if not any(cap["per"] == "year" for cap in caps):
            return Fraction(0)
        spent = Fraction(0)
        earlier = month[:4] + "-01"
        while earlier < month:
            counts = self._has_evidence(earlier) and not _has_lapsed(agreement, earlier, month)
            if counts and agreement in self.portfolio.in_force(earlier):
                spent += self.statement(agreement, earlier).net
            earlier = next_month(earlier)
        return spent

    def _has_evidence(self, month: str) -> bool:
        """Whether any row touches a month, a day's margin for zones included; without one nothing can be missed."""
        begins, ends = month_bounds("UTC", month)
        spans = [(r["started_at"], r.get("ended_at") or r["started_at"]) for r in self.outages]
        spans += [(r["opened_at"], r.get("resolved_at") or r["opened_at"]) for r in self.tickets]
        return any(minute_of(a) < ends + 1440 and minute_of(b) >= begins - 1440 for a, b in spans)

    def settle(self, month: str) -> dict[str, Any]:
        """The month's attainments, breaches, statements and credit impact."""
        agreements = self.portfolio.in_force(month)
        critical = [a for a in agreements if any(x.get("credit") for x in a.get("serviceLevels", []))]
        statements = [self.statement(a, month) for a in critical]
        lines = {line.measured.key: line for s in statements for line in s.lines}
        breaches = []
        for agreement in agreements:
            for m in self.measured(agreement, month):
                if m.status(m.bad) == "MISSED":
                    rows = trace(m, lines.get(m.key), lambda bad, m=m: level_credit(m, bad))  # type: ignore[misc]
                    breaches.append(Breach(m, rows))

        def restate(agreement: Document, capped: bool, lifted: Lifted) -> tuple[Statement, list[Measured]]:
            levels = self.measure(agreement, month, lifted)
            return state(agreement, levels, self._spent_before(agreement, month), capped=capped), levels

        impact = Impact(self.portfolio, agreements, breaches, statements, restate)
        parties = impact.parties()
        payable = sum((s.net for s in statements if s.agreement["type"] == "SLA"), Fraction(0))
        recoverable = sum((row["recoverable"] for row in parties), Fraction(0))
        return {
            "period": month,
            "attainments": {m.key: _attainment(m) for a in agreements for m in self.measured(a, month)},
            "breaches": {b.measured.key: _breach(b) for b in breaches},
            "statements": {s.agreement["name"]: _statement(s) for s in statements},
            "creditImpact": {
                "payable": payable,
                "recoverable": recoverable,
                "internal": sum((row["internal"] for row in parties), Fraction(0)),
                "gap": payable - recoverable,
                "overRecovery": sum((row["overRecovery"] for row in parties), Fraction(0)),
                "parties": {row["party"]: row for row in parties},
                "doubts": tuple(sorted(impact.doubts)),
            },
        }


def settle(
    documents: list[Document],
    outages: list[Document],
    tickets: list[Document],
    ticket_events: list[Document],
    month: str,
) -> dict[str, Any]:
    """Settle one month of a portfolio; see the module's docstring for the shape."""
    return Reference(documents, outages, tickets, ticket_events).settle(month)


def _attainment(measured: Measured) -> dict[str, Any]:
    scale = MICROSECONDS_IN_A_MINUTE if measured.kind == "availability" else 1
    return {
        "status": measured.status(measured.bad),
        "value": measured.value(measured.bad),
        "numerator": (measured.total - measured.bad) * scale,
        "denominator": Fraction(measured.total * scale),
        "doubts": measured.doubts,
        # A doubt about the sides reaches the attainment only where what is relieved depends on them.
        "undecided": "RELIEF_SEEN_FROM_A_TEAM" in measured.doubts,
    }


def _breach(breach: Breach) -> dict[str, Any]:
    measured = breach.measured
    scale = 60 if measured.kind == "availability" else 1
    return {
        "quantity": measured.bad * scale,
        "unit": "seconds" if measured.kind == "availability" else "tickets",
        "relieved": measured.relieved * scale,
        "responsibilities": {(row.party, row.reason): _row(row, scale) for row in breach.rows},
        "type": measured.agreement["type"],
        "doubts": measured.doubts,
    }


def _row(row: Responsibility, scale: int) -> dict[str, Any]:
    return {
        "answerable": row.answerable,
        "side": row.players[0].side if row.players else None,
        "quantity": row.quantity * scale,
        "impactShareExact": row.impact_share,
        "creditShareExact": row.credit_share,
        "credit": row.credit,
        "necessary": row.necessary,
        "sufficient": row.sufficient,
        "valueWithout": row.value_without,
        "services": {name: quantity * scale for name, quantity in row.services.items() if name},
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "gross": statement.gross,
        "net": statement.net,
        "lines": {
            line.measured.key[1:]: {"amount": line.amount, "net": line.net} for line in statement.lines
        },
    }
