"""Outages that did not happen: what they would break, on the design's E3 and on chains made for one question each.

E3: in April (43,200 minutes) hosting is down for 60 minutes and the line for 2, apart; the credit is 5, 15 or 30 percent
of 40,000 below 99.9, 99.5 or 99.0.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from domain.errors import InvalidValue
from domain.instants import isoformat
from domain.periods import Period
from settlement.comparing import Change, compare
from settlement.settle import settle as settle_period
from settlement.supposed_evidence import SupposedOutage
from settlement.supposing import OutageSimulation, simulate_outage
from tests.building import (
    THREE_BANDS,
    Documents,
    Row,
    all_of,
    any_of,
    availability,
    bands,
    evidence,
    gbp,
    house,
    micros,
    outage,
    portfolio,
    service,
    sla,
    uc,
)

E3 = [outage("hosting", "14 10:00", "14 11:00"), outage("wan", "21 10:00", "21 10:02")]


def bank(measured: str = "fromDependencies", needs: Documents | None = None) -> Documents:
    return [
        house(vendors=["cirrus", "telco"]),
        service("banking", needs=needs or all_of("hosting", "wan"), measured=measured),
        service("hosting", "cirrus"),
        service("wan", "telco"),
        sla(["banking"], [availability("99.9", credit=THREE_BANDS)], {"banking": "40000.00"}),
        uc(
            "cirrus",
            ["hosting"],
            [availability("99.9", credit=bands({"99.9": "10"}))],
            {"hosting": "12000.00"},
        ),
    ]


def suppose(
    documents: Documents,
    of: str,
    begins: str,
    ends: str,
    outages: Iterable[Row] = E3,
    cause: str | None = None,
) -> OutageSimulation:
    supposed = SupposedOutage(of, micros(begins), micros(ends), cause)
    return simulate_outage(portfolio(documents), evidence(outages), supposed)


def spans(outages: Iterable[SupposedOutage]) -> list[tuple[str, str, str]]:
    return [(each.service, isoformat(each.start)[5:16], isoformat(each.end)[5:16]) for each in outages]


def test_four_hours_more_of_the_host_cost_three_times_as_much_and_return_nothing_more() -> None:
    found = suppose(bank(), "hosting", "20 10:00", "20 14:00").comparison

    [banking, hosting] = found.attainments
    assert (banking.change, hosting.change) == (Change.WORSE, Change.WORSE)
    assert banking.before is not None
    assert banking.after is not None
    # 62 minutes were down of 43,200, and 240 more would have been.
    assert banking.before.value == Fraction(100 * (43_200 - 62), 43_200)
    assert banking.after.value == Fraction(100 * (43_200 - 302), 43_200)
    # 99.30 is below 99.5: 15 percent of 40,000 instead of 5; the host owes its 10 percent of 12,000 either way.
    [statement] = found.statements
    assert (statement.agreement, statement.net.before, statement.net.after) == (
        "sla",
        gbp("2000.00"),
        gbp("6000.00"),
    )
    [impact] = found.impacts
    assert (impact.payable.difference, impact.recoverable.difference) == (gbp("4000.00"), gbp("0.00"))
    assert (impact.gap.before, impact.gap.after) == (gbp("800.00"), gbp("4800.00"))
    [cirrus] = impact.parties
    assert (cirrus.party, cirrus.caused.difference) == ("cirrus", gbp("4000.00"))


def test_who_would_answer_stands_in_the_trace_of_the_supposed_breach() -> None:
    [banking] = suppose(bank(), "wan", "20 10:00", "20 11:00", outages=()).comparison.attainments

    # 60 minutes: 99.861, below 99.9.
    assert banking.change is Change.NEWLY_MISSED
    assert banking.breach is not None
    [row] = banking.breach.trace.responsibilities
    assert (row.party, row.impact_share) == ("telco", Fraction(1))
    assert banking.breach.credits == (gbp("2000.00"),)


def test_a_monitor_is_supposed_to_record_what_its_dependencies_would_have_done_to_it() -> None:
    found = suppose(bank("directly"), "hosting", "20 10:00", "20 14:00", outages=())

    assert spans(found.recorded) == [
        ("hosting", "04-20T10:00", "04-20T14:00"),
        ("banking", "04-20T10:00", "04-20T14:00"),
    ]
    [banking, _] = found.comparison.attainments
    assert banking.breach is not None
    assert [row.party for row in banking.breach.trace.responsibilities] == ["cirrus"]


def test_what_history_says_was_up_although_its_gate_failed_stays_up() -> None:
    # Hosting was down from 10:00 to 11:00 and banking's own monitor saw nothing of it; the supposed outage begins
    # within that hour, and only what it adds is recorded.
    history = [outage("hosting", "20 10:00", "20 11:00")]
    found = suppose(bank("directly"), "hosting", "20 10:30", "20 12:00", outages=history)

    assert spans(found.recorded)[1:] == [("banking", "04-20T11:00", "04-20T12:00")]


def test_redundancy_absorbs_it_but_not_while_the_other_line_is_down() -> None:
    documents = bank("directly", any_of("hosting", "wan"))
    alone = suppose(documents, "hosting", "20 10:00", "20 14:00", outages=())
    assert (alone.down, alone.absorbed) == ((), ("banking",))
    assert [each.attainment.of.agreement.name for each in alone.comparison.attainments] == ["uc-cirrus"]

    history = [outage("wan", "20 13:00", "20 15:00")]
    both = suppose(documents, "hosting", "20 10:00", "20 14:00", outages=history)
    assert spans(both.down) == [("banking", "04-20T13:00", "04-20T14:00")]
    assert both.absorbed == ()


@pytest.mark.parametrize("cause", [None, "customer", "force_majeure"])
def test_it_is_settled_just_as_if_the_row_had_been_there(cause: str | None) -> None:
    documents = bank()
    found = suppose(documents, "hosting", "20 10:00", "20 14:00", cause=cause).comparison

    rows = [*E3, outage("hosting", "20 10:00", "20 14:00", cause or "")]
    real = settle_period(portfolio(documents), evidence(rows), Period.parse("2026-04"), date(2026, 5, 1))
    again = compare([replace(found.after, findings=())], [replace(real, findings=())])
    assert (again.attainments, again.statements, again.rights) == ((), (), ())
    assert not any(impact.parties for impact in again.impacts)
    assert found.before.attainments != found.after.attainments


def test_the_source_that_an_agreement_believes_is_supposed_to_have_seen_it() -> None:
    documents = [
        house(vendors=["cirrus"]),
        service("hosting", "cirrus"),
        sla(["hosting"], [availability("99.9")], sources=["probe", "cirrus"]),
    ]
    rows = [
        outage("hosting", "02 10:00", "02 10:01", source="probe"),
        outage("hosting", "03 10:00", "03 12:00", source="cirrus"),
    ]
    [level] = suppose(documents, "hosting", "20 10:00", "20 11:00", outages=rows).comparison.attainments

    # The probe is believed: a minute was down, and an hour more would have been; the vendor's two hours do not count.
    assert level.after is not None
    assert level.after.value == Fraction(100 * (43_200 - 61), 43_200)


def test_a_year_is_judged_where_it_ends() -> None:
    documents = [
        house(),
        service("web"),
        sla(["web"], [availability("99.9", period="year"), availability("99.0", name="monthly")]),
    ]
    found = simulate_outage(
        portfolio(documents),
        evidence([]),
        SupposedOutage("web", micros("2026-02-10T00:00:00Z"), micros("2026-02-10T09:00:00Z")),
    ).comparison

    assert [month.name for month in found.months] == ["2026-02", "2026-12"]
    monthly, yearly = sorted(found.attainments, key=lambda each: each.attainment.period)
    # 9 of 672 hours leave 98.66 of February; of the year's 8,760 hours they leave 99.897.
    assert (monthly.attainment.period.name, monthly.change) == ("2026-02", Change.NEWLY_MISSED)
    assert (yearly.attainment.period.name, yearly.change) == ("2026", Change.NEWLY_MISSED)
    assert yearly.after is not None
    assert yearly.after.value == Fraction(100 * 8_751, 8_760)


def test_nothing_differs_where_the_outage_was_recorded_already() -> None:
    found = suppose(bank(), "hosting", "14 10:15", "14 10:45").comparison

    assert (found.attainments, found.same, found.statements, found.appeared, found.gone) == (
        (),
        2,
        (),
        (),
        (),
    )


@pytest.mark.parametrize(
    ("service_name", "begins", "ends", "cause", "words"),
    [
        ("hosting", "20 10:00", "20 10:00", None, "give an end that lies after the start"),
        ("hosting", "20 10:00", "2027-05-20T10:00:00Z", None, "give at most a year"),
        ("hosting", "20 10:00", "20 11:00", "sunspots", '"sunspots" is no cause'),
        ("attic", "20 10:00", "20 11:00", None, 'there is no service "attic"'),
    ],
)
def test_what_cannot_be_supposed_is_refused(
    service_name: str, begins: str, ends: str, cause: str | None, words: str
) -> None:
    with pytest.raises(InvalidValue, match=words):
        suppose(bank(), service_name, begins, ends, cause=cause)
