"""Which version of an agreement is judged, over which days, and in which period it is printed."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.attainment import AttainmentStatus
from domain.errors import InvalidValue
from domain.instants import MINUTE
from tests.building import (
    THREE_BANDS,
    Document,
    Row,
    Settled,
    availability,
    bands,
    exactly,
    gbp,
    house,
    outage,
    service,
    settle,
    sla,
    ticket,
    uc,
    within,
)

MET, MISSED, NO_DATA, NOT_DUE = (
    AttainmentStatus.MET,
    AttainmentStatus.MISSED,
    AttainmentStatus.NO_DATA,
    AttainmentStatus.NOT_DUE,
)
PRICE = {"web": "40000.00"}


def down(day: str, hours: int = 1) -> Row:
    return outage("web", f"{day}T10:00:00Z", f"{day}T{10 + hours}:00:00Z")


def contract(level: Document | None = None, **terms: Any) -> list[Document]:
    levels = [level or availability("99.9", credit=THREE_BANDS)]
    return [*house(), service("web"), sla(["web"], levels, PRICE, **terms)]


def term(first: str, last: str = "2027-12-31") -> dict[str, Any]:
    return {"term": {"from": first, "to": last}, "effective": first}


def minutes(settled: Settled) -> tuple[object, ...]:
    """Agreed and counted minutes."""
    found = settled.attainment()
    assert found.numerator is not None
    assert found.denominator is not None
    return found.denominator / MINUTE, (found.denominator - found.numerator) / MINUTE


# -------------------------------------------------------------------------------------------------- the term


def test_a_term_that_begins_in_the_middle_of_a_month_is_judged_on_what_is_left_of_it() -> None:
    rows = [down("2026-04-14"), down("2026-04-20")]
    settled = settle(contract(**term("2026-04-16")), outages=rows)
    # Fifteen days of 1,440 minutes; the hour of the 14th was before the term. 99.722... is 5 % of half a month.
    assert minutes(settled) == (15 * 1440, 60)
    assert settled.line().base == gbp("20000.00")
    assert settled.statement().net == gbp("1000.00")


def test_a_term_that_ends_in_the_middle_of_a_month_is_judged_up_to_its_last_day_inclusive() -> None:
    rows = [down("2026-04-10"), down("2026-04-11")]
    settled = settle(contract(**term("2026-01-01", "2026-04-10")), outages=rows)
    assert minutes(settled) == (10 * 1440, 60)


@pytest.mark.parametrize("period", ["2025-12", "2026-05"])
def test_before_and_after_its_term_an_agreement_is_not_judged(period: str) -> None:
    settled = settle(contract(**term("2026-01-01", "2026-04-30")), period=period)
    assert settled.settlement.attainments == ()
    assert settled.settlement.statements == ()


@pytest.mark.parametrize("state", ["draft", "negotiating", "agreed", "terminated"])
def test_only_an_active_agreement_is_judged(state: str) -> None:
    assert settle(contract(state=state)).settlement.attainments == ()


# ---------------------------------------------------------------------------------------------------- versions

STRICT = availability("99.9", credit=THREE_BANDS)
LOOSE = availability("99.0", credit=bands({"99.0": "5"}))


def amended(effective: str, *, state: str = "active", level: Document = LOOSE) -> Document:
    return sla(["web"], [level], PRICE, version=2, effective=effective, state=state)


@pytest.mark.parametrize(
    ("effective", "period", "status"),
    [
        ("2026-04-01", "2026-03", MISSED),
        ("2026-04-01", "2026-04", MET),
        ("2026-04-02", "2026-04", MISSED),
        ("2026-04-02", "2026-05", MET),
    ],
    ids=["the month before", "from its first day", "from the second day, not yet", "then the month after"],
)
def test_a_month_is_judged_under_the_version_of_its_first_day(
    effective: str, period: str, status: AttainmentStatus
) -> None:
    rows = [down(f"2026-0{month}-14") for month in (3, 4, 5)]
    settled = settle(contract(STRICT), amended(effective), outages=rows, period=period)
    assert settled.attainment().status is status
    assert settled.attainment().of.agreement.version == (2 if status is MET else 1)


@pytest.mark.parametrize("state", ["draft", "negotiating", "agreed"])
def test_a_version_that_is_only_proposed_leaves_the_one_in_force_standing(state: str) -> None:
    settled = settle(contract(STRICT), amended("2026-04-01", state=state), outages=[down("2026-04-14")])
    assert settled.attainment().status is MISSED
    assert settled.attainment().of.agreement.version == 1


def test_a_version_that_terminates_the_agreement_ends_it() -> None:
    documents = [*contract(STRICT), amended("2026-04-01", state="terminated")]
    assert settle(documents, outages=[down("2026-04-14")]).settlement.attainments == ()
    march = settle(documents, outages=[down("2026-03-14")], period="2026-03")
    assert march.attainment().status is MISSED


def test_of_two_versions_of_one_day_the_higher_holds() -> None:
    settled = settle(contract(STRICT), amended("2026-01-01"), outages=[down("2026-04-14")])
    assert settled.attainment().of.agreement.version == 2


def test_a_quarter_s_level_is_judged_under_the_version_of_the_quarter_s_first_day() -> None:
    level = availability("99.99", period="quarter")
    new = availability("90", period="quarter")
    settled = settle(
        contract(level), amended("2026-05-01", level=new), outages=[down("2026-05-14")], period="2026-06"
    )
    assert settled.attainment().of.agreement.version == 1
    assert settled.attainment().status is MISSED


# ------------------------------------------------------------------------------------------------ dated targets

DATED = [{"from": "2026-01-01", "atLeast": "98.8"}, {"from": "2026-04-15", "atLeast": "99.9"}]


@pytest.mark.parametrize(("period", "target"), [("2026-04", "98.8"), ("2026-05", "99.9")])
def test_a_dated_target_is_the_one_in_force_on_the_period_s_first_day(period: str, target: str) -> None:
    level = availability() | {"target": DATED}
    attainment = settle(
        contract(level), outages=[down("2026-04-14"), down("2026-05-14")], period=period
    ).attainment()
    assert attainment.threshold is not None
    assert (attainment.threshold.value,) == exactly(target)
    assert attainment.status is (MET if target == "98.8" else MISSED)


def test_before_the_first_dated_target_there_is_nothing_to_miss() -> None:
    level = availability() | {"target": [{"from": "2026-05-01", "atLeast": "99.9"}]}
    attainment = settle(contract(level), outages=[down("2026-04-14")]).attainment()
    assert attainment.status is NO_DATA
    assert attainment.threshold is None
    assert attainment.value is not None


# ----------------------------------------------------------------------------------------- other periods than months


def names(settled: Settled) -> list[tuple[str, str]]:
    return [(each.period.name, each.status.value) for each in settled.settlement.attainments]


def test_a_weekly_level_has_an_attainment_for_every_iso_week_that_ends_in_the_month() -> None:
    level = availability("99.9", period="week")
    # Down on Wednesday 1 April, in the week that began on 30 March, and on Thursday the 30th, whose week ends in May.
    rows = [down("2026-04-01"), down("2026-04-30")]
    assert names(settle(contract(level), outages=rows)) == [
        ("2026-W14", "MISSED"), ("2026-W15", "MET"), ("2026-W16", "MET"), ("2026-W17", "MET"),
    ]  # fmt: skip
    may = names(settle(contract(level), outages=rows, period="2026-05"))
    assert may[0] == ("2026-W18", "MISSED")
    assert [name for name, _ in may] == [f"2026-W{week}" for week in range(18, 23)]


def test_a_week_before_the_term_is_not_judged_and_one_across_its_first_day_is_in_part() -> None:
    level = availability("99.9", period="week")
    settled = settle(contract(level, **term("2026-04-09")), outages=[down("2026-04-09")])
    assert names(settled) == [("2026-W15", "MISSED"), ("2026-W16", "MET"), ("2026-W17", "MET")]
    first = settled.attainment(period="2026-W15")
    assert first.denominator == 4 * 1440 * MINUTE


@pytest.mark.parametrize(("kind", "due"), [("quarter", "2026-06"), ("year", "2026-12")])
def test_a_longer_level_is_not_due_until_its_own_period_ends(kind: str, due: str) -> None:
    level = availability("99.9", period=kind)
    # Eight hours of April: 0.366 % of the quarter, 0.091 % of the year.
    rows = [down("2026-04-14", hours=8)]
    april = settle(contract(level), outages=rows)
    assert [each.status for each in april.settlement.attainments] == [NOT_DUE]
    attainment = april.attainment()
    assert (attainment.value, attainment.numerator, attainment.denominator) == (None, None, None)
    assert attainment.threshold is not None
    assert april.settlement.breaches == ()
    ended = settle(contract(level), outages=rows, period=due)
    assert [each.status for each in ended.settlement.attainments] == [MISSED if kind == "quarter" else MET]


def test_a_month_from_the_16th_belongs_to_the_month_it_ends_in() -> None:
    level = availability("99.9", period={"months": 1, "startDay": 16}, credit=THREE_BANDS)
    rows = [down("2026-03-20")]
    april = settle(contract(level), outages=rows)
    assert names(april) == [("2026-04", "MISSED")]
    assert april.attainment().denominator == 31 * 1440 * MINUTE
    assert april.line().base == gbp("40000.00")
    assert names(settle(contract(level), outages=rows, period="2026-03")) == [("2026-03", "MET")]


# ------------------------------------------------------------------------------------------------- as known on a day


@pytest.mark.parametrize(
    ("as_of", "counted"),
    [("2026-05-01", 0), ("2026-05-02", 1)],
    ids=["the day after the period", "a day later"],
)
def test_how_a_ticket_ended_on_the_as_of_day_itself_is_not_known_yet(as_of: str, counted: int) -> None:
    # Opened on 30 April at 20:00, resolved six hours later: at the period's end nobody knew whether in time.
    level = within("90", {"P1": "PT8H"}, metric={"assign": "opened"})
    settled = settle(
        house(),
        service("support"),
        sla(["support"], [level]),
        tickets=[ticket("T1", "P1", "30 20:00", "2026-05-01T02:00:00Z")],
        as_of=as_of,
    )
    assert settled.attainment().denominator == counted
    assert settled.attainment().status is (MET if counted else NO_DATA)


# ------------------------------------------------------------------------------------------- asked for as a whole


def quarterly(*levels: Document) -> list[Document]:
    return [
        *house(vendors=["cirrus"]),
        service("web", needs={"all": ["host"]}),
        service("host", "cirrus"),
        sla(["web"], levels, PRICE),
        uc("cirrus", ["host"], [availability("99.9", credit=bands({"99.9": "10"}))], {"host": "12000.00"}),
    ]


def host_down(*days: str) -> Sequence[Row]:
    return [outage("host", f"{day}T10:00:00Z", f"{day}T11:00:00Z") for day in days]


def test_a_quarter_is_settled_as_its_months_and_their_money_added() -> None:
    monthly = availability("99.9", credit=THREE_BANDS)
    settled = settle(quarterly(monthly), outages=host_down("2026-04-14", "2026-06-14"), period="2026-Q2")
    assert settled.settlement.period.name == "2026-Q2"
    assert [
        (each.period.name, each.status.value)
        for each in settled.settlement.attainments
        if each.of.agreement.name == "sla"
    ] == [("2026-04", "MISSED"), ("2026-05", "MET"), ("2026-06", "MISSED")]
    nets = [settled.statement("sla", period=month).net.text() for month in ("2026-04", "2026-05", "2026-06")]
    assert nets == ["2000.00", "0.00", "2000.00"]
    side = settled.side("cirrus")
    assert (side.caused, side.recoverable, side.gap) == (gbp("4000.00"), gbp("2400.00"), gbp("1600.00"))
    assert settled.reasons("cirrus") == [("RATE", "1600.00")]
    assert settled.impact().payable == gbp("4000.00")
    assert len(settled.settlement.breaches) == 4


def test_in_an_asked_quarter_a_quarter_s_level_is_due_and_its_not_due_rows_are_left_out() -> None:
    settled = settle(
        quarterly(availability("99.99", period="quarter", name="quarterly")),
        outages=host_down("2026-04-14"),
        period="2026-Q2",
    )
    assert [
        (each.period.name, each.status.value)
        for each in settled.settlement.attainments
        if each.of.agreement.name == "sla"
    ] == [("2026-Q2", "MISSED")]


def test_a_year_s_level_is_still_not_due_in_an_asked_quarter() -> None:
    settled = settle(contract(availability("99.9", period="year")), period="2026-Q2")
    assert names(settled) == [("2026", "NOT_DUE")]


def test_a_year_is_its_twelve_months_with_a_yearly_cap_used_once() -> None:
    documents = contract(remedies={"caps": [{"amount": "5000.00", "per": "year"}]})
    rows = [down(f"2026-{month:02d}-14") for month in (2, 3, 7, 11)]
    settled = settle(documents, outages=rows, period="2026")
    assert len(settled.settlement.statements) == 12
    assert settled.impact().payable == gbp("5000.00")
    assert settled.statement(period="2026-07").net == gbp("1000.00")
    assert settled.statement(period="2026-11").net == gbp("0.00")


@pytest.mark.parametrize("period", ["2026-W15", "2026-04-15"])
def test_a_week_or_a_day_is_not_settled_by_itself(period: str) -> None:
    with pytest.raises(InvalidValue, match="Settle a month such as 2026-04, a quarter or a year"):
        settle(contract(), period=period)
