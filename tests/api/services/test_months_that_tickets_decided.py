"""Months measured by tickets, items and reliefs are kept too, and measured anew where something was told of them since.

Each run is as known on the day after its month, and what is told comes between runs, as it would. What is counted is
which months are measured; and the outcome is always that of a store which kept nothing.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.bootstrap import Privity
from domain.periods import Period
from settlement.kept_months import KeptMonths
from settlement.measured import Measurement
from settlement.results import Settlement
from store.records import Run
from tests.api.services.stored_folders import empty_store
from tests.building import Document, bands, document, house, level, service, sla, text_of, within

MARCH, APRIL, MAY, JUNE = (Period.parse(f"2026-{month:02}") for month in (3, 4, 5, 6))
TICKETS = "ticket_id,service,priority,opened_at"
EVENTS = "ticket_id,at,status,holder"
ITEMS = "item_id,service,measure,due_at,delivered_at"
RESOLVED = within("100", {"P1": "PT8H"}, credit=bands({"100": "10"}))
CHANGES = level("onTime", "100", name="changes", metric={"measure": "change"}, credit=bands({"100": "10"}))
YEARLY = {
    "remedies": {"caps": [{"amount": "1500.00", "per": "year"}]},
    "terminationRights": [{"name": "chronic", "when": {"misses": 6, "within": "P12M"}, "notice": "P30D"}],
}
"""A cap of the year and a right by misses: every month looks at those before it."""


def contracts(*levels: Document, more: tuple[Document, ...] = (), **terms: Any) -> dict[str, str]:
    held = [*house(), service("desk"), sla(["desk"], levels, {"desk": "10000.00"}, **(YEARLY | terms)), *more]
    return {"contracts.yaml": text_of(held)}


Told = tuple[str, str, str]
"""A kind of evidence, its header, and a row."""


class Desk:
    """One store, told row by row, and which months it measured in its last run."""

    def __init__(self, privity: Privity, measured: list[str], texts: dict[str, str]) -> None:
        self.privity, self._measured, self.told = privity, measured, 0
        self.last: Run
        self.load(texts)

    def load(self, texts: dict[str, str]) -> None:
        self.privity.commands.portfolio_load(texts, "ada", "")

    def tell(self, *rows: Told) -> None:
        self.told += 1
        for kind, header in sorted({each[:2] for each in rows}):
            told = "\n".join([header, *(row for of, _, row in rows if of == kind)])
            self.privity.commands.evidence_submit(f"{kind}-{self.told}.csv", told.encode(), "ada", "")

    def run(self, month: Period) -> Settlement:
        """What a month came to, wherever its rows were told."""
        self._measured.clear()
        self.last = self.privity.commands.settlement_run(month, None, "ada", "")
        return replace(self.privity.reader.settlement_of(self.last.id), sources=())

    @property
    def measured(self) -> set[str]:
        return set(self._measured)

    def net(self, month: Period) -> str:
        (statement,) = self.privity.reader.settlement(month).statements  # type: ignore[union-attr] # it was settled
        return statement.net.text()


Opened = Callable[..., Desk]


@pytest.fixture(name="desk")
def stores_of_a_desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Opened]:
    """Opens stores, each with some contracts."""
    seen: list[str] = []
    plain = KeptMonths._measured

    def noting(self: KeptMonths, name: str, month: Period) -> list[Measurement]:
        seen.append(month.name)
        return plain(self, name, month)

    monkeypatch.setattr(KeptMonths, "_measured", noting)
    opened: list[Any] = []

    def new(texts: dict[str, str]) -> Desk:
        stores = empty_store(tmp_path / str(len(opened)))
        opened.append(stores)
        return Desk(stores.__enter__(), seen, texts)

    yield new
    for stores in opened:
        stores.__exit__(None, None, None)


def ticket(name: str, day: str) -> Told:
    return "tickets", TICKETS, f"{name},desk,P1,2026-{day}T09:00:00Z"


def event(name: str, at: str, status: str) -> Told:
    return "ticket_events", EVENTS, f"{name},2026-{at}:00:00Z,{status},"


def item(name: str, due: str, delivered: str = "", measure: str = "change") -> Told:
    told = f"2026-{delivered}T12:00:00Z" if delivered else ""
    return "deliverables", ITEMS, f"{name},desk,{measure},2026-{due}T12:00:00Z,{told}"


SLOW = (ticket("slow", "03-10"), event("slow", "03-11T09", "resolved"))
"""A day for what has eight hours: March is missed, 1,000.00."""

LEFT = (ticket("left", "03-30"),)
"""Still open when March ends."""


def test_a_ticket_that_goes_on_or_is_closed_later_changes_nothing_of_the_month_before(desk: Opened) -> None:
    rows = [*SLOW, *LEFT]
    store = desk(contracts(RESOLVED))
    store.tell(*rows)
    store.run(MARCH)
    april = [
        event("slow", "04-02T09", "closed"),
        event("left", "04-02T09", "resolved"),
        ticket("new", "04-30"),
    ]
    store.tell(*april)
    store.run(APRIL)
    assert store.measured == {"2026-04"}
    may = [event("left", "05-07T09", "closed"), event("new", "05-01T09", "resolved")]
    store.tell(*may)
    kept = store.run(MAY)
    assert store.measured == {"2026-05"}
    # March's and April's late tickets took 1,000.00 and the 500.00 that the year's cap left; May's takes nothing more.
    assert [store.net(month) for month in (MARCH, APRIL, MAY)] == ["1000.00", "500.00", "0.00"]
    alone = desk(contracts(RESOLVED))
    alone.tell(*rows, *april, *may)
    assert alone.run(MAY) == kept
    store.run(MARCH)
    assert store.last.settled == 0


def test_a_ticket_that_is_opened_again_takes_its_month_with_it(desk: Opened) -> None:
    store = desk(contracts(RESOLVED))
    store.tell(*SLOW)
    store.run(MARCH)
    again = [event("slow", "04-03T09", "open"), event("slow", "04-04T09", "resolved")]
    store.tell(*again)
    kept = store.run(APRIL)
    # It was resolved in April, and in March no longer: only April's 1,000.00 are under the year's cap.
    assert store.measured == {"2026-03", "2026-04"}
    assert store.net(APRIL) == "1000.00"
    alone = desk(contracts(RESOLVED))
    alone.tell(*SLOW, *again)
    assert alone.run(APRIL) == kept


def test_a_late_event_of_a_month_is_seen(desk: Opened) -> None:
    store = desk(contracts(RESOLVED))
    store.tell(*SLOW, ticket("quick", "03-12"), event("quick", "03-12T10", "resolved"))
    store.run(MARCH)
    # It was with the customer for most of the day; that stops no clock here, but then it was resolved earlier.
    late = event("slow", "03-10T12", "resolved")
    store.tell(late)
    kept = store.run(APRIL)
    assert "2026-03" in store.measured
    alone = desk(contracts(RESOLVED))
    alone.tell(*SLOW, ticket("quick", "03-12"), event("quick", "03-12T10", "resolved"), late)
    assert alone.run(APRIL) == kept
    store.run(MARCH)
    assert store.last.settled == 1
    assert store.net(MARCH) == "0.00"


def test_tickets_that_count_when_opened_are_seen_as_known_on_each_date(desk: Opened) -> None:
    counted = within("100", {"P1": "PT8H"}, metric={"assign": "opened"}, credit=bands({"100": "10"}))
    store = desk(contracts(counted))
    opened = ticket("left", "03-31")
    store.tell(opened, event("left", "03-31T10", "open"))
    store.run(MARCH)
    done = event("left", "04-01T09", "resolved")
    store.tell(done)
    kept = store.run(APRIL)
    assert store.measured == {"2026-03", "2026-04"}
    alone = desk(contracts(counted))
    alone.tell(opened, event("left", "03-31T10", "open"), done)
    assert alone.run(APRIL) == kept


def test_an_item_that_came_in_time_is_done_with_and_one_that_comes_late_is_seen(desk: Opened) -> None:
    store = desk(contracts(CHANGES))
    store.tell(item("early", "03-10", "03-09"))
    store.run(MARCH)
    store.run(APRIL)
    assert store.measured == {"2026-04"}
    store.tell(item("next", "04-20", "04-25"))
    store.run(MAY)
    assert store.measured == {"2026-04", "2026-05"}
    # Nothing came of what was due in March: it was late as known in April, and by how much nobody knew.
    store.tell(item("owed", "03-20"))
    store.run(MARCH)
    assert store.net(MARCH) == "1000.00"
    # It had come five days late, as was told only now: that says by how much.
    store.tell(item("owed", "03-20", "03-25"))
    store.run(MAY)
    assert "2026-03" in store.measured
    # What was told as open and came before it was due was in time.
    store.tell(item("soon", "04-21"), item("soon", "04-21", "04-20"), item("soon", "04-21"))
    assert [each.compared for each in store.run(APRIL).attainments] == [50]


def test_a_relief_with_its_notice_keeps_its_month_and_one_that_is_accepted_later_is_seen(
    desk: Opened,
) -> None:
    def relief(status: str) -> Document:
        span: dict[str, Any] = {
            "from": "2026-03-10T00:00Z",
            "to": "2026-03-12T00:00Z",
            "noticeGiven": "2026-03-12T09:00Z",
        }
        return document(
            "Relief",
            "flood",
            agreement="sla",
            cause="force_majeure",
            effects=["breach", "credit"],
            status=status,
            **span,
        )

    notice = {"reliefNotice": {"within": "P5D"}}
    claimed, accepted = (
        contracts(RESOLVED, more=(relief(each),), **notice) for each in ("claimed", "accepted")
    )
    store = desk(claimed)
    store.tell(*SLOW)
    store.run(MARCH)
    store.run(APRIL)
    assert store.measured == {"2026-04"}
    store.load(accepted)
    kept = store.run(MAY)
    assert "2026-03" in store.measured
    store.run(MARCH)
    assert store.last.settled == 1
    assert store.net(MARCH) == "0.00"
    alone = desk(accepted)
    alone.tell(*SLOW)
    assert alone.run(MAY) == kept


def test_a_duty_that_is_fulfilled_later_is_seen_and_one_that_was_keeps_its_month(desk: Opened) -> None:
    owed = {
        "name": "specifications", "metric": {"kind": "onTime", "measure": "specification"}, "service": "desk",
        "target": {"atLeast": "100"}, "relieves": ["changes"],
    }  # fmt: skip
    texts = contracts(CHANGES, responsibilities={"consumer": [owed]})
    late = item("c1", "03-10", "03-20")
    store = desk(texts)
    store.tell(late, item("c1", "03-01", "", "specification"))
    store.run(MARCH)
    # The specification has not come: it excuses the change, which came ten days late.
    assert store.net(MARCH) == "0.00"
    # It came, as is told in April, three days late: that moves the date by three days, and the change was later still.
    told = item("c1", "03-01", "03-04", "specification")
    store.tell(told)
    kept = store.run(APRIL)
    assert store.measured == {"2026-03", "2026-04"}
    alone = desk(texts)
    alone.tell(late, item("c1", "03-01", "", "specification"), told)
    assert alone.run(APRIL) == kept
    store.run(MARCH)
    assert store.net(MARCH) == "1000.00"
    store.run(APRIL)
    store.run(MAY)
    assert store.measured == {"2026-05"}


@pytest.mark.parametrize("assign", ["milestone", "deadline"])
def test_whatever_is_told_of_tickets_in_whatever_order_a_run_is_that_of_a_store_that_kept_nothing(
    assign: str, desk: Opened
) -> None:
    chance = random.Random(assign)  # noqa: S311 - it draws examples
    texts = contracts(within("100", {"P1": "PT8H"}, metric={"assign": assign}, credit=bands({"100": "10"})))
    rows = [
        ticket(f"t{number}", f"{chance.choice(['03', '04'])}-{chance.randint(1, 30):02}")
        for number in range(4)
    ]
    rows += [
        event(
            f"t{chance.randrange(4)}",
            f"0{chance.choice([3, 4, 5])}-{chance.choice([1, 2, 29, 30]):02}T{chance.randrange(24):02}",
            chance.choice(["open", "resolved", "closed", "resolved"]),
        )
        for _ in range(10)
    ]
    store = desk(texts)
    for place in range(0, len(rows), 5):
        store.tell(*rows[place : place + 5])
        store.run(chance.choice([MARCH, APRIL, MAY]))
    alone = desk(texts)
    alone.tell(*rows)
    for month in (JUNE, MARCH):
        assert store.run(month) == alone.run(month)
