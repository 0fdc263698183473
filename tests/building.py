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

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import yaml

from documents.loading import load_texts
from domain.attainment import Attainment
from domain.durations import Duration
from domain.evidence import (
    NEVER,
    OPEN,
    UNRECORDED,
    Coded,
    CountColumns,
    DeliverableColumns,
    Exact,
    Micros,
    OutageColumns,
    Place,
    SampleColumns,
    TicketColumns,
    TicketEventColumns,
)
from domain.evidence_memory import MemoryEvidence
from domain.findings import Finding
from domain.instants import isoformat, parse_instant
from domain.intervals import Intervals
from domain.money import Money
from domain.periods import Period
from ola.portfolio import Portfolio
from ola.responsibility import Reason, Responsibility, Trace
from settlement.results import Breach, CreditImpact, CreditLine, PartyImpact, Settlement, Statement
from settlement.settle import Settling
from settlement.settle import settle as settle_period

Document = dict[str, Any]
Row = dict[str, str]
Documents = Document | Iterable["Documents"]
Found = TypeVar("Found")

MONTH = "2026-04"
TERM = {"from": "2026-01-01", "to": "2027-12-31"}


# ------------------------------------------------------------------------------------------------ documents


def document(kind: str, name: str, *, version: int | None = None, **spec: Any) -> Document:
    """One contract document; ``spec`` is written in the words of the document language."""
    metadata: Document = {"name": name} if version is None else {"name": name, "version": version}
    return {"apiVersion": "privity/v1", "kind": kind, "metadata": metadata, "spec": spec}


def party(name: str, role: str, parent: str | None = None) -> Document:
    """A party; a team's parent is halden unless it is said."""
    above = parent or ("halden" if role == "team" else None)
    spec: Document = {"role": role, "parent": above} if above else {"role": role}
    return document("Party", name, **spec)


def house(
    *, vendors: Sequence[str] = (), teams: Sequence[str] = (), customers: Sequence[str] = ("acme",)
) -> list[Document]:
    """The provider halden with its teams, its vendors and its customers."""
    return [
        party("halden", "provider"),
        *(party(name, "customer") for name in customers),
        *(party(name, "vendor") for name in vendors),
        *(party(name, "team") for name in teams),
    ]


def all_of(*members: Any) -> Document:
    """A gate that holds while every member holds."""
    return {"all": list(members)}


def any_of(*members: Any) -> Document:
    """A gate that holds while one member holds."""
    return {"any": list(members)}


def at_least(count: int, *members: Any) -> Document:
    """A gate that holds while so many members hold."""
    return {"atLeast": count, "of": list(members)}


def lagging(name: str, lag: str) -> Document:
    """The need for a service whose outages take so long to recover from."""
    return {"service": name, "recoveryLag": lag}


def service(
    name: str, provider: str = "halden", *, needs: Any = None, measured: str | None = None
) -> Document:
    """A service; one that needs others has no monitor of its own unless ``measured`` says directly."""
    spec: Document = {"provider": provider}
    if needs is not None:
        spec |= {"dependsOn": needs, "measured": measured or "fromDependencies"}
    return document("Service", name, **spec)


def calendar(name: str, timezone: str = "UTC", **spec: Any) -> Document:
    """A calendar; without windows it is 24x7 in its zone."""
    return document("Calendar", name, timezone=timezone, **spec)


def office(name: str = "office", timezone: str = "Europe/London", **spec: Any) -> Document:
    """A calendar of Monday to Friday, 08:00 to 18:00, labelled prime, and the rest."""
    prime = {"label": "prime", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
    return calendar(name, timezone, windows=[prime, {"label": "non-prime", "rest": True}], **spec)


def agreement(
    kind: str,
    name: str,
    provider: str,
    consumer: str,
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    version: int | None = None,
    **more: Any,
) -> Document:
    """An active agreement; ``prices`` are monthly by service, and ``more`` adds or replaces terms."""
    spec: Document = {"type": kind, "provider": provider, "consumer": consumer, "services": list(services)}
    if kind == "SLA":
        spec["structure"] = "service"
    spec |= {"state": "active", "term": TERM, "effective": TERM["from"], "currency": "GBP"}
    if prices:
        spec["charges"] = [{"service": name, "monthly": amount} for name, amount in prices.items()]
    return document("Agreement", name, version=version, **(spec | {"serviceLevels": list(levels)} | more))


def sla(
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    name: str = "sla",
    provider: str = "halden",
    consumer: str = "acme",
    **more: Any,
) -> Document:
    """What halden promises acme."""
    return agreement("SLA", name, provider, consumer, services, levels, prices, **more)


def uc(
    vendor: str,
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    consumer: str = "halden",
    **more: Any,
) -> Document:
    """What a vendor promises halden (or another vendor); named after the vendor unless it is said."""
    return agreement("UC", name or f"uc-{vendor}", vendor, consumer, services, levels, prices, **more)


def ola(
    team: str,
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    consumer: str = "halden",
    **more: Any,
) -> Document:
    """What a team promises halden (or another team); named after the team unless it is said."""
    return agreement("OLA", name or f"ola-{team}", team, consumer, services, levels, prices, **more)


def availability(target: str = "99.9", *, name: str = "availability", **more: Any) -> Document:
    """A monthly availability level; ``more`` adds terms, and in ``metric`` parameters of the metric."""
    return _level(name, {"kind": "availability"}, target, more)


def within(target: str, thresholds: Mapping[str, str], *, name: str = "resolution", **more: Any) -> Document:
    """A monthly level on tickets; ``metric`` adds its parameters (milestone, stops, assign, priorities)."""
    metric = {"kind": "within", "milestone": "resolution", "thresholds": dict(thresholds)}
    return _level(name, metric, target, more)


def _level(name: str, metric: Document, target: str, more: Document) -> Document:
    merged = metric | more.pop("metric", {})
    return {"name": name, "metric": merged, "period": "month", "target": {"atLeast": target}} | more


def level(kind: str, target: Any, *, name: str = "level", **more: Any) -> Document:
    """A monthly level of any metric: its parameters are in ``metric``; a plain target is ``atLeast``."""
    merged = {"kind": kind} | more.pop("metric", {})
    wanted = target if isinstance(target, dict) else {"atLeast": target}
    return {"name": name, "metric": merged, "period": "month", "target": wanted} | more


def at_most(bound: str) -> Document:
    """A target that is to stay small."""
    return {"atMost": bound}


def above(percents: Mapping[str, str], **more: Any) -> Document:
    """A credit: so many percent above so much."""
    rows = [{"above": boundary, "percent": percent} for boundary, percent in percents.items()]
    return {"scheme": "bands", "bands": rows} | more


def bands(percents: Mapping[str, str], **more: Any) -> Document:
    """A credit: so many percent below so much; ``more`` adds its base, its cap and so on."""
    rows = [{"below": boundary, "percent": percent} for boundary, percent in percents.items()]
    return {"scheme": "bands", "bands": rows} | more


THREE_BANDS = bands({"99.9": "5", "99.5": "15", "99.0": "30"})
"""The credit of the design's worked examples: 5, 15 and 30 percent."""


def flat(documents: Documents) -> list[Document]:
    """The documents of lists within lists, in order."""
    if isinstance(documents, dict):
        return [documents]
    return [one for part in documents for one in flat(part)]


def text_of(documents: Documents) -> str:
    """The documents as one YAML text."""
    return str(yaml.safe_dump_all(flat(documents), sort_keys=False))


def portfolio(*documents: Documents) -> Portfolio:
    """The documents as a portfolio; they must be right."""
    loaded = load_texts({"contracts.yaml": text_of(documents)})
    wrong = [error.text() for error in loaded.errors]
    assert loaded.portfolio is not None, f"the test's own documents are wrong: {wrong}"
    return loaded.portfolio


# ------------------------------------------------------------------------------------------------- evidence


def at(moment: str, month: str = MONTH) -> str:
    """An instant's full text: "14 10:00" is the 14th of the month in UTC; anything with a T is left as it is."""
    if not moment or "T" in moment:
        return moment
    day, clock = moment.split(" ")
    return f"{month}-{day}T{clock}{'' if clock.count(':') == 2 else ':00'}Z"


def micros(moment: str, month: str = MONTH) -> int:
    """The instant itself, in microseconds."""
    return parse_instant(at(moment, month))


def span(begins: str, ends: str) -> Intervals:
    """One interval of April."""
    return Intervals.of([(micros(begins), micros(ends))])


def outage(service_name: str, begins: str, ends: str = "", cause: str = "", **cells: str) -> Row:
    """An outage row; without an end it is still open."""
    times = {"started_at": at(begins), "ended_at": at(ends)}
    return {"service": service_name, **times, "cause": cause, **_instants(cells)}


def ticket(
    ticket_id: str, priority: str, opened: str, resolved: str = "", *, on: str = "support", **cells: str
) -> Row:
    """A ticket row; without events it is held by the provider."""
    times = {"opened_at": at(opened), "resolved_at": at(resolved)}
    return {"ticket_id": ticket_id, "service": on, "priority": priority, **times, **_instants(cells)}


def event(ticket_id: str, moment: str, **cells: str) -> Row:
    """An event row: the state from that instant until the next (status, holder, priority)."""
    return {"ticket_id": ticket_id, "at": at(moment), **cells}


def _instants(cells: Mapping[str, str]) -> Row:
    return {name: at(cell) if name.endswith("_at") else cell for name, cell in cells.items()}


@dataclass(frozen=True)
class Story:
    """One ticket with its events."""

    ticket: Row
    events: tuple[Row, ...]


def story(
    ticket_id: str, priority: str, opened: str, *held: tuple[str, str], on: str = "support", **cells: str
) -> Story:
    """A ticket handed from holder to holder, each for so long ("PT2H"), and resolved by the last."""
    moment, events = micros(opened), []
    for holder, length in held:
        events.append({"ticket_id": ticket_id, "at": isoformat(moment), "status": "open", "holder": holder})
        moment += Duration.parse(length).exact_micros()
    events.append({"ticket_id": ticket_id, "at": isoformat(moment), "status": "resolved"})
    return Story(ticket(ticket_id, priority, opened, isoformat(moment), on=on, **cells), tuple(events))


def count(
    measure: str,
    numerator: str | int,
    denominator: str | int = 1,
    *,
    on: str = "desk",
    party: str = "",
    **cells: str,
) -> Row:
    """A row of counts of a day of April (the 10th unless ``start`` and ``end`` say otherwise)."""
    span = {"from": at(cells.pop("start", "10 00:00")), "to": at(cells.pop("end", "11 00:00"))}
    numbers = {"numerator": str(numerator), "denominator": str(denominator)}
    return {"service": on, "measure": measure, **span, **numbers, "party": party, **cells}


def sample(measure: str, moment: str, good: str | int, total: str | int, *, on: str = "desk") -> Row:
    """A sample."""
    return {"service": on, "measure": measure, "at": at(moment), "good": str(good), "total": str(total)}


def item(item_id: str, due: str, delivered: str = "", *, measure: str = "report", on: str = "desk") -> Row:
    """A deliverable; without ``delivered`` it never came."""
    times = {"due_at": at(due), "delivered_at": at(delivered)}
    return {"item_id": item_id, "service": on, "measure": measure, **times}


def in_time(count: int, priority: str = "P1", *, on: str = "support", prefix: str = "fine") -> list[Row]:
    """Tickets solved within a minute by the provider, to fill a denominator."""
    return [ticket(f"{prefix}-{number}", priority, "02 09:00", "02 09:01", on=on) for number in range(count)]


def evidence(
    outages: Iterable[Row] = (),
    tickets: Iterable[Row | Story] = (),
    events: Iterable[Row] = (),
    counts: Iterable[Row] = (),
    samples: Iterable[Row] = (),
    items: Iterable[Row] = (),
) -> MemoryEvidence:
    """Rows as columns, in the order that every reader brings them in."""
    told = list(tickets)
    rows = [one.ticket if isinstance(one, Story) else one for one in told]
    happened = [*events, *(each for one in told if isinstance(one, Story) for each in one.events)]
    return MemoryEvidence(
        _outage_columns(outages), _ticket_columns(rows), _event_columns(happened), (), (),
        _count_columns(counts), _sample_columns(samples), _item_columns(items),
    )  # fmt: skip


def _numbered(rows: Iterable[Row]) -> list[tuple[int, Row]]:
    """Each row with its line in the file that it would stand in, the header being line 1."""
    return list(enumerate(rows, start=2))


def _place(file: str, rows: Sequence[tuple[int, Row]]) -> Place:
    return Place(Coded.of([file] * len(rows)), np.array([line for line, _ in rows], dtype=np.int64))


def _names(rows: Sequence[tuple[int, Row]], column: str) -> Coded:
    return Coded.of([row.get(column) for _, row in rows])


def _times(rows: Sequence[tuple[int, Row]], column: str, absent: Callable[[Row], int]) -> Micros:
    cells = [(row, row.get(column) or "") for _, row in rows]
    return np.array([parse_instant(cell) if cell else absent(row) for row, cell in cells], dtype=np.int64)


def _outage_columns(rows: Iterable[Row]) -> OutageColumns:
    def order(numbered: tuple[int, Row]) -> tuple[object, ...]:
        line, row = numbered
        ended = parse_instant(row["ended_at"]) if row.get("ended_at") else OPEN
        begun = parse_instant(row["started_at"])
        return (row["service"], begun, ended, row.get("cause", ""), row.get("outage_id", ""), line)

    kept = sorted(_numbered(rows), key=order)
    return OutageColumns(
        _names(kept, "outage_id"), _names(kept, "service"), _times(kept, "started_at", _missing),
        _times(kept, "ended_at", lambda _: OPEN),
        _times(kept, "reported_at", lambda row: parse_instant(row["started_at"])), _names(kept, "severity"),
        _names(kept, "cause"), _names(kept, "incident"), _names(kept, "source"),
        _times(kept, "recorded_at", lambda _: UNRECORDED), _place("evidence/outages.csv", kept),
    )  # fmt: skip


def _ticket_columns(rows: Iterable[Row]) -> TicketColumns:
    kept = sorted(_numbered(rows), key=lambda numbered: numbered[1]["ticket_id"])
    return TicketColumns(
        _names(kept, "ticket_id"), _names(kept, "service"), _names(kept, "priority"),
        _times(kept, "opened_at", _missing), _times(kept, "responded_at", _never),
        _times(kept, "resolved_at", _never), _times(kept, "closed_at", _never), _names(kept, "customer"),
        _names(kept, "category"), _names(kept, "source"), _times(kept, "recorded_at", lambda _: UNRECORDED),
        _place("evidence/tickets.csv", kept),
    )  # fmt: skip


def _event_columns(rows: Iterable[Row]) -> TicketEventColumns:
    kept = sorted(
        _numbered(rows),
        key=lambda numbered: (numbered[1]["ticket_id"], parse_instant(numbered[1]["at"]), numbered[0]),
    )
    return TicketEventColumns(
        _names(kept, "ticket_id"), _times(kept, "at", _missing), _names(kept, "status"), _names(kept, "holder"),
        _names(kept, "priority"), _names(kept, "actor"), _names(kept, "reason"),
        _place("evidence/ticket_events.csv", kept),
    )  # fmt: skip


def _numbers(rows: Sequence[tuple[int, Row]], column: str) -> Exact:
    return Exact.of(_names(rows, column))


def _count_columns(rows: Iterable[Row]) -> CountColumns:
    kept = sorted(
        _numbered(rows), key=lambda each: (each[1]["service"], each[1]["measure"], each[1]["from"], each[0])
    )
    return CountColumns(
        _names(kept, "service"), _names(kept, "measure"), _times(kept, "from", _missing),
        _times(kept, "to", _missing), _numbers(kept, "numerator"), _numbers(kept, "denominator"),
        _names(kept, "party"), _place("evidence/counts.csv", kept),
    )  # fmt: skip


def _sample_columns(rows: Iterable[Row]) -> SampleColumns:
    kept = sorted(
        _numbered(rows), key=lambda each: (each[1]["service"], each[1]["measure"], each[1]["at"], each[0])
    )
    return SampleColumns(
        _names(kept, "service"), _names(kept, "measure"), _times(kept, "at", _missing), _numbers(kept, "good"),
        _numbers(kept, "total"), _place("evidence/samples.csv", kept),
    )  # fmt: skip


def _item_columns(rows: Iterable[Row]) -> DeliverableColumns:
    kept = sorted(
        _numbered(rows),
        key=lambda each: (each[1]["service"], each[1]["measure"], each[1]["item_id"], each[0]),
    )
    return DeliverableColumns(
        _names(kept, "item_id"), _names(kept, "service"), _names(kept, "measure"),
        _times(kept, "due_at", _missing), _times(kept, "delivered_at", _never),
        _place("evidence/deliverables.csv", kept),
    )  # fmt: skip


def _never(row: Row) -> int:
    return NEVER


def _missing(row: Row) -> int:
    raise AssertionError(f"a required time is missing in {row}")


# ------------------------------------------------------------------------------------------------- settling


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
    rows = evidence(outages, tickets, events, counts, samples, items)
    return Settling.of(portfolio(*documents), rows, _as_of(as_of, period))


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
