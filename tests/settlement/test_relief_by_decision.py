"""What the parties agreed to excuse: time, tickets and items, by when it was notified, and with what effect.

April 2026, 43,200 minutes, 99.9 % with 5 % of 40,000 below it, 15 % below 99.5 and 30 % below 99. web stands on a of
alpha and b of beta, in series. 43.2 minutes down are just 99.9 %; 216 are 99.5; 432 are 99.0.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attainment import AttainmentStatus
from domain.explanation import replay
from domain.findings import Finding
from domain.instants import MINUTE
from domain.periods import Period
from domain.relief import Effect
from ola.responsibility import Reason
from settlement.explain import explanations
from settlement.measured import Measurement
from settlement.settle import Settling
from tests.building import (
    THREE_BANDS,
    Document,
    Documents,
    Row,
    Settled,
    all_of,
    at,
    at_most,
    availability,
    bands,
    count,
    document,
    gbp,
    house,
    in_time,
    item,
    level,
    outage,
    service,
    settling,
    sla,
    ticket,
    within,
)

MINUTES = Fraction(60)
APRIL = Period.parse("2026-04")
MET, MISSED = AttainmentStatus.MET, AttainmentStatus.MISSED


def relief(name: str, begins: str = "", ends: str = "", **spec: Any) -> Document:
    """An accepted relief of the SLA for a flood, unless it says otherwise."""
    said: Document = {"agreement": "sla", "cause": "force_majeure", "status": "accepted"}
    if begins:
        said |= {"from": at(begins), "to": at(ends)}
    return document("Relief", name, **(said | spec))


def web(*reliefs: Document, level: Document | None = None, **terms: Any) -> list[Document]:
    promised = level or availability("99.9", credit=THREE_BANDS)
    return [
        *house(vendors=["alpha", "beta"]),
        service("web", needs=all_of("a", "b")),
        service("a", "alpha"),
        service("b", "beta"),
        sla(["web"], [promised], {"web": "40000.00"}, **terms),
        *reliefs,
    ]


@dataclass(frozen=True)
class Told(Settled):
    """A settled April with the settling behind it."""

    settling: Settling


def settle(*documents: Documents, **evidence: Iterable[Any]) -> Told:
    """April, as known on 1 May."""
    begun = settling(*documents, **evidence)  # type: ignore[arg-type]
    return Told(begun.settle(APRIL), begun)


def measured(settled: Told) -> Measurement:
    return settled.settling.measurements("sla", APRIL)[0]


def minutes_down(settled: Settled) -> Fraction:
    found = settled.attainment("sla")
    assert found.numerator is not None
    assert found.denominator is not None
    return (found.denominator - found.numerator) / MINUTE


def fraction(settled: Settled) -> tuple[int, int]:
    """Tickets or items in time, and how many are counted."""
    found = settled.attainment("sla")
    assert found.numerator is not None
    assert found.denominator is not None
    return int(found.numerator), int(found.denominator)


def findings(settled: Settled, code: str) -> list[Finding]:
    return [each for each in settled.settlement.findings if each.code == code]


def replays(settled: Told) -> list[str]:
    """Every explanation of the SLA's first level replays; the rules it names."""
    of = measured(settled).attainment.of
    trees = explanations(settled.settling, APRIL, *of.order())
    waiting = list(trees.values())
    for tree in waiting:
        replay(tree)
    rules = []
    while waiting:
        tree = waiting.pop()
        rules.append(tree.rule)
        waiting += tree.steps
    return rules


DOWN = [outage("a", "14 10:00", "14 13:00"), outage("b", "14 12:00", "14 14:00")]
"""a 10-13, b 12-14: four hours in all."""


# ------------------------------------------------------------------------------------------------------ time


def test_downtime_in_accepted_time_is_relieved_whole_whoever_failed_in_it() -> None:
    # 11-13 is relieved: a's second and third hour, and the hour that b shares. 10-11 and 13-14 are left.
    settled = settle(web(relief("flood", "14 11:00", "14 13:00")), outages=DOWN)
    assert minutes_down(settled) == 120
    assert settled.attainment().denominator == 43_200 * MINUTE
    assert [settled.row(who).quantity for who in ("alpha", "beta")] == [60 * MINUTES, 60 * MINUTES]
    assert settled.excused("force_majeure").quantity == 120 * MINUTES
    # Of the two hours a had one alone, and both failed in the other.
    assert {part.service: part.quantity for part in settled.excused("force_majeure").services} == {
        "a": 90 * MINUTES, "b": 30 * MINUTES,
    }  # fmt: skip
    assert "relief-by-time/1" in replays(settled)


@pytest.mark.parametrize("test", ["to_the_extent", "necessary", "contributed"])
def test_the_relief_test_is_about_causes_and_takes_nothing_from_a_decision_about_time(test: str) -> None:
    documents = web(relief("flood", "14 11:00", "14 13:00"), reliefTest=test)
    assert minutes_down(settle(documents, outages=DOWN)) == 120


@pytest.mark.parametrize("status", ["claimed", "rejected", "withdrawn"])
def test_only_accepted_relief_counts(status: str) -> None:
    settled = settle(web(relief("flood", "14 10:00", "14 14:00", status=status)), outages=DOWN)
    assert minutes_down(settled) == 240
    said = findings(settled, "RELIEF_CLAIMED")
    assert [(each.figures["relieved"], each.service_level) for each in said] == (
        [("100", "availability")] if status == "claimed" else []
    )


def test_relief_names_its_levels_and_leaves_the_others() -> None:
    both = [availability("99.9"), availability("99.9", name="second")]
    documents = web(relief("flood", "14 10:00", "14 14:00", serviceLevels=["second"]))
    documents[-2] = sla(["web"], both, {"web": "40000.00"})
    settled = settle(documents, outages=DOWN)
    statuses = {each.of.level.name: each.status for each in settled.settlement.attainments}
    assert statuses == {"availability": MISSED, "second": MET}


def test_accepted_maintenance_shortens_the_time_promised_and_other_relief_does_not() -> None:
    # 43,200 - 240 minutes are promised, and none of the four hours counts.
    settled = settle(web(relief("works", "14 10:00", "14 14:00", cause="maintenance")), outages=DOWN)
    assert settled.attainment().denominator == (43_200 - 240) * MINUTE
    assert minutes_down(settled) == 0
    replays(settled)


def test_relieved_time_removed_leaves_the_denominator_too() -> None:
    # Two of four hours are relieved: 120 minutes down of 43,080.
    promised = availability("99.9", credit=THREE_BANDS, relieved="removed")
    settled = settle(web(relief("flood", "14 11:00", "14 13:00"), level=promised), outages=DOWN)
    assert settled.attainment().denominator == 43_080 * MINUTE
    assert settled.attainment().value == 100 * Fraction(43_080 - 120, 43_080)
    assert "agreed-less-relieved/1" in replays(settled)


def test_removed_holds_for_exclusions_and_for_the_whole_agreement() -> None:
    # a's three hours have the excused cause; in the hour that b shares half is relieved: 150 of 240 minutes.
    rows = [outage("a", "14 10:00", "14 13:00", "force_majeure"), DOWN[1]]
    settled = settle(web(exclusions=["force_majeure"], relieved="removed"), outages=rows)
    assert settled.attainment().denominator == (43_200 - 150) * MINUTE
    assert minutes_down(settled) == 90


def test_two_reliefs_of_one_time_do_not_relieve_it_twice_and_each_cause_has_its_row() -> None:
    reliefs = [
        relief("flood", "14 10:00", "14 12:00"),
        relief("late-approval", "14 11:00", "14 13:00", cause="customer"),
    ]
    settled = settle(web(*reliefs), outages=DOWN)
    assert minutes_down(settled) == 60
    # 11-12 is both's, and stands under the first cause by name.
    assert settled.excused("customer").quantity == 120 * MINUTES
    assert settled.excused("force_majeure").quantity == 60 * MINUTES


def test_relief_and_exclusion_together_are_one_explanation() -> None:
    rows = [outage("a", "14 10:00", "14 13:00", "customer"), DOWN[1]]
    # a's record says customer, but a is not covered by the SLA; so the flag is put on web itself.
    rows.append(outage("web", "20 10:00", "20 11:00", "customer"))
    settled = settle(web(relief("flood", "14 11:00", "14 12:00"), exclusions=["customer"]), outages=rows)
    assert minutes_down(settled) == 180
    assert "relieved-in-all/1" in replays(settled)


def test_an_outage_that_relief_covers_is_not_counted_and_one_that_outlasts_it_is() -> None:
    counted = level("outageCount", at_most("0"), name="outages", credit=None, metric={"longerThan": "PT30M"})
    counted.pop("credit")
    rows = [
        outage("a", "07 10:00", "07 12:00"),
        outage("a", "14 10:00", "14 12:00"),
        outage("b", "21 10:00", "21 12:00"),
    ]
    # Of the 14th's outage 20 minutes are left, which is no outage longer than half an hour; of the 21st's 40.
    reliefs = [relief("flood", "14 10:20", "14 12:00"), relief("storm", "21 10:40", "21 12:00")]
    settled = settle(web(*reliefs, level=counted), outages=rows)
    assert settled.attainment().value == 2
    assert [settled.row(who).quantity for who in ("alpha", "beta")] == [1, 1]
    assert settled.excused("force_majeure").quantity == 1
    assert "outages-excused/1" in replays(settled)


# ---------------------------------------------------------------------------------------------------- notice

NOTICE = {"within": "P5D", "days": "business", "conditionPrecedent": True}
"""The event ends on Thursday 16 April at 14:00; five business days later is Thursday 23 April."""


@pytest.mark.parametrize(
    ("given", "days_late"),
    [("23 23:59", None), ("24 00:00", "1"), ("27 09:00", "4"), ("2026-04-23", None)],
)
def test_late_notice_voids_relief_where_it_is_a_condition_and_says_by_how_much(
    given: str, days_late: str | None
) -> None:
    notice = at(given) if " " in given else given
    documents = web(relief("flood", "14 10:00", "16 14:00", noticeGiven=notice), reliefNotice=NOTICE)
    settled = settle(documents, outages=DOWN)
    said = findings(settled, "NOTICE_LATE")
    assert [each.figures["daysLate"] for each in said] == ([] if days_late is None else [days_late])
    assert minutes_down(settled) == (0 if days_late is None else 240)


def test_late_notice_that_is_no_condition_is_a_finding_only() -> None:
    rule = {"within": "P5D", "days": "calendar"}
    documents = web(relief("flood", "14 10:00", "16 14:00", noticeGiven=at("25 09:00")), reliefNotice=rule)
    settled = settle(documents, outages=DOWN)
    assert minutes_down(settled) == 0
    assert [each.figures["daysLate"] for each in findings(settled, "NOTICE_LATE")] == ["4"]


def test_notice_never_given_voids_relief_once_its_deadline_has_passed() -> None:
    # Settled as known on 1 May: a deadline of 23 April has passed by 8 days, one of 7 May has not.
    early = settle(web(relief("flood", "14 10:00", "16 14:00"), reliefNotice=NOTICE), outages=DOWN)
    assert minutes_down(early) == 240
    assert findings(early, "NOTICE_LATE")[0].figures["daysLate"] == "8"
    late = settle(web(relief("flood", "14 10:00", "30 14:00"), reliefNotice=NOTICE), outages=DOWN)
    assert minutes_down(late) == 0


def test_business_days_skip_the_calendars_holidays() -> None:
    # Easter Monday, 6 April 2026, is a holiday in England: from Thursday 2 April (Good Friday is the 3rd) two business
    # days lead to Wednesday the 8th.
    calendar = document(
        "Calendar",
        "uk",
        timezone="UTC",
        holidays={"country": "GB", "subdivision": "ENG", "countAs": "closed"},
    )
    rule = NOTICE | {"within": "P2D"}
    rows = [outage("a", "02 10:00", "02 12:00")]
    for day, minutes in (("08 18:00", 0), ("09 09:00", 120)):
        flood = relief("flood", "02 10:00", "02 12:00", noticeGiven=at(day))
        settled = settle([calendar, *web(flood, reliefNotice=rule, calendar="uk")], outages=rows)
        assert minutes_down(settled) == minutes


# --------------------------------------------------------------------------------------------------- effects


def test_credit_only_leaves_the_breach_and_credits_as_if_relieved() -> None:
    # 240 minutes are 99.444: 15 %. Without the relieved two hours 120 minutes are 99.722: 5 %.
    settled = settle(web(relief("flood", "14 11:00", "14 13:00", effects=["credit"])), outages=DOWN)
    assert minutes_down(settled) == 240
    assert settled.attainment().status is MISSED
    line = settled.settlement.statements[0].lines[0]
    assert (line.amount, line.net) == (gbp("6000.00"), gbp("2000.00"))
    assert measured(settled).weighs_for_termination
    assert "credit-relief/1" in replays(settled)


def test_credit_only_that_relieves_everything_leaves_a_line_of_nothing() -> None:
    settled = settle(web(relief("flood", "14 10:00", "14 14:00", effects=["credit"])), outages=DOWN)
    statement = settled.settlement.statements[0]
    assert [(line.amount, line.net) for line in statement.lines] == [(gbp("6000.00"), gbp("0.00"))]
    assert settled.settlement.breaches[0].trace.quantity == 240 * MINUTES
    assert settled.settling.measuring.is_relieved(measured(settled))
    replays(settled)


def test_termination_only_leaves_breach_and_credit_and_takes_the_weight() -> None:
    settled = settle(web(relief("flood", "14 10:00", "14 14:00", effects=["termination"])), outages=DOWN)
    assert settled.attainment().status is MISSED
    assert settled.settlement.statements[0].net == gbp("6000.00")
    assert not measured(settled).weighs_for_termination
    assert [each.name for each in measured(settled).struck_out_by] == ["flood"]
    assert not settled.settling.measuring.is_relieved(measured(settled))


def test_what_is_no_breach_credits_nothing_and_weighs_nothing() -> None:
    settled = settle(web(relief("flood", "14 10:00", "14 14:00", effects=["breach"])), outages=DOWN)
    assert settled.attainment().status is MET
    assert settled.settlement.statements[0].lines == ()
    assert not measured(settled).weighs_for_termination
    assert settled.settling.measuring.is_relieved(measured(settled))


def test_a_period_met_anyway_or_missed_anyway_is_not_relieved() -> None:
    flood = relief("flood", "14 10:00", "14 11:00")
    missed = settle(web(flood), outages=DOWN)
    assert not missed.settling.measuring.is_relieved(measured(missed))
    met = settle(web(flood), outages=[outage("a", "14 10:00", "14 10:30")])
    assert not met.settling.measuring.is_relieved(measured(met))


def test_a_period_met_through_an_exclusion_is_relieved() -> None:
    rows = [outage("a", "14 10:00", "14 13:00", "force_majeure")]
    settled = settle(web(exclusions=["force_majeure"]), outages=rows)
    assert settled.attainment().status is MET
    assert settled.settling.measuring.is_relieved(measured(settled))


def test_for_termination_sees_its_own_value() -> None:
    settled = settle(web(relief("flood", "14 10:00", "14 12:00", effects=["termination"])), outages=DOWN)
    seen = measured(settled).for_termination
    assert seen is not None
    assert seen.attainment.value == 100 * Fraction(43_200 - 120, 43_200)
    assert Effect.TERMINATION in measured(settled).reliefs[0].relief.effects


# --------------------------------------------------------------------------------------- tickets, items, rows


def desk(*reliefs: Document, level: Document | None = None, **terms: Any) -> list[Document]:
    promised = level or within("95", {"P1": "PT4H"}, credit=bands({"95": "5"}))
    return [
        *house(),
        service("support"),
        sla(["support"], [promised], {"support": "1000.00"}, **terms),
        *reliefs,
    ]


LATE = [ticket("late-1", "P1", "10 09:00", "10 14:00"), ticket("late-2", "P1", "11 09:00", "11 15:00")]


def test_relief_of_tickets_and_items_that_nobody_knows_is_said() -> None:
    documents = desk(relief("storm", tickets=["late-1", "lost-7"]), relief("strike", deliverables=["plan-3"]))
    told = findings(settle(documents, tickets=[*in_time(18), *LATE]), "RELIEF_OF_NOTHING")
    assert ["lost-7" in told[0].message, "late-1" in told[0].message, "plan-3" in told[1].message] == [
        True,
        False,
        True,
    ]
    assert [each.figures for each in told] == [{"unknown": "1"}, {"unknown": "1"}]


def test_tickets_named_by_relief_leave_numerator_and_denominator() -> None:
    # 18 of 20 are 90 %; without late-1 18 of 19, 94.7 %.
    documents = desk(relief("storm", tickets=["late-1"]))
    settled = settle(documents, tickets=[*in_time(18), *LATE])
    assert fraction(settled) == (18, 19)
    assert settled.trace().quantity == 1
    row = settled.excused("force_majeure")
    assert row.quantity == 1
    assert row.impact_share is None
    assert "tickets-not-relieved/1" in replays(settled)


def test_no_clock_runs_in_relieved_time() -> None:
    # late-1 took 5 hours, of which 2 are relieved; late-2 6 hours, of which none is.
    documents = desk(relief("storm", "10 10:00", "10 12:00"))
    settled = settle(documents, tickets=[*in_time(18), *LATE])
    assert fraction(settled) == (19, 20)
    assert settled.attainment().status is MET


def test_the_trace_of_tickets_shows_what_the_standing_clock_excused() -> None:
    documents = desk(relief("storm", "10 10:00", "10 12:00"), level=within("99", {"P1": "PT4H"}))
    settled = settle(documents, tickets=[*in_time(18), *LATE])
    assert settled.trace().quantity == 1
    assert settled.excused("force_majeure").quantity == 1


def test_a_mean_leaves_out_relieved_time_and_tickets() -> None:
    promised = level(
        "duration", {"atMost": "PT2H"}, name="mttr", metric={"milestone": "resolution", "statistic": "mean"}
    )
    reliefs = [
        relief("storm", "10 10:00", "10 12:00"),
        relief("strike", tickets=["late-2"], cause="customer"),
    ]
    rows = [*LATE, ticket("late-3", "P1", "12 09:00", "12 13:00")]
    # late-1 runs 3 hours, late-3 4: 3.5 hours in the mean.
    settled = settle(desk(*reliefs, level=promised), tickets=rows)
    assert settled.attainment().value == Fraction(7, 2) * 3600
    # Two hours stood still; late-2 would have taken six.
    assert settled.excused("force_majeure").quantity == 2 * 3600
    assert settled.excused("customer").quantity == 6 * 3600
    replays(settled)


def reports(*reliefs: Document, **terms: Any) -> list[Document]:
    promised = level("onTime", "100", name="reports", metric={"measure": "report"}, **terms)
    return [*house(), service("desk"), sla(["desk"], [promised]), *reliefs]


ITEMS = [
    item("r1", "10 12:00", "10 11:00"),
    item("r2", "12 12:00", "14 12:00"),
    item("r3", "20 12:00", "22 12:00"),
]


def test_items_named_by_relief_leave_both_counts() -> None:
    settled = settle(reports(relief("strike", deliverables=["r2"])), items=ITEMS)
    assert fraction(settled) == (1, 2)
    assert settled.excused("force_majeure").quantity == 1
    assert "sum-of-rows-relieved/1" in replays(settled)


@pytest.mark.parametrize(("terms", "counts"), [({}, (2, 3)), ({"relieved": "removed"}, (1, 2))])
def test_an_item_late_only_in_relieved_time_is_in_time_or_leaves_the_count(
    terms: dict[str, str], counts: tuple[int, int]
) -> None:
    settled = settle(reports(relief("strike", "12 08:00", "14 12:00"), **terms), items=ITEMS)
    assert fraction(settled) == counts
    replays(settled)


def test_counts_within_relieved_time_leave_both_sums() -> None:
    promised = level("ratio", "95", name="answered", metric={"measure": "calls"})
    rows = [count("calls", 90, 100), count("calls", 10, 100, start="14 00:00", end="15 00:00")]
    documents = [
        *house(),
        service("desk"),
        sla(["desk"], [promised]),
        relief("strike", "13 12:00", "15 00:00"),
    ]
    settled = settle(documents, counts=rows)
    assert settled.attainment().value == 90
    assert settled.excused("force_majeure").quantity == 85
    replays(settled)


def test_a_total_that_is_to_be_at_least_so_much_keeps_rows_and_target_in_relieved_time_and_says_so() -> None:
    """90 + 10 of 120 leads: without the day of the strike it would be 90, which is worse; nothing is relieved."""
    promised = level("total", "120", name="leads", metric={"measure": "leads"})
    rows = [count("leads", 90, 0), count("leads", 10, 0, start="14 00:00", end="15 00:00")]
    documents = [
        *house(),
        service("desk"),
        sla(["desk"], [promised]),
        relief("strike", "13 12:00", "15 00:00"),
    ]
    settled = settle(documents, counts=rows)
    assert settled.attainment().value == 100
    assert settled.attainment().status is MISSED
    (told,) = findings(settled, "RELIEF_WITHOUT_EFFECT")
    assert "strike" in told.message
    assert findings(settle(documents[:-1], counts=rows), "RELIEF_WITHOUT_EFFECT") == []


# ------------------------------------------------------------------------------------------------- properties


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str]:
    day = draw(st.integers(1, 28))
    first = draw(st.integers(0, 22))
    return f"{day:02d} {first:02d}:00", f"{day:02d} {draw(st.integers(first + 1, 23)):02d}:30"


@given(
    st.lists(spans(), min_size=1, max_size=4),
    st.lists(spans(), min_size=1, max_size=3),
    st.sampled_from([["credit"], ["breach"], ["breach", "credit", "termination"]]),
)
def test_relief_never_lowers_an_availability_and_never_raises_a_credit(
    failures: list[tuple[str, str]], excused: list[tuple[str, str]], effects: list[str]
) -> None:
    rows: list[Row] = [outage("ab"[i % 2], *span) for i, span in enumerate(failures)]
    reliefs = [relief(f"relief-{i}", *span, effects=effects) for i, span in enumerate(excused)]
    bare, relieved = settle(web(), outages=rows), settle(web(*reliefs), outages=rows)
    before, after = bare.attainment().value, relieved.attainment().value
    assert before is not None
    assert after is not None
    assert after >= before
    assert relieved.settlement.statements[0].net <= bare.settlement.statements[0].net


def test_the_order_of_relief_documents_is_irrelevant() -> None:
    reliefs = [
        relief("flood", "14 10:00", "14 12:00"),
        relief("late-approval", "14 11:00", "14 13:00", cause="customer"),
        relief("storm", "14 12:30", "14 13:30", effects=["credit"]),
    ]
    results = {repr(settle(web(*order), outages=DOWN).settlement.breaches) for order in permutations(reliefs)}
    assert len(results) == 1


def test_an_excused_row_is_the_only_one_without_a_share() -> None:
    settled = settle(web(relief("flood", "14 11:00", "14 13:00")), outages=DOWN)
    shares = [
        row.impact_share for row in settled.trace().responsibilities if row.reason is not Reason.EXCUSED
    ]
    assert sum(share for share in shares if share is not None) == 1
