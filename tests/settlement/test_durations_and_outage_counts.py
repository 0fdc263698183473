"""Statistics of clock times, and how many outages there were: values and traces, by hand."""

from fractions import Fraction
from typing import Any

import pytest

from domain.explanation import replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    above,
    all_of,
    any_of,
    at_most,
    document,
    exactly,
    gbp,
    house,
    level,
    ola,
    outage,
    service,
    settle,
    settling,
    sla,
    story,
    ticket,
    uc,
    within,
)

RESTORE = {"milestone": "resolution", "statistic": "mean"}
PRICES = {"support": "10000.00"}


def restore(bound: str, **metric: object) -> dict[str, object]:
    return level("duration", at_most(bound), metric=RESTORE | metric)


FOUR = [
    ticket("t1", "P1", "10 00:00", "10 01:00"),
    ticket("t2", "P1", "10 00:00", "10 02:00"),
    ticket("t3", "P2", "10 00:00", "10 03:00"),
    ticket("t4", "P2", "10 00:00", "10 10:00"),
]


@pytest.mark.parametrize(
    ("statistic", "hours"), [("mean", 4), ("median", 2), ("p90", 10), ("p95", 10), ("p99", 10), ("max", 10)]
)
def test_statistics_are_of_observed_clocks_by_nearest_rank(statistic: str, hours: int) -> None:
    settled = settle(
        house(), service("support"), sla(["support"], [restore("PT10H", statistic=statistic)]), tickets=FOUR
    )
    found = settled.attainment()
    assert found.value == hours * 3600
    assert found.unit == "seconds"
    assert found.status.value == "MET"


def test_the_rank_is_rounded_up() -> None:
    # P90 of twenty is the 18th of them, of ten the 9th, of eleven the 10th.
    for many, rank in ((20, 18), (10, 9), (11, 10)):
        tickets = [ticket(f"t{n:02d}", "P1", "10 00:00", f"10 00:{n:02d}") for n in range(1, many + 1)]
        settled = settle(
            house(),
            service("support"),
            sla(["support"], [restore("PT10H", statistic="p90")]),
            tickets=tickets,
        )
        assert settled.attainment().value == rank * 60


def test_one_sample_is_every_percentile_and_none_has_no_value() -> None:
    levels = [restore("PT1H", statistic="p99")]
    one = settle(house(), service("support"), sla(["support"], levels), tickets=FOUR[:1])
    assert one.attainment().value == 3600
    none = settle(house(), service("support"), sla(["support"], levels))
    assert (none.attainment().status.value, none.attainment().value) == ("NO_DATA", None)


def test_priorities_narrow_the_tickets_and_an_open_one_has_no_clock_time_yet() -> None:
    tickets = [*FOUR, ticket("open", "P1", "01 00:00")]
    for more in ({"priorities": ["P1"]}, {"thresholds": {"P1": "PT4H"}}):
        settled = settle(
            house(), service("support"), sla(["support"], [restore("PT2H", **more)]), tickets=tickets
        )
        assert settled.attainment().value == 5400
        assert settled.attainment().numerator == 10800
        assert settled.attainment().denominator == 2


def test_what_lies_beyond_a_mean_is_whose_time_was_beyond_its_promise() -> None:
    # Clocks of 2 h (halden) and 6 h (1 h halden, 5 h netco under a UC of 1 h): mean 4 h, an hour beyond 3 h.
    # Without netco the second takes 2 h: mean 2 h. halden promised nothing of its own: without it 0 h and 5 h, 2.5 h.
    tickets = [
        story("t1", "P1", "10 00:00", ("halden", "PT2H")),
        story("t2", "P1", "11 00:00", ("halden", "PT1H"), ("netco", "PT5H")),
    ]
    settled = settle(
        house(vendors=["netco"]),
        service("support"),
        sla(["support"], [restore("PT3H")]),
        uc("netco", ["support"], [within("95", {"P1": "PT1H"})]),
        tickets=tickets,
    )
    assert settled.attainment().value == 14400
    assert settled.trace().quantity == 3600
    assert settled.trace().unit == "seconds"
    # v(netco) = (0 + 5 h)/2 - 3 h < 0, v(halden) = (2 h + 1 h + 1 h)/2 - 3 h < 0: only together, half each.
    assert settled.row("netco").quantity == 1800
    assert settled.row("halden").quantity == 1800
    assert settled.row("netco").agreement == "uc-netco"
    assert settled.row("netco").value_without == 7200
    assert (settled.row("netco").is_necessary, settled.row("netco").is_sufficient) == (True, False)


def test_a_suppliers_own_promised_duration_is_what_it_may_take_of_each_ticket() -> None:
    # The desk promises a mean of 1 h to halden; the ticket lay with it for 3 h of 4: v(desk) = 3 h, v(halden) = 2 h.
    tickets = [story("t1", "P1", "11 00:00", ("desk", "PT3H"), ("halden", "PT1H"))]
    settled = settle(
        house(teams=["desk"]),
        service("support"),
        sla(["support"], [restore("PT2H")]),
        ola("desk", ["support"], [restore("PT1H")]),
        tickets=tickets,
    )
    # 2 h beyond. With the desk alone 3 h: 1 h beyond; with halden alone 1 h + 1 h: met. Shapley 1.5 h and 0.5 h.
    assert settled.row("desk").quantity == 5400
    assert settled.row("halden").quantity == 1800
    # The desk's own clock counts its own custody alone.
    assert settled.attainment("ola-desk").value == 10800


def test_the_credit_of_a_duration_follows_its_bands_in_seconds() -> None:
    credit = {
        "scheme": "bands",
        "bands": [{"above": "PT2H", "percent": "5"}, {"above": "PT8H", "percent": "10"}],
    }
    slow = level("duration", at_most("PT2H"), metric=RESTORE, credit=credit)
    settled = settle(house(), service("support"), sla(["support"], [slow], PRICES), tickets=FOUR)
    assert settled.statement().net == gbp("500")
    assert settled.row("halden").credit_share == 1


OUTAGES = level("outageCount", at_most("1"), name="outages")


def counted(*rows: dict[str, str], metric: dict[str, str] | None = None, **more: Any) -> Fraction | None:
    one = level("outageCount", at_most("1"), metric=metric or {}, **more)
    return settle(house(), service("web"), sla(["web"], [one]), outages=list(rows)).attainment().value


def test_an_outage_is_a_maximal_interval_that_began_in_the_period() -> None:
    touching = (outage("web", "10 10:00", "10 10:30"), outage("web", "10 10:30", "10 11:00"))
    assert counted(*touching) == 1
    before = outage("web", "2026-03-31T23:59:59Z", "2026-04-01T02:00:00Z")
    assert counted(before, *touching) == 1
    assert counted(outage("web", "30 23:00")) == 1
    assert counted(before) == 0


def test_longer_than_is_meant_strictly() -> None:
    hour = outage("web", "10 10:00", "10 11:00")
    assert counted(hour, metric={"longerThan": "PT1H"}) == 0
    assert counted(hour, metric={"longerThan": "PT59M59S"}) == 1


def test_an_outage_in_agreed_maintenance_is_none_and_one_that_outlasts_it_is() -> None:
    maintenance = [{"days": ["sun"], "from": "02:00", "to": "04:00"}]
    documents = [house(), service("web"), sla(["web"], [OUTAGES], maintenance=maintenance)]
    within_it = settle(*documents, outages=[outage("web", "05 02:00", "05 04:00")])
    assert within_it.attainment().value == 0
    longer = settle(*documents, outages=[outage("web", "05 02:00", "05 04:01")])
    assert longer.attainment().value == 1


def test_each_outage_is_divided_among_those_who_made_it() -> None:
    # Two outages: one of A alone, one of A and B together, where either was enough; 1.5 and 0.5.
    rows = [
        outage("a", "10 10:00", "10 11:00"),
        outage("a", "20 10:00", "20 11:00"),
        outage("b", "20 10:30", "20 12:00"),
    ]
    settled = settle(
        house(vendors=["va", "vb"]),
        service("web", needs=all_of("a", "b")),
        service("a", "va"),
        service("b", "vb"),
        sla(
            ["web"],
            [level("outageCount", at_most("0"), credit=above({"0": "5", "1": "10"}))],
            {"web": "10000.00"},
        ),
        outages=rows,
    )
    assert settled.attainment().value == 2
    assert settled.attainment().unit == "outages"
    assert settled.trace().quantity == 2
    assert settled.trace().unit == "outages"
    assert (settled.row("va").quantity, settled.row("vb").quantity) == exactly("3/2", "1/2")
    # Credits: both 10 %, va alone two outages 10 %, vb alone one outage 5 %: 3/4 and 1/4.
    assert (settled.row("va").credit_share, settled.row("vb").credit_share) == exactly("3/4", "1/4")
    assert settled.row("va").value_without == 1


def test_an_outage_that_only_both_together_made_long_enough_is_half_each() -> None:
    rows = [outage("a", "10 10:00", "10 10:20"), outage("b", "10 10:20", "10 10:50")]
    settled = settle(
        house(vendors=["va", "vb"]),
        service("web", needs=all_of("a", "b")),
        service("a", "va"),
        service("b", "vb"),
        sla(["web"], [level("outageCount", at_most("0"), metric={"longerThan": "PT30M"})]),
        outages=rows,
    )
    assert settled.attainment().value == 1
    assert (settled.row("va").impact_share, settled.row("vb").impact_share) == exactly("1/2", "1/2")


def test_redundancy_that_held_is_no_outage_and_an_excused_one_is_not_counted() -> None:
    documents = [
        house(vendors=["va", "vb"]),
        service("web", needs=any_of("a", "b")),
        service("a", "va"),
        service("b", "vb"),
        sla(["web"], [level("outageCount", at_most("0"))], exclusions=["force_majeure"]),
    ]
    held = settle(*documents, outages=[outage("a", "10 10:00", "10 11:00")])
    assert held.attainment().value == 0
    flood = [outage(name, "10 10:00", "10 11:00", "force_majeure") for name in ("a", "b")]
    assert settle(*documents, outages=flood).attainment().value == 0
    # One of the two was nobody's fault but its vendor's: neither would have been enough, half is relieved.
    half = settle(*documents, outages=[flood[0], outage("b", "10 10:00", "10 11:00")])
    assert half.attainment().value == Fraction(1, 2)
    assert half.row("vb").quantity == Fraction(1, 2)


@pytest.mark.parametrize("level_name", ["level", "outages"])
def test_every_step_can_be_worked_out_again(level_name: str) -> None:
    credit = {"scheme": "bands", "bands": [{"above": "PT2H", "percent": "5"}]}
    slow = level("duration", at_most("PT2H"), metric=RESTORE, credit=credit)
    many = level("outageCount", at_most("0"), name="outages", credit=above({"0": "5"}))
    work = settling(
        house(), service("support"), sla(["support"], [slow, many], {"support": "1.00"}),
        tickets=FOUR, outages=[outage("support", "10 10:00", "10 11:00")],
    )  # fmt: skip
    found = explanations(work, Period.parse("2026-04"), "sla", level_name, "support")
    assert set(found) == {"attainment", "shares", "credit"}
    for tree in found.values():
        replay(tree)


def test_nobody_says_that_outages_are_counted_later() -> None:
    settled = settle(house(), service("web"), sla(["web"], [OUTAGES]), document("Party", "x", role="vendor"))
    assert settled.findings("NOT_YET_CALCULATED") == []
    assert len(settled.findings("NO_EVIDENCE")) == 1
