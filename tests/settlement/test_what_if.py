"""Other contracts under the same history: E3, in April of 43,200 minutes, with terms, vendors and lines changed."""

from fractions import Fraction

import pytest

from domain.errors import InvalidValue
from domain.instants import isoformat
from domain.periods import Period
from settlement.comparing import Change
from settlement.what_if import WhatIf, what_if
from tests.building import (
    THREE_BANDS,
    Document,
    Documents,
    Row,
    all_of,
    any_of,
    availability,
    bands,
    evidence,
    gbp,
    house,
    outage,
    portfolio,
    service,
    sla,
    uc,
)

APRIL = Period.parse("2026-04")
E3 = [outage("hosting", "14 10:00", "14 11:00"), outage("wan", "21 10:00", "21 10:02")]


def bank(
    needs: Documents | None = None,
    measured: str = "fromDependencies",
    target: str = "99.9",
    credit: Document = THREE_BANDS,
    host: str = "cirrus",
    percent: str = "10",
) -> Documents:
    return [
        house(vendors=["cirrus", "telco"]),
        service("banking", needs=needs or all_of("hosting", "wan"), measured=measured),
        service("hosting", host),
        service("wan", "telco"),
        service("second-line", "telco"),
        sla(["banking"], [availability(target, credit=credit)], {"banking": "40000.00"}),
        uc(
            host,
            ["hosting"],
            [availability("99.9", credit=bands({"99.9": percent}))],
            {"hosting": "12000.00"},
            name="uc-host",
        ),
    ]


def compared(before: Documents, after: Documents, outages: list[Row] | None = None) -> WhatIf:
    rows = E3 if outages is None else outages
    return what_if(portfolio(before), portfolio(after), evidence(rows), APRIL)


def spans(found: WhatIf) -> tuple[list[str], list[str]]:
    return tuple(
        [f"{each.service} {isoformat(each.start)[8:16]}-{isoformat(each.end)[8:16]}" for each in outages]
        for outages in (found.unrecorded, found.recorded)
    )  # type: ignore[return-value]


def test_a_lower_target_would_have_been_met_and_cost_nothing() -> None:
    found = compared(bank(), bank(target="99.8")).comparison

    [banking] = found.attainments
    assert banking.change is Change.NO_LONGER_MISSED
    assert banking.before is not None
    assert banking.after is not None
    assert (banking.before.value, banking.after.value) == (Fraction(100 * 43_138, 43_200),) * 2
    # The bands of a met target are not read: 5 percent of 40,000 less.
    [statement] = found.statements
    assert statement.net.difference == gbp("-2000.00")


def test_another_credit_changes_the_money_and_no_attainment() -> None:
    found = compared(bank(), bank(credit=bands({"99.9": "12.5"}))).comparison

    assert (found.attainments, found.same) == ((), 2)
    assert [(each.net.before, each.net.after) for each in found.statements] == [
        (gbp("2000.00"), gbp("5000.00"))
    ]


def test_another_vendor_owes_what_the_first_one_owed() -> None:
    [impact] = compared(bank(), bank(host="telco")).comparison.impacts

    assert [(each.party, each.caused.difference, each.recoverable.difference) for each in impact.parties] == [
        ("cirrus", gbp("-2000.00"), gbp("-1200.00")),
        ("telco", gbp("2000.00"), gbp("1200.00")),
    ]
    assert not impact.gap


def test_a_second_line_would_have_kept_the_network_up() -> None:
    found = compared(bank(), bank(needs=all_of("hosting", any_of("wan", "second-line"))))

    # Only the 60 minutes of the host are left.
    [banking] = found.comparison.attainments
    assert banking.after is not None
    assert (banking.change, banking.after.value) == (Change.BETTER, Fraction(100 * 43_140, 43_200))
    assert spans(found) == ([], [])


def test_a_monitor_would_not_have_recorded_what_the_second_line_keeps_away() -> None:
    # Banking's own monitor saw the host's hour, the line's two minutes, and 5 minutes that nothing explains.
    rows = [
        *E3,
        outage("banking", "14 10:00", "14 11:00"),
        outage("banking", "21 10:00", "21 10:07"),
    ]
    after = bank(needs=all_of("hosting", any_of("wan", "second-line")), measured="directly")
    found = compared(bank(measured="directly"), after, rows)

    assert spans(found) == (["banking 21T10:00-21T10:02"], [])
    [banking] = found.comparison.attainments
    assert banking.before is not None
    assert banking.after is not None
    assert banking.before.value == Fraction(100 * (43_200 - 67), 43_200)
    assert banking.after.value == Fraction(100 * (43_200 - 65), 43_200)


def test_a_monitor_would_have_recorded_what_redundancy_kept_away() -> None:
    # Behind either of the two banking saw nothing of E3; behind both it would have seen all of it.
    before = bank(needs=any_of("hosting", "wan"), measured="directly")
    rows = [*E3, outage("banking", "02 08:00", "02 08:01")]
    found = compared(before, bank(measured="directly"), rows)

    assert spans(found) == ([], ["banking 14T10:00-14T11:00", "banking 21T10:00-21T10:02"])
    [banking] = found.comparison.attainments
    assert banking.after is not None
    assert (banking.change, banking.after.value) == (Change.NEWLY_MISSED, Fraction(100 * 43_137, 43_200))


def test_the_same_contracts_give_the_same_months_and_a_right_that_is_new_is_shown() -> None:
    same = compared(bank(), bank()).comparison
    assert (same.attainments, same.statements, same.rights, same.appeared, same.gone) == ((), (), (), (), ())

    right = {"name": "chronic", "when": {"misses": 1, "of": "availability", "within": "P1M"}}
    documents = [
        house(vendors=["cirrus", "telco"]),
        service("banking"),
        *(
            [sla(["banking"], [availability()], {"banking": "1.00"}, terminationRights=rights)]
            for rights in ([], [right])
        ),
    ]
    before, after = [*documents[:2], documents[2]], [*documents[:2], documents[3]]
    found = compared(before, after, [outage("banking", "14 10:00", "14 11:00")]).comparison
    [changed] = found.rights
    assert (changed.name, changed.before) == ("chronic", None)
    assert changed.after is not None
    assert changed.after.status.value == "EXERCISABLE"


def test_a_quarter_is_compared_month_by_month() -> None:
    found = what_if(
        portfolio(bank()), portfolio(bank(target="99.8")), evidence(E3), Period.parse("2026-Q2")
    ).comparison

    assert [month.name for month in found.months] == ["2026-04", "2026-05", "2026-06"]
    changes = [(each.attainment.period.name, each.change) for each in found.attainments]
    assert changes == [
        ("2026-04", Change.NO_LONGER_MISSED),
        ("2026-05", Change.BETTER),
        ("2026-06", Change.BETTER),
    ]


def test_a_week_is_not_settled_by_itself() -> None:
    with pytest.raises(InvalidValue, match="2026-W12 is not made of months"):
        what_if(portfolio(bank()), portfolio(bank()), evidence(E3), Period.parse("2026-W12"))
