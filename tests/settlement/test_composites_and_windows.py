"""Composites, windows judged each day, bedding-in and prices that change: by hand."""

from fractions import Fraction

import pytest

from domain.explanation import replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    MONTH,
    availability,
    bands,
    count,
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
)

LEADS = level("total", "500", name="leads", metric={"measure": "leads"})
RATE = level("ratio", "10", name="rate", metric={"measure": "rate"})
FUNNEL = [count("leads", 450, party="marketing"), count("rate", 8, 100, party="sales")]


def composite(formula: str, target: str, *of: str, name: str = "whole", **more: object) -> dict[str, object]:
    metric = {"formula": formula, "of": list(of)} | dict(more.pop("terms", {}))  # type: ignore[call-overload]
    return level("composite", target, name=name, metric=metric, **more)


def test_a_percent_enters_a_product_as_a_fraction() -> None:
    deals = composite("product", "50", "leads", "rate")
    settled = settle(
        house(teams=["sales", "marketing"]),
        service("desk"),
        sla(["desk"], [LEADS, RATE, deals]),
        counts=FUNNEL,
    )
    found = settled.attainment(level="whole")
    assert found.value == 36
    assert found.margin == -14
    assert found.status.value == "MISSED"


@pytest.mark.parametrize(
    ("formula", "weights", "value"),
    [
        ("product", None, "72"),
        ("sum", None, "170"),
        ("min", None, "80"),
        ("max", None, "90"),
        ("mean", None, "85"),
        ("weighted", ["3", "1"], "87.5"),
        ("weighted", ["0.75", "0.25"], "87.5"),
    ],
)
def test_each_formula_of_90_and_80_percent(formula: str, weights: list[str] | None, value: str) -> None:
    levels = [level("ratio", "50", name=name, metric={"measure": name}) for name in ("a", "b")]
    terms = {"weights": weights} if weights else {}
    whole = composite(formula, "1", "a", "b", terms=terms)
    rows = [count("a", 90, 100), count("b", 80, 100)]
    settled = settle(house(), service("desk"), sla(["desk"], [*levels, whole]), counts=rows)
    assert settled.attainment(level="whole").value == Fraction(value)


def test_a_composite_may_be_made_of_composites_and_has_no_value_without_all_of_its_levels() -> None:
    levels = [level("ratio", "50", name=name, metric={"measure": name}) for name in ("a", "b")]
    nested = [composite("product", "1", "a", "b", name="both"), composite("min", "1", "both", "a")]
    rows = [count("a", 90, 100), count("b", 80, 100)]
    documents = [house(), service("desk"), sla(["desk"], [*levels, *nested])]
    assert settle(*documents, counts=rows).attainment(level="whole").value == 72
    missing = settle(*documents, counts=rows[:1]).attainment(level="whole")
    assert (missing.status.value, missing.value) == ("NO_DATA", None)


def test_a_missed_composite_is_divided_by_what_each_party_attained_of_its_promise() -> None:
    # 450 of 500 leads, 8 of 10 %: 36 of 50 deals, 14 short. Marketing alone 45 (5 short), sales alone 40 (10 short):
    # Shapley (5 + 14 - 10)/2 = 4.5 and (10 + 14 - 5)/2 = 9.5.
    settled = settle(
        house(teams=["sales", "marketing"]),
        service("desk"),
        ola("marketing", ["desk"], [LEADS]),
        ola("sales", ["desk"], [RATE]),
        sla(["desk"], [composite("product", "50", "ola-marketing/leads", "ola-sales/rate", credit=bands({"50": "5"}))],
            {"desk": "1000.00"}),
        counts=FUNNEL,
    )  # fmt: skip
    assert settled.trace().quantity == 14
    assert settled.trace().unit == "units"
    assert (settled.row("marketing").quantity, settled.row("sales").quantity) == exactly("4.5", "9.5")
    assert settled.row("sales").agreement == "ola-sales"
    assert settled.row("sales").value_without == 45
    assert settled.credit("sales") == gbp("25")


def test_a_composite_with_its_shares_and_credit_can_be_worked_out_again() -> None:
    work = settling(
        house(teams=["sales", "marketing"]),
        service("desk"),
        ola("marketing", ["desk"], [LEADS]),
        ola("sales", ["desk"], [RATE]),
        sla(["desk"], [composite("product", "50", "ola-marketing/leads", "ola-sales/rate", credit=bands({"50": "5"}))],
            {"desk": "1000.00"}),
        counts=FUNNEL,
    )  # fmt: skip
    found = explanations(work, Period.parse(MONTH), "sla", "whole", "desk")
    assert set(found) == {"attainment", "shares", "credit"}
    for tree in found.values():
        replay(tree)
    none = settling(
        house(), service("desk"), sla(["desk"], [LEADS, RATE, composite("product", "50", "leads", "rate")])
    )
    replay(explanations(none, Period.parse(MONTH), "sla", "whole", "desk")["attainment"])


# ------------------------------------------------------------------------------------------------- windows

ROLLING = availability("99.5", period={"rolling": "P10D"}, credit=bands({"99.5": "5", "99": "10"}))


def test_a_rolling_level_is_judged_every_day_and_its_credit_falls_due_once_on_its_worst_day() -> None:
    # Ten days are 14,400 min. Down 100 min on the 5th and 60 on the 10th: windows ending on 5 to 9 April have 100 min
    # (99.3055 %), on 10 to 14 April 160 (98.8889 %), on 15 to 19 April 60 (99.5833 %, met), then nothing.
    rows = [outage("web", "05 10:00", "05 11:40"), outage("web", "10 10:00", "10 11:00")]
    settled = settle(house(), service("web"), sla(["web"], [ROLLING], {"web": "3000.00"}), outages=rows)
    by_day = {each.period.name: each for each in settled.settlement.attainments}
    assert len(by_day) == 30
    assert by_day["2026-04-04"].value == 100
    assert by_day["2026-04-05"].value == 100 - Fraction(100 * 100, 14400)
    assert by_day["2026-04-14"].value == 100 - Fraction(160 * 100, 14400)
    assert [name for name, each in by_day.items() if each.status.value == "MISSED"] == [
        f"2026-04-{day:02d}" for day in range(5, 15)
    ]
    (line,) = settled.statement().lines
    # The month's charge, not the window's; the worst day's band, once.
    assert line.percent == 10
    assert line.net == gbp("300")
    assert settled.statement().net == gbp("300")
    credited = [each for each in settled.settlement.breaches if each.credits[0] is not None]
    assert [each.attainment.period.name for each in credited] == ["2026-04-10"]


def test_a_window_reaches_back_before_the_term() -> None:
    term = {"from": "2026-04-01", "to": "2026-12-31"}
    rows = [outage("web", "2026-03-30T10:00:00Z", "2026-03-30T12:00:00Z")]
    settled = settle(
        house(), service("web"), sla(["web"], [ROLLING], term=term, effective="2026-04-01"), outages=rows
    )
    first = settled.attainment(period="2026-04-01")
    assert first.value == 100 - Fraction(120 * 100, 14400)
    assert first.denominator == 10 * 86_400_000_000
    assert first.status.value == "MISSED"


def test_nothing_is_credited_while_a_level_is_bedding_in() -> None:
    down = [outage("web", f"2026-0{month}-10T00:00:00Z", f"2026-0{month}-11T00:00:00Z") for month in (3, 4)]
    for terms, more in (({"beddingIn": "P3M"}, {}), ({}, {"beddingIn": "P3M"})):
        one = availability("99.5", credit=bands({"99.5": "5"}), **terms)
        documents = [house(), service("web"), sla(["web"], [one], {"web": "3000.00"}, **more)]
        march = settle(*documents, outages=down, period="2026-03")
        assert march.attainment().status.value == "MISSED"
        assert (march.statement().net, len(march.statement().lines)) == (gbp("0"), 1)
        assert march.row("halden").credit_share is None
        assert settle(*documents, outages=down, period="2026-04").statement().net == gbp("150")


def test_a_price_that_changes_within_a_quarter_is_charged_day_by_day() -> None:
    # January and February at 3,000, March at 6,000: 12,000, of which 5 % is 600.
    one = availability("99.9", period="quarter", credit=bands({"99.9": "5"}))
    prices = [{"service": "web", "monthly": [{"from": "2026-01-01", "amount": "3000.00"}, {"from": "2026-03-01", "amount": "6000.00"}]}]  # fmt: skip
    down = [outage("web", "2026-02-10T00:00:00Z", "2026-02-11T00:00:00Z")]
    settled = settle(
        house(), service("web"), sla(["web"], [one], charges=prices), outages=down, period="2026-03"
    )
    assert settled.statement().net == gbp("600")
