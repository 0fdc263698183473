"""Who held a late ticket for how long, and how much of that it had promised: allowances, sides, unheld time.

The SLA's clock runs around the clock in UTC unless a test says otherwise; April 2026 begins on a Wednesday, so the 6th,
the 13th and the 20th are Mondays.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from domain.agreements import Agreement, ServiceLevel, WithinMetric
from domain.attainment import LevelOn
from domain.instants import HOUR, MINUTE
from domain.intervals import Intervals
from domain.periods import Period
from ola.custody import Custody
from ola.responsibility import Reason
from settlement.measuring import MeasuredTickets, Measuring
from tests.building import (
    Document,
    Documents,
    Row,
    Settled,
    Story,
    calendar,
    event,
    evidence,
    exactly,
    flat,
    house,
    ola,
    party,
    portfolio,
    service,
    settle,
    sla,
    story,
    ticket,
    uc,
    within,
)

OFFICE = {"label": "office", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}


def contracts(threshold: str, *more: Documents, priority: str = "P1", **metric: Any) -> list[Document]:
    """halden's support under an SLA of one threshold, and whatever else."""
    level = within("100", {priority: threshold}, metric=metric)
    return flat([service("support"), sla(["support"], [level]), *more])


def fix(length: str, *, priority: str = "P1", **metric: Any) -> list[Document]:
    """The levels of a supplier who may hold a ticket for so long."""
    return [within("90", {priority: length}, name="fix", metric=metric)]


def custody_of(
    documents: Sequence[Document], tickets: Sequence[Row | Story], events: Sequence[Row] = ()
) -> Custody:
    """The custody of the SLA's late tickets of April."""
    measuring = Measuring.of(portfolio(documents), evidence((), tickets, events), date(2026, 5, 1))
    (agreement,) = (a for a in measuring.portfolio.agreements if a.name == "sla")
    of = LevelOn(agreement, agreement.levels[0], "support")
    measurement = measuring.measure(of, Period.parse("2026-04"))
    assert measurement is not None
    basis = measurement.basis
    assert isinstance(basis, MeasuredTickets)
    assert isinstance(of.level.metric, WithinMetric)
    lines = basis.measure.lines

    def window_of(agreement: Agreement, level: ServiceLevel) -> Intervals:
        return measuring.window_around(agreement, level, lines, int(basis.measure.until.max()))

    sides = measuring.sides(agreement, date(2026, 4, 1))
    return Custody(sides, "support", of.level.metric, basis.measure, basis.rule, window_of, date(2026, 4, 1))


def hours(custody: Custody, *parties: str) -> Fraction:
    """How long some parties held the one late ticket, by the SLA's clock."""
    (held,) = custody.held(parties)
    return Fraction(int(held), HOUR)


def allowed(custody: Custody, *parties: str, whose: str | None = None) -> Fraction:
    """How much of that they had promised: by the level of the first of them, or of ``whose``."""
    promise = custody.promise(whose or parties[0], "P1")
    return Fraction(custody.allowance(parties, 0, promise), HOUR)


# ------------------------------------------------------------------------------------------------ allowances


def test_an_allowance_is_what_had_passed_when_the_promise_was_used_up() -> None:
    documents = house(teams=["l1", "l2"]) + contracts(
        "PT40H", ola("l1", ["support"], fix("PT10H")), ola("l2", ["support"], fix("PT30H"))
    )
    found = custody_of(documents, [story("T1", "P1", "07 08:00", ("l1", "PT35H"), ("l2", "PT8H"))])
    assert (hours(found, "l1"), allowed(found, "l1")) == exactly(35, 10)
    assert (hours(found, "l2"), allowed(found, "l2")) == exactly(8, 8)


def vendor_under(length: str, *held: tuple[str, str], opened: str, **terms: Any) -> Custody:
    """A vendor with a contract of its own office hours, and the ticket's holders one after another."""
    levels = fix(length, **terms.pop("metric", {}))
    documents = [
        *house(vendors=["vendor"]),
        calendar("office-hours", windows=[OFFICE]),
        *contracts("PT4H", uc("vendor", ["support"], levels, calendar="office-hours", **terms)),
    ]
    return custody_of(documents, [story("T1", "P1", opened, *held)])


def test_an_allowance_runs_on_the_supplier_s_own_hours_and_counts_on_the_sla_s_clock() -> None:
    # Held from Monday 16:00 for 20 hours; of its office hours 2 pass on Monday, and 2 by Tuesday 10:00: 18 h later.
    found = vendor_under("PT4H", ("vendor", "PT20H"), opened="06 16:00")
    assert (hours(found, "vendor"), allowed(found, "vendor")) == exactly(20, 18)


def test_a_promise_used_up_exactly_at_closing_time_is_broken_when_the_office_opens() -> None:
    # Two hours by Monday 18:00, which is not yet beyond 2 h: that begins on Tuesday at 08:00.
    found = vendor_under("PT2H", ("vendor", "PT20H"), opened="06 16:00")
    assert (hours(found, "vendor"), allowed(found, "vendor")) == exactly(20, 16)


def test_a_promise_never_used_up_allows_all_of_it() -> None:
    found = vendor_under("PT4H", ("vendor", "PT48H"), opened="03 18:00")
    assert (hours(found, "vendor"), allowed(found, "vendor")) == exactly(48, 48)


def test_custody_in_several_turns_is_counted_together() -> None:
    found = vendor_under(
        "PT3H", ("vendor", "PT2H"), ("halden", "PT1H"), ("vendor", "PT2H"), opened="06 09:00"
    )
    assert (hours(found, "vendor"), allowed(found, "vendor")) == exactly(4, 3)
    assert hours(found, "halden") == 1


def test_the_supplier_s_own_stops_are_not_the_customer_s_problem() -> None:
    # The vendor's clock stands while it waits for a part; the SLA's does not.
    documents = house(vendors=["vendor"]) + contracts(
        "PT4H", uc("vendor", ["support"], fix("PT2H", stops=["pending_part"]))
    )
    events = [
        event("T1", "07 08:00", status="open", holder="vendor"),
        event("T1", "07 09:00", status="pending_part"),
        event("T1", "07 14:00", status="open"),
        event("T1", "07 16:30", status="resolved"),
    ]
    found = custody_of(documents, [ticket("T1", "P1", "07 08:00", "07 16:30")], events)
    # Its own two hours are over at 15:00; by then 7 h of the SLA's clock had passed.
    assert (hours(found, "vendor"), allowed(found, "vendor")) == exactly("17/2", 7)


def test_the_sla_s_own_stops_are_in_nobody_s_custody() -> None:
    documents = house(vendors=["vendor"]) + contracts(
        "PT4H", uc("vendor", ["support"], fix("PT2H")), stops=["pending_customer"]
    )
    events = [
        event("T1", "07 08:00", status="open", holder="vendor"),
        event("T1", "07 09:00", status="pending_customer"),
        event("T1", "07 20:00", status="open"),
        event("T1", "08 00:00", status="resolved"),
    ]
    found = custody_of(documents, [ticket("T1", "P1", "07 08:00", "08 00:00")], events)
    # The vendor's own contract knows no such stop: its two hours were over while the SLA's clock stood.
    assert (hours(found, "vendor"), allowed(found, "vendor")) == exactly(5, 1)


def test_whoever_has_no_level_for_the_priority_is_allowed_nothing() -> None:
    documents = house(vendors=["vendor"]) + contracts(
        "PT4H", uc("vendor", ["support"], fix("PT8H", priority="P3"))
    )
    found = custody_of(documents, [story("T1", "P1", "07 08:00", ("vendor", "PT5H"))])
    assert found.promise("vendor", "P1") is None
    assert allowed(found, "vendor") == 0


def test_whoever_has_only_a_level_on_another_milestone_is_allowed_nothing() -> None:
    documents = house(vendors=["vendor"]) + contracts(
        "PT4H", uc("vendor", ["support"], fix("PT8H", milestone="response"))
    )
    found = custody_of(documents, [story("T1", "P1", "07 08:00", ("vendor", "PT5H"))])
    assert found.promise("vendor", "P1") is None


def test_of_several_levels_one_on_the_ticket_s_service_comes_first_then_the_shortest() -> None:
    documents = [
        *house(vendors=["vendor"]),
        service("lines", "vendor"),
        *contracts(
            "PT4H",
            uc("vendor", ["lines"], fix("PT30M"), name="uc-lines"),
            uc("vendor", ["support"], fix("PT2H"), name="uc-b"),
            sla(["lines"], fix("PT1M"), name="sla-of-the-vendor", provider="vendor", consumer="*"),
        ),
    ]
    documents[-3]["spec"]["serviceLevels"].append(within("90", {"P1": "PT1H"}, name="quick"))
    found = custody_of(documents, [story("T1", "P1", "07 08:00", ("vendor", "PT5H"))])
    promise = found.promise("vendor", "P1")
    assert promise is not None
    assert promise[0].name == "uc-b"


# ----------------------------------------------------------------------------------------------- the provider


def test_unheld_time_and_unknown_holders_are_the_provider_s() -> None:
    documents = house(teams=["desk"]) + contracts("PT4H", ola("desk", ["support"], fix("PT1H")))
    events = [
        event("T1", "07 08:00", status="open"),
        event("T1", "07 10:00", status="open", holder="desk"),
        event("T1", "07 11:00", status="resolved"),
    ]
    tickets = [ticket("T1", "P1", "07 06:00", "07 11:00")]
    found = custody_of(documents, tickets, events)
    assert (hours(found, "halden"), hours(found, "desk")) == exactly(4, 1)
    settled = settle(documents, tickets=tickets, events=events)
    assert settled.parties() == ["halden"]
    assert settled.row("halden").agreement == "sla"


def test_a_ticket_without_events_is_the_provider_s() -> None:
    found = settle(house() + contracts("PT4H"), tickets=[ticket("T1", "P1", "07 08:00", "07 13:00")])
    assert found.parties() == ["halden"]


def test_the_provider_itself_is_allowed_nothing_whatever_it_has_agreed_elsewhere() -> None:
    documents = house(vendors=["vendor"]) + contracts("PT4H", uc("vendor", ["support"], fix("PT4H")))
    # halden holds it 1 minute, the vendor 4 h: without halden's minute it would have been in time.
    found = settle(documents, tickets=[story("T1", "P1", "07 08:00", ("halden", "PT1M"), ("vendor", "PT4H"))])
    assert found.parties() == ["halden"]


# ------------------------------------------------------------------------------------------------------ sides


def shares(found: Settled) -> dict[str | None, Fraction | None]:
    return {row.party: row.impact_share for row in found.trace().responsibilities}


def supplier_with_a_subcontractor(
    vendor: str = "PT2H", sub: str = "PT2H", threshold: str = "PT4H"
) -> list[Document]:
    return house(vendors=["vendor", "sub"]) + contracts(
        threshold,
        uc("vendor", ["support"], fix(vendor)),
        uc("sub", ["support"], fix(sub), consumer="vendor"),
    )


def test_outside_a_coalition_a_side_has_the_allowance_of_its_own_contract_on_all_its_custody() -> None:
    # Vendor 1 h, subcontractor 3 h, halden 2 h: 6 h in all. The side may hold it 2 h: with halden 4 h, not late.
    story_ = story("T1", "P1", "07 08:00", ("vendor", "PT1H"), ("sub", "PT3H"), ("halden", "PT2H"))
    documents = supplier_with_a_subcontractor()
    found = custody_of(documents, [story_])
    assert allowed(found, "vendor", "sub") == 2
    settled = settle(documents, tickets=[story_])
    # v(halden) = 2 + 2 = 4 h: in time. v(the side) = 4 + 0 = 4 h: in time. Both: 6 h, so half each.
    # Inside the side, with halden: vendor 1 + 2 allowed of sub's = 3 h makes it late, and so does 1 + 3 h.
    assert shares(settled) == {"halden": Fraction(1, 2), "vendor": Fraction(1, 4), "sub": Fraction(1, 4)}
    assert {row.side for row in settled.trace().responsibilities} == {"halden", "vendor"}


def test_inside_a_side_each_party_has_its_own_allowance() -> None:
    # The side held it 6 h where 2 h were allowed. Its parties' own promises are 2 h and 2 h on 1 h and 5 h.
    story_ = story("T1", "P1", "07 08:00", ("vendor", "PT1H"), ("sub", "PT5H"))
    settled = settle(supplier_with_a_subcontractor(), tickets=[story_])
    # Only the subcontractor broke its own promise: with the vendor alone 1 h + 2 h would have been in time.
    assert settled.parties() == ["sub"]
    row = settled.row("sub")
    assert (row.answerable, row.agreement, row.side) == ("vendor", "uc-sub", "vendor")


def test_a_side_whose_parties_kept_their_promises_may_still_have_broken_the_contract() -> None:
    # 2 h + 3 h, each within 3 h of its own; but the side's contract allows 3 h for both, and the customer 4 h.
    story_ = story("T1", "P1", "07 08:00", ("vendor", "PT2H"), ("sub", "PT3H"))
    settled = settle(supplier_with_a_subcontractor("PT3H", "PT3H"), tickets=[story_])
    # Once either is in, 2 + 3 h of the side are late: they are alike.
    assert shares(settled) == {"vendor": Fraction(1, 2), "sub": Fraction(1, 2)}


def test_the_side_s_own_clock_also_runs_in_the_custody_of_a_subcontractor_that_the_sla_s_clock_skips() -> (
    None
):
    # The subcontractor held it only while the SLA's clock stood; the vendor's contract knows no stop, so its
    # two hours were used up before it held the ticket itself: nothing of its 3 h is allowed.
    documents = house(vendors=["vendor", "sub"]) + contracts(
        "PT4H",
        uc("vendor", ["support"], fix("PT2H")),
        uc("sub", ["support"], fix("PT2H"), consumer="vendor"),
        stops=["pending_customer"],
    )
    events = [
        event("T1", "07 08:00", status="pending_customer", holder="sub"),
        event("T1", "07 11:00", status="open", holder="vendor"),
        event("T1", "07 14:00", status="open", holder="halden"),
        event("T1", "07 17:00", status="resolved"),
    ]
    # 6 h on the SLA's clock. v(halden) = 3 h + 0 allowed: in time. v(vendor's side) = 3 h: in time. Both: 6 h.
    found = settle(documents, tickets=[ticket("T1", "P1", "07 08:00", "07 17:00")], events=events)
    assert shares(found) == {"halden": Fraction(1, 2), "vendor": Fraction(1, 2)}


def test_a_shared_subcontractor_s_own_ticket_is_answered_for_by_both_its_suppliers() -> None:
    documents = house(vendors=["east", "west", "power"]) + contracts(
        "PT4H",
        uc("east", ["support"], fix("PT4H")),
        uc("west", ["support"], fix("PT4H")),
        uc("power", ["support"], fix("PT1H"), consumer="east", name="uc-power-east"),
        uc("power", ["support"], fix("PT2H"), consumer="west", name="uc-power-west"),
    )
    found = settle(documents, tickets=[story("T1", "P1", "07 08:00", ("power", "PT5H"))])
    row = found.row("power")
    assert row.answerables == ("east", "west")
    assert (row.side, row.agreement) == ("power", "uc-power-east")


# ------------------------------------------------------------------------------------------ reopened, customer


def test_a_reopened_ticket_s_clock_goes_on_from_where_it_stood() -> None:
    documents = house(teams=["desk"]) + contracts("PT4H", ola("desk", ["support"], fix("PT1H")))
    events = [
        event("T1", "07 08:00", status="open", holder="desk"),
        event("T1", "07 11:00", status="resolved"),
        event("T1", "09 09:00", status="open"),
        event("T1", "09 10:30", status="resolved"),
    ]
    tickets = [ticket("T1", "P1", "07 08:00", "09 10:30")]
    found = custody_of(documents, tickets, events)
    assert (hours(found, "desk"), allowed(found, "desk")) == exactly("9/2", 1)
    (instant,) = settle(documents, tickets=tickets, events=events).trace().instants
    assert instant.end - instant.start == (2 * 24 + 2) * HOUR + 30 * MINUTE


def test_time_in_the_customer_s_own_hands_is_the_customer_s() -> None:
    # Without a stop the SLA's clock ran while the customer held the ticket: 3 h of 5.
    documents = house(teams=["desk"]) + contracts("PT4H", ola("desk", ["support"], fix("PT2H")))
    found = settle(documents, tickets=[story("T1", "P1", "07 08:00", ("desk", "PT2H"), ("acme", "PT3H"))])
    assert found.parties() == ["acme"]
    row = found.row("acme")
    assert (row.reason, row.answerable, row.agreement) == (Reason.CUSTOMER, "acme", "sla")


def test_a_department_s_hands_are_the_customer_s_too() -> None:
    documents = [*house(teams=["desk"]), party("acme-cards", "customer", "acme"), *contracts("PT4H")]
    found = settle(
        documents, tickets=[story("T1", "P1", "07 08:00", ("desk", "PT2H"), ("acme-cards", "PT5H"))]
    )
    assert found.row("acme-cards").reason is Reason.CUSTOMER
    assert found.row("acme-cards").answerable == "acme"


@pytest.mark.parametrize(
    ("held", "counted", "late"),
    [
        ([("desk", "PT2H"), ("vendor", "PT5H")], 1, 0),
        ([("vendor", "PT5H"), ("desk", "PT1H")], 1, 0),
        ([("desk", "PT3H"), ("vendor", "PT1H"), ("desk", "PT1H")], 1, 1),
        ([("vendor", "PT9H")], 0, 0),
    ],
    ids=["others' time is not the team's", "whoever came first", "its turns add up", "never held, not its"],
)
def test_an_ola_counts_only_the_time_in_its_team_s_hands(
    held: Sequence[tuple[str, str]], counted: int, late: int
) -> None:
    documents = house(teams=["desk"], vendors=["vendor"]) + contracts(
        "PT24H", ola("desk", ["support"], fix("PT3H"))
    )
    attainment = settle(documents, tickets=[story("T1", "P1", "07 08:00", *held)]).attainment("ola-desk")
    assert attainment.denominator == counted
    assert attainment.numerator == counted - late


def occasions(found: Settled) -> list[tuple[str | None, list[str | None]]]:
    return [(each.ticket, [cause.party for cause in each.causes]) for each in found.trace().instants]


def test_each_late_ticket_is_told_with_those_who_made_it_late() -> None:
    documents = house(teams=["desk"], vendors=["vendor"]) + contracts(
        "PT4H", ola("desk", ["support"], fix("PT1H")), uc("vendor", ["support"], fix("PT3H"))
    )
    found = settle(
        documents,
        tickets=[
            story("T1", "P1", "07 08:00", ("desk", "PT5H")),
            story("T2", "P1", "08 08:00", ("vendor", "PT5H")),
            story("T3", "P1", "09 08:00", ("desk", "PT2H"), ("vendor", "PT4H")),
            story("T4", "P1", "10 08:00", ("desk", "PT1H"), ("vendor", "PT3H")),
        ],
    )
    assert occasions(found) == [("T1", ["desk"]), ("T2", ["vendor"]), ("T3", ["desk", "vendor"])]
    assert found.row("desk").quantity == found.row("vendor").quantity == Fraction(3, 2)
