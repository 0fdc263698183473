"""What the consumer owes, measured beside the provider's promises, and what its lateness excuses.

Changes are delivered by an agreed date that rests on a specification by the customer, matched by the id of the change.
"""

from fractions import Fraction
from typing import Any

import pytest

from domain.attainment import AttainmentStatus
from domain.explanation import replay
from domain.instants import HOUR, MINUTE
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    THREE_BANDS,
    Document,
    Row,
    Settled,
    availability,
    bands,
    event,
    house,
    item,
    level,
    outage,
    service,
    settle,
    settling,
    sla,
    ticket,
    within,
)

APRIL = Period.parse("2026-04")
MET, MISSED, NO_DATA = AttainmentStatus.MET, AttainmentStatus.MISSED, AttainmentStatus.NO_DATA


def duty(name: str, metric: Document, target: str, *relieves: str, **more: Any) -> Document:
    return {
        "name": name, "metric": metric, "target": {"atLeast": target}, "relieves": list(relieves), "clause": "7.1",
    } | more  # fmt: skip


SPECIFICATIONS = duty("specifications", {"kind": "onTime", "measure": "specification"}, "100", "changes")


def contract(*duties: Document, level: Document | None = None, **terms: Any) -> list[Document]:
    promised = level or CHANGES
    owed = {"responsibilities": {"consumer": ["Access to the site", *duties]}}
    return [*house(), service("desk"), sla(["desk"], [promised], {"desk": "1000.00"}, **(owed | terms))]


CHANGES = level("onTime", "100", name="changes", metric={"measure": "change"}, credit=bands({"100": "5"}))


def specified(item_id: str, due: str, delivered: str = "") -> Row:
    return item(item_id, due, delivered, measure="specification")


def changed(item_id: str, due: str, delivered: str = "") -> Row:
    return item(item_id, due, delivered, measure="change")


def counts(settled: Settled, level: str) -> tuple[AttainmentStatus, int, int]:
    """Status, items in time, items counted."""
    found = settled.attainment("sla", level)
    assert found.numerator is not None or found.status is NO_DATA
    return found.status, int(found.numerator or 0), int(found.denominator or 0)


def test_both_parties_performance_stands_side_by_side_and_the_duty_is_never_credited() -> None:
    rows = [specified("c1", "01 12:00", "05 12:00"), specified("c2", "01 12:00", "01 09:00")]
    rows += [changed("c1", "10 12:00", "14 12:00"), changed("c2", "10 12:00", "11 12:00")]
    settled = settle(contract(SPECIFICATIONS), items=rows)
    # The specification of c1 came four days late, and c1 four days late with it: it is excused. c2 is late.
    assert counts(settled, "specifications") == (MISSED, 1, 2)
    assert counts(settled, "changes") == (MISSED, 0, 1)
    assert [breach.attainment.of.level.name for breach in settled.settlement.breaches] == ["changes"]
    assert [line.of.level.name for line in settled.settlement.statements[0].lines] == ["changes"]
    assert settled.excused("customer").quantity == 1
    owed = {each.of.level.name: each.of.owed_by for each in settled.settlement.attainments}
    assert owed == {"specifications": "acme", "changes": "halden"}


@pytest.mark.parametrize(
    ("delivered", "test", "excused"),
    [
        ("14 12:00", "to_the_extent", True),
        ("14 12:01", "to_the_extent", False),
        ("14 12:01", "necessary", False),
        ("28 12:00", "contributed", True),
    ],
)
def test_an_item_is_excused_if_it_is_late_by_no_more_than_the_duty_or_always_if_a_part_is_enough(
    delivered: str, test: str, *, excused: bool
) -> None:
    rows = [specified("c1", "01 12:00", "05 12:00"), changed("c1", "10 12:00", delivered)]
    settled = settle(contract(SPECIFICATIONS, reliefTest=test), items=rows)
    assert counts(settled, "changes") == ((NO_DATA, 0, 0) if excused else (MISSED, 0, 1))


@pytest.mark.parametrize(
    ("specification", "status"),
    [("", NO_DATA), ("25 12:00", NO_DATA), ("05 12:00", MISSED)],
    ids=["nor has the specification", "not due yet, as the date moved into May", "the moved date has passed"],
)
def test_an_item_that_has_not_come_is_excused_until_its_moved_date(
    specification: str, status: AttainmentStatus
) -> None:
    rows = [specified("c1", "01 12:00", specification), changed("c1", "10 12:00")]
    assert counts(settle(contract(SPECIFICATIONS), items=rows), "changes")[0] is status


def test_a_duty_in_time_and_an_item_in_time_change_nothing() -> None:
    rows = [specified("c1", "01 12:00", "05 12:00"), changed("c1", "10 12:00", "10 12:00")]
    rows += [specified("c2", "01 12:00", "01 12:00"), changed("c2", "10 12:00", "10 12:01")]
    assert counts(settle(contract(SPECIFICATIONS), items=rows), "changes") == (MISSED, 1, 2)


def test_a_duty_that_relieves_another_level_or_item_relieves_nothing_here() -> None:
    rows = [specified("c9", "01 12:00", "05 12:00"), changed("c1", "10 12:00", "12 12:00")]
    assert counts(settle(contract(SPECIFICATIONS), items=rows), "changes") == (MISSED, 0, 1)
    alone = duty("specifications", {"kind": "onTime", "measure": "specification"}, "100")
    rows = [specified("c1", "01 12:00", "05 12:00"), changed("c1", "10 12:00", "12 12:00")]
    assert counts(settle(contract(alone), items=rows), "changes") == (MISSED, 0, 1)


def test_a_specification_of_an_earlier_month_moves_the_date_too() -> None:
    late = item("c1", "2026-02-02T12:00:00Z", "2026-03-30T12:00:00Z", measure="specification")
    rows = [late, changed("c1", "10 12:00", "30 12:00"), changed("c2", "10 12:00", "09 12:00")]
    settled = settle(contract(SPECIFICATIONS), items=rows)
    assert counts(settled, "changes") == (MET, 1, 1)
    assert counts(settled, "specifications")[0] is NO_DATA


def test_the_explanation_says_to_which_date_the_delivery_moved() -> None:
    rows = [specified("c1", "01 12:00", "05 12:00"), changed("c1", "10 12:00", "14 12:00")]
    rows += [changed("c2", "10 12:00", "09 12:00")]
    begun = settling(contract(SPECIFICATIONS), items=rows)
    tree = explanations(begun, APRIL, "sla", "changes", "desk")["attainment"]
    replay(tree)
    assert "duty specifications (customer, 7.1)" in str(tree)
    assert "moved to 2026-04-14T12:00:00Z" in str(tree)
    replay(explanations(begun, APRIL, "sla", "specifications", "desk")["attainment"])


def test_a_late_item_of_the_same_id_excuses_a_ticket() -> None:
    # Reported three hours late; T1 took an hour more than its four, T2 four hours more.
    reports = duty("reports", {"kind": "onTime", "measure": "report"}, "100", "resolution")
    promised = within("95", {"P1": "PT4H"})
    rows = [
        ticket("T1", "P1", "10 09:00", "10 14:00", on="desk"),
        ticket("T2", "P1", "10 09:00", "10 17:00", on="desk"),
    ]
    rows.append(ticket("T3", "P1", "10 09:00", "10 10:00", on="desk"))
    late = [item(name, "10 06:00", "10 09:00", measure="report") for name in ("T1", "T2", "T3")]
    settled = settle(contract(reports, level=promised), tickets=rows, items=late)
    assert counts(settled, "resolution") == (MISSED, 1, 2)
    assert settled.excused("customer").quantity == 1


def test_the_consumers_own_custody_is_a_duty_too() -> None:
    # The customer promises an hour for its answers, and held T1 for three; the desk had two of its four hours left.
    answers = duty(
        "answers",
        {"kind": "within", "milestone": "resolution", "thresholds": {"P1": "PT1H"}},
        "100",
        "resolution",
    )
    rows = [ticket("T1", "P1", "10 09:00", on="desk")]
    events = [
        event("T1", "10 09:00", status="open", holder="halden"),
        event("T1", "10 11:00", status="open", holder="acme"),
        event("T1", "10 14:00", status="resolved"),
    ]
    settled = settle(contract(answers, level=within("95", {"P1": "PT4H"})), tickets=rows, events=events)
    assert counts(settled, "answers") == (MISSED, 0, 1)
    # Five hours are one too many, and the customer took two too many.
    assert counts(settled, "resolution")[0] is NO_DATA


def test_what_an_outage_lasted_before_its_late_report_is_excused() -> None:
    # Down 10-16; the report was due at 11 and came at 14: three of six hours are excused.
    reports = duty("reports", {"kind": "onTime", "measure": "report"}, "100", "availability")
    rows = [outage("desk", "10 10:00", "10 16:00", outage_id="o1")]
    late = [item("o1", "10 11:00", "10 14:00", measure="report")]
    documents = contract(reports, level=availability("99.9", credit=THREE_BANDS))
    settled = settle(documents, outages=rows, items=late)
    found = settled.attainment("sla", "availability")
    assert found.denominator is not None
    assert found.numerator is not None
    assert found.denominator - found.numerator == 3 * HOUR
    assert settled.excused("customer").quantity == 3 * 3600


@pytest.mark.parametrize(("minutes", "counted"), [(43, 30), (44, 10)])
def test_access_that_missed_its_own_target_excuses_the_time_without_it(minutes: int, counted: int) -> None:
    # The site's power is the customer's duty at 99.9: 43.2 minutes are permitted. web is down 30 minutes, of which 20
    # lie in the first 20 minutes without power.
    power = duty("power", {"kind": "availability"}, "99.9", "availability", service="site")
    documents = [
        *house(),
        service("web"),
        service("site", "acme"),
        sla(
            ["web", "site"],
            [availability("99.99", service="web")],
            responsibilities={"consumer": [power]},
        ),
    ]
    rows = [outage("web", "10 09:50", "10 10:20"), outage("site", "10 10:00", f"10 10:{minutes}")]
    settled = settle(documents, outages=rows)
    found = settled.attainment("sla", "availability")
    assert found.denominator is not None
    assert found.numerator is not None
    assert Fraction(found.denominator - found.numerator, MINUTE) == counted


def test_a_duty_that_nothing_says_how_to_apply_is_a_finding() -> None:
    odd = duty("calls", {"kind": "ratio", "measure": "calls"}, "90", "changes")
    settled = settle(contract(odd), items=[changed("c1", "10 12:00", "09 12:00")])
    (finding,) = settled.findings("DUTY_WITHOUT_EFFECT")
    assert (finding.service_level, finding.clauses) == ("changes", ("7.1", "changes"))


def test_a_measured_duty_of_the_provider_is_an_attainment_and_no_breach() -> None:
    reports = duty("reports", {"kind": "onTime", "measure": "report"}, "100")
    documents = contract(responsibilities={"provider": [reports]})
    settled = settle(
        documents, items=[item("r1", "10 12:00", "11 12:00"), changed("c1", "10 12:00", "09 12:00")]
    )
    assert counts(settled, "reports") == (MISSED, 0, 1)
    assert settled.settlement.breaches == ()
    assert not settled.findings("NOT_YET_CALCULATED")


def test_a_period_met_through_a_late_duty_is_relieved() -> None:
    rows = [specified("c1", "01 12:00", "05 12:00"), changed("c1", "10 12:00", "14 12:00")]
    rows.append(changed("c2", "10 12:00", "09 12:00"))
    begun = settling(contract(SPECIFICATIONS), items=rows)
    (measured,) = begun.measurements("sla", APRIL)
    assert measured.attainment.status is MET
    assert begun.measuring.is_relieved(measured)
