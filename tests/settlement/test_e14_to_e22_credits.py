"""E14 to E22: what a miss costs under each credit scheme, in whole settlements, with the design's own figures."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from domain.explanation import decode, replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Row,
    Settled,
    at_most,
    availability,
    count,
    exactly,
    gbp,
    house,
    item,
    level,
    office,
    outage,
    sample,
    service,
    settle,
    settling,
    sla,
    uc,
    within,
)
from tests.building import story as ticket_story


def score(month: str, percent: str, *, measure: str = "score", on: str = "desk") -> Row:
    """A month's score in percent, as counts of ten thousand."""
    whole = Fraction(percent) * 100
    return count(
        measure, str(whole), 10_000, on=on, start=f"{month}-10T00:00:00Z", end=f"{month}-11T00:00:00Z"
    )


def contract(
    levels: Sequence[Document], price: str = "100000.00", *, on: str = "desk", **terms: Any
) -> list[Document]:
    return [*house(), service(on), sla([on], levels, {on: price}, **terms)]


def line_of(settled: Settled, level_name: str) -> tuple[object, ...]:
    line = settled.line(level=level_name)
    return line.percent, line.amount.text(), line.net.text()


def explained(documents: list[Document], level_name: str, on: str, period: str, **rows: Any) -> Fraction:
    """The net that the explanation of a line replays to, as it was settled."""
    asked = Period.parse(period)
    with_rows = settling(documents, period=period, **rows)
    tree = explanations(with_rows, asked, "sla", level_name, on)["credit"]
    value = replay(tree)
    assert value == decode(tree.value)
    (statement,) = with_rows.settle(asked).statements
    (line,) = [each for each in statement.lines if each.of.level.name == level_name]
    assert value == line.net
    return line.net.fraction


# ------------------------------------------------------------------------------------------------- E14: points

E14_BANDS = [
    {"from": "98.0", "to": "98.9", "points": "1"},
    {"from": "97.0", "to": "97.9", "points": "2"},
    {"from": "96.0", "to": "96.9", "points": "3"},
    {"below": "96", "points": "4"},
]


def scored(*, compare: bool = True) -> list[Document]:
    credit = {"scheme": "points", "bands": E14_BANDS, "repeat": "2"}
    more: dict[str, Any] = {"compare": {"places": 1, "rounding": "half_up"}} if compare else {}
    promise = level("ratio", "99", metric={"measure": "score"}, name="score", credit=credit, **more)
    return contract([promise], remedies={"points": {"perPoint": {"percent": "0.5"}}})


def points_of_months(*values: str) -> list[Fraction | None]:
    """The service points of each month from January on."""
    rows = [score(f"2026-{month:02d}", value) for month, value in enumerate(values, start=1)]
    months = [f"2026-{month:02d}" for month in range(1, len(values) + 1)]
    return [settle(scored(), counts=rows, period=month).line().points for month in months]


def test_e14_the_second_and_every_later_consecutive_failure_counts_twice() -> None:
    assert points_of_months("98.5", "96.5", "96.5") == [1, 6, 6]


def test_e14_a_deep_failure_first_and_a_shallow_one_after_it() -> None:
    assert points_of_months("96.5", "98.5", "96.5") == [3, 2, 6]


def test_e14_a_met_month_ends_the_run() -> None:
    rows = [score("2026-01", "96.5"), score("2026-02", "99.5"), score("2026-03", "96.5")]
    assert settle(scored(), counts=rows, period="2026-03").line().points == 3


def test_e14_the_contract_compares_a_rounded_value() -> None:
    assert points_of_months("98.94") == [1]
    rows = [score("2026-01", "98.95")]
    assert settle(scored(), counts=rows, period="2026-01").attainment().status.value == "MET"


def test_e14_without_compare_a_value_between_two_bands_is_a_finding_and_no_guess() -> None:
    settled = settle(scored(compare=False), counts=[score("2026-01", "98.95")], period="2026-01")
    assert settled.line().points == 0
    assert settled.line().net == gbp("0.00")
    gaps = [each for each in settled.findings("BAND_GAP") if "98.95" in each.message]
    assert len(gaps) == 1
    assert gaps[0].service_level == "score"


def test_e14_points_are_money_at_so_much_each() -> None:
    rows = [score("2026-01", "98.5"), score("2026-02", "96.5")]
    settled = settle(scored(), counts=rows, period="2026-02")
    # 6 points at 0.5 % of 100,000.
    assert line_of(settled, "score") == (3, "3000.00", "3000.00")
    assert explained(scored(), "score", "desk", "2026-02", counts=rows) == 3000


def test_points_by_a_table_are_shared_pro_rata_to_the_lines_points() -> None:
    bands = [{"below": "99", "points": "2"}]
    other = [{"below": "99", "points": "6"}]
    levels = [
        level("ratio", "99", metric={"measure": name}, name=name, credit={"scheme": "points", "bands": rows})
        for name, rows in (("one", bands), ("two", other))
    ]
    table = [
        {"points": "5", "percent": "2"},
        {"points": "8", "percent": "4"},
        {"points": "20", "percent": "9"},
    ]
    documents = contract(levels, remedies={"points": {"table": table}})
    rows = [score("2026-04", "98", measure="one"), score("2026-04", "98", measure="two")]
    settled = settle(documents, counts=rows)
    # 8 points reach the step of 4 % of 100,000: 4,000, of which a quarter and three quarters.
    assert line_of(settled, "one") == (1, "1000.00", "1000.00")
    assert line_of(settled, "two") == (3, "3000.00", "3000.00")
    assert explained(documents, "two", "desk", "2026-04", counts=rows) == 3000
    alone = settle(documents, counts=rows[:1])
    # Two points alone reach no step.
    assert line_of(alone, "one") == (0, "0.00", "0.00")


# -------------------------------------------------------------------------------------- E15 and E16: at risk


def at_risk(name: str, vendor: str, price: str, percent: str, pool: str, allocation: str) -> Document:
    promise = availability("99.9", credit={"scheme": "atRisk", "allocation": allocation})
    remedies = {"atRisk": {"percent": percent, "pool": pool}}
    return uc(vendor, [name], [promise], {name: price}, remedies=remedies)


def test_e15_each_supplier_has_its_own_amount_at_risk_and_together_they_owe_5600() -> None:
    settled = settle(
        house(vendors=["one", "two"]),
        service("hosting", "one"),
        service("network", "two"),
        at_risk("hosting", "one", "100000.00", "10", "50", "40"),
        at_risk("network", "two", "250000.00", "12", "60", "20"),
        outages=[outage("hosting", "14 10:00", "14 12:00"), outage("network", "14 10:00", "14 12:00")],
    )
    nets = [settled.statement(name).net.fraction for name in ("uc-one", "uc-two")]
    assert nets == [2000, 3600]
    assert sum(nets) == 5600
    line = settled.line("uc-one")
    assert line.percent == 2
    assert line.base == gbp("100000.00")


def test_e16_five_of_ten_levels_at_a_quarter_each_are_cut_to_the_amount_at_risk() -> None:
    names = [f"level-{number:02d}" for number in range(10)]
    levels = [
        level(
            "ratio",
            "99",
            metric={"measure": name},
            name=name,
            credit={"scheme": "atRisk", "allocation": "25"},
        )
        for name in names
    ]
    remedies = {"atRisk": {"percent": "10", "allocationsTotal": "250"}}
    documents = contract(levels, remedies=remedies)
    rows = [
        score("2026-04", "90" if number < 5 else "99.5", measure=name) for number, name in enumerate(names)
    ]
    settled = settle(documents, counts=rows)
    statement = settled.statement()
    assert (statement.gross, statement.net) == (gbp("12500.00"), gbp("10000.00"))
    assert [(line.amount, line.net) for line in statement.lines] == [(gbp("2500.00"), gbp("2000.00"))] * 5
    assert explained(documents, "level-00", "desk", "2026-04", counts=rows) == 2000
    assert settled.findings("ALLOCATION_SUM") == []


# ------------------------------------------------------------------------------------------- E17: shortfall


def test_e17_75_of_98_is_23_percent_of_the_charges() -> None:
    promise = level("ratio", "98", metric={"measure": "score"}, name="score", credit={"scheme": "shortfall"})
    documents, rows = contract([promise], "1000.00"), [score("2026-04", "75")]
    assert line_of(settle(documents, counts=rows), "score") == (23, "230.00", "230.00")
    assert explained(documents, "score", "desk", "2026-04", counts=rows) == 230


# ---------------------------------------------------------------------------------------- E18: per failures


def test_e18_eleven_failures_in_twelve_months_are_paid_once_for_ten() -> None:
    credit = {"scheme": "perFailures", "failures": 10, "within": "P12M", "percent": "5", "of": "annual"}
    promise = level("outageCount", at_most("0"), name="failures", credit=credit)
    documents = contract([promise], "10500.00", on="web")  # 126,000 a year.

    def days(month: str, how_many: int) -> list[Row]:
        return [
            outage("web", f"2026-{month}-{day:02d}T10:00:00Z", f"2026-{month}-{day:02d}T10:05:00Z")
            for day in range(1, how_many + 1)
        ]

    eleven = [*days("01", 6), *days("03", 5)]
    settled = settle(documents, outages=eleven, period="2026-03")
    assert line_of(settled, "failures") == (5, "6300.00", "6300.00")
    assert explained(documents, "failures", "web", "2026-03", outages=eleven) == 6300
    assert settle(documents, outages=eleven, period="2026-01").statement().net == gbp("0.00")
    # Nine more: the eleventh waited for them, and the ten that were paid for do not count again.
    assert settle(documents, outages=[*eleven, *days("04", 8)], period="2026-04").statement().net == gbp(
        "0.00"
    )
    assert settle(documents, outages=[*eleven, *days("04", 9)], period="2026-04").statement().net == gbp(
        "6300.00"
    )


def test_e18_failures_older_than_the_window_do_not_count() -> None:
    credit = {"scheme": "perFailures", "failures": 2, "within": "P1M", "amount": "100.00"}
    promise = level("outageCount", at_most("0"), name="failures", credit=credit)
    documents = contract([promise], on="web")

    def settled(first: str) -> str:
        rows = [
            outage("web", f"2026-03-{first}T10:00:00Z", f"2026-03-{first}T10:05:00Z"),
            outage("web", "10 10:00", "10 10:05"),
        ]
        return settle(documents, outages=rows).statement().net.text()

    # The month that ends with 10 April begins with 11 March.
    assert settled("11") == "100.00"
    assert settled("10") == "0.00"


# ----------------------------------------------------------------------------------------- E19: schedule

E19 = [
    {"upTo": "PT10M", "percent": "0"},
    {"upTo": "PT45M", "percent": "5"},
    {"upTo": "PT4H", "percent": "10"},
    {"upTo": "PT8H", "percent": "20"},
    {"upTo": "PT12H", "percent": "30"},
    {"upTo": "PT16H", "percent": "40"},
    {"upTo": "PT24H", "percent": "50"},
    {"beyond": True, "percent": "100"},
]


@pytest.mark.parametrize(
    ("ends", "percent"),
    [
        ("14 10:10", 0),
        ("14 10:45", 5),
        ("14 14:00", 10),
        ("14 14:00:01", 20),
        ("14 18:00:01", 30),
        ("15 02:00", 40),
        ("15 10:00", 50),
        ("15 10:00:01", 100),
    ],
)
def test_e19_exactly_four_hours_are_10_percent_and_a_second_more_20(ends: str, percent: int) -> None:
    promise = availability("100", credit={"scheme": "schedule", "schedule": E19})
    documents, rows = contract([promise], "1000.00", on="web"), [outage("web", "14 10:00", ends)]
    settled = settle(documents, outages=rows)
    assert settled.line().percent == percent
    assert settled.line().net.fraction == 10 * percent
    assert explained(documents, "availability", "web", "2026-04", outages=rows) == 10 * percent


# ----------------------------------------------------------------------------------------- E20: per unit


@pytest.mark.parametrize(
    ("ends", "percent", "net"),
    [("14 12:31", 15, "150.00"), ("14 16:30", 25, "250.00"), ("14 10:30:01", 10, "100.00")],
)
def test_e20_each_started_hour_beyond_the_allowance_up_to_the_cap(ends: str, percent: int, net: str) -> None:
    credit = {
        "scheme": "perUnit", "unit": "PT1H", "part": "started", "allowance": "PT30M",
        "first": {"percent": "10", "units": "2"}, "each": {"percent": "5"}, "cap": {"percent": "25"},
    }  # fmt: skip
    promise = availability("99.99", credit=credit)
    documents, rows = contract([promise], "1000.00", on="web"), [outage("web", "14 10:00", ends)]
    settled = settle(documents, outages=rows)
    assert line_of(settled, "availability") == (percent, net, net)
    assert explained(documents, "availability", "web", "2026-04", outages=rows) == Fraction(net)


def test_per_unit_beyond_the_target_counts_full_hours_tickets_and_percent_steps() -> None:
    hours = availability("99", credit={"scheme": "perUnit", "unit": "PT1H", "each": {"percent": "1"}})
    # 1 % of 720 h are permitted: 7 h 12; 10 h down are 2 h 48 beyond, two full hours.
    settled = settle(contract([hours], "1000.00", on="web"), outages=[outage("web", "14 10:00", "14 20:00")])
    assert line_of(settled, "availability") == (2, "20.00", "20.00")
    steps = level(
        "ratio", "98", metric={"measure": "score"}, name="score",
        credit={"scheme": "perUnit", "unit": "0.5", "part": "started", "each": {"amount": "7.00"}},
    )  # fmt: skip
    # 98 - 96.7 = 1.3 points: three started halves.
    settled = settle(contract([steps]), counts=[score("2026-04", "96.7")])
    assert line_of(settled, "score") == (None, "21.00", "21.00")


@pytest.mark.parametrize(
    ("unit", "part", "percent"),
    [
        ("day_of_service", "full", 10),
        ("day_of_service", "started", 20),
        ("day", "full", 0),
        ("day", "started", 10),
    ],
)
def test_a_day_of_service_as_a_unit_is_as_long_as_the_window_is_open_on_a_day(
    unit: str, part: str, percent: int
) -> None:
    # Monday to Friday 08:00 to 18:00 in London. From Tuesday 08:00 to Wednesday 13:00 (BST) 15 hours of service are
    # down; 13 minutes of April's 220 hours are permitted. That is one day of service of ten hours, and a second begun.
    credit = {"scheme": "perUnit", "unit": unit, "part": part, "each": {"percent": "10"}}
    promise = availability("99.9", window="prime", credit=credit)
    documents = [
        office(), *house(), service("web"), sla(["web"], [promise], {"web": "1000.00"}, calendar="office"),
    ]  # fmt: skip
    settled = settle(documents, outages=[outage("web", "14 07:00", "15 12:00")])
    (line,) = settled.statement().lines
    assert line.percent == percent
    assert line.net == gbp(f"{percent * 10}.00")


def test_per_unit_of_tickets_counts_those_later_than_the_target_allows() -> None:
    credit = {"scheme": "perUnit", "unit": "ticket", "part": "started", "each": {"amount": "50.00"}}
    promise = within("80", {"P1": "PT4H"}, credit=credit)
    late = [ticket_story(f"late-{n}", "P1", "14 08:00", ("halden", "PT5H"), on="web") for n in range(4)]
    fine = [ticket_story(f"fine-{n}", "P1", "14 08:00", ("halden", "PT1H"), on="web") for n in range(3)]
    settled = settle(contract([promise], on="web"), tickets=[*late, *fine])
    # 4 of 7 late, 1.4 allowed: 2.6, three started tickets.
    assert line_of(settled, "resolution") == (None, "150.00", "150.00")


# ---------------------------------------------------------------------- E21: interval means, minimum payable


@pytest.mark.parametrize(("price", "net"), [("100.00", "25.00"), ("3.99", "0.00"), ("4.00", "1.00")])
def test_e21_a_month_at_98_of_error_rates_is_25_percent_and_less_than_1_is_nothing(
    price: str, net: str
) -> None:
    rows = [
        {"below": "99.9", "percent": "10"},
        {"below": "99.0", "percent": "25"},
        {"below": "95", "percent": "100"},
    ]
    credit = {"scheme": "bands", "bands": rows, "minimumPayable": "1.00"}
    metric = {"measure": "requests", "aggregate": "interval_mean", "interval": "PT5M"}
    promise = level("success", "99.9", metric=metric, name="success", credit=credit)
    # Two intervals of 96 % and 100 %, of very different sizes: the mean of the rates is 98 %.
    samples = [
        sample("requests", "14 10:01", 96, 100, on="web"),
        sample("requests", "14 10:06", 9000, 9000, on="web"),
    ]
    settled = settle(contract([promise], price, on="web"), samples=samples)
    assert settled.attainment().value == 98
    assert settled.line().percent == 25
    assert settled.line().net.text() == net


# --------------------------------------------------------------------------------- E22: several levels, one cap


def test_e22_two_levels_are_6_percent_and_a_further_5_are_capped_at_10() -> None:
    down = {"95": "2", "90": "3", "85": "5"}
    k1 = level("ratio", "95", metric={"measure": "k1"}, name="k1", credit={
        "scheme": "bands", "bands": [{"below": value, "percent": percent} for value, percent in down.items()]})  # fmt: skip
    k2 = level("mean", at_most("1"), metric={"measure": "k2"}, name="k2", credit={
        "scheme": "bands", "bands": [{"above": value, "percent": p} for value, p in {"1": "2", "2": "3", "3": "5"}.items()]})  # fmt: skip
    k3 = level("ratio", "95", metric={"measure": "k3"}, name="k3", credit={
        "scheme": "bands", "bands": [{"below": "95", "percent": "5"}]})  # fmt: skip
    remedies = {"caps": [{"percent": "10", "per": "month"}]}
    documents = contract([k1, k2, k3], "1000.00", remedies=remedies)
    rows = [score("2026-04", "88", measure="k1"), count("k2", "5", 2), score("2026-04", "96", measure="k3")]
    assert settle(documents, counts=rows).statement().net == gbp("60.00")
    rows[2] = score("2026-04", "80", measure="k3")
    statement = settle(documents, counts=rows).statement()
    assert (statement.gross, statement.net) == (gbp("110.00"), gbp("100.00"))
    assert exactly(3, 3, 5) == tuple(line.percent for line in statement.lines)


# ------------------------------------------------------------------------------- whose money it is, per scheme


def chain(
    credit: dict[str, Any], target: str = "100", price: str = "1000.00", **terms: Any
) -> list[Document]:
    """shop stands on hosting (cirrus) and on a line (telco)."""
    promise = availability(target, credit=credit)
    return [
        *house(vendors=["cirrus", "telco"]),
        service("shop", needs={"all": ["hosting", "wan"]}),
        service("hosting", "cirrus"),
        service("wan", "telco"),
        sla(["shop"], [promise], {"shop": price}, **terms),
    ]


def shares(settled: Settled) -> list[Fraction | None]:
    return [settled.row(who).credit_share for who in ("cirrus", "telco")]


def test_hours_of_two_vendors_are_shared_by_what_each_alone_would_have_cost() -> None:
    credit = {"scheme": "perUnit", "unit": "PT1H", "part": "started", "each": {"percent": "5"}}
    rows = [outage("hosting", "14 10:00", "14 12:30"), outage("wan", "15 10:00", "15 10:30")]
    settled = settle(chain(credit), outages=rows)
    # Together 3 h: 15 %. Alone cirrus has 2 h 30 and three started hours, 15 %; telco 30 min, one: 5 %.
    # Shapley: cirrus (15 + (15 - 5)) / 2 = 12.5, telco (5 + 0) / 2 = 2.5.
    assert settled.line().percent == 15
    assert shares(settled) == [Fraction(5, 6), Fraction(1, 6)]
    assert (settled.credit("cirrus"), settled.credit("telco")) == (gbp("125.00"), gbp("25.00"))


def test_a_schedule_is_shared_by_the_steps_that_each_alone_would_have_reached() -> None:
    rows = [outage("hosting", "14 10:00", "14 14:00"), outage("wan", "15 10:00", "15 10:30")]
    settled = settle(chain({"scheme": "schedule", "schedule": E19}), outages=rows)
    # Together 4 h 30: 20 %. Alone 4 h: 10 %; 30 min: 5 %. Shapley: (10 + 15) / 2 and (5 + 10) / 2.
    assert shares(settled) == [Fraction(5, 8), Fraction(3, 8)]


def test_pro_rata_money_follows_the_time() -> None:
    rows = [outage("hosting", "14 10:00", "14 13:00"), outage("wan", "15 10:00", "15 11:00")]
    settled = settle(chain({"scheme": "proRata", "multiple": "2"}, price="720.00"), outages=rows)
    assert settled.line().net == gbp("8.00")
    assert shares(settled) == [Fraction(3, 4), Fraction(1, 4)]


def test_repeated_points_double_in_every_coalition() -> None:
    bands = [{"below": "100", "points": "1"}, {"below": "99.5", "points": "3"}]
    credit = {"scheme": "points", "bands": bands, "repeat": "2"}
    documents = chain(credit, remedies={"points": {"perPoint": "1"}})
    rows = [
        outage("hosting", "2026-03-14T10:00:00Z", "2026-03-14T11:00:00Z"),
        outage("hosting", "14 10:00", "14 13:00"),
        outage("wan", "15 10:00", "15 11:00"),
    ]
    settled = settle(documents, outages=rows)
    # 4 h of 720 are 99.44 %: 3 points, twice; alone each stays above 99.5: 1 point, twice. (2 + 4) / 2 each.
    assert settled.line().points == 6
    assert shares(settled) == [Fraction(1, 2), Fraction(1, 2)]


def test_of_ten_failures_each_vendor_has_what_its_own_would_have_completed() -> None:
    credit = {"scheme": "perFailures", "failures": 3, "within": "P12M", "amount": "90.00"}
    promise = level("outageCount", at_most("0"), name="failures", credit=credit)
    documents = [*chain(credit)[:-1], sla(["shop"], [promise], {"shop": "1000.00"})]
    rows = [
        outage("hosting", "2026-03-14T10:00:00Z", "2026-03-14T10:05:00Z"),
        outage("hosting", "14 10:00", "14 10:05"),
        outage("hosting", "15 10:00", "15 10:05"),
        outage("wan", "16 10:00", "16 10:05"),
    ]
    settled = settle(documents, outages=rows)
    # With March's one, cirrus' two complete the three; telco's one does not. Together four: three once.
    assert settled.line(level="failures").net == gbp("90.00")
    assert shares(settled) == [1, 0]


def test_days_late_are_counted_item_by_item() -> None:
    credit = {
        "scheme": "perUnit",
        "unit": "day",
        "part": "started",
        "allowance": "1",
        "each": {"percent": "2"},
    }
    promise = level("onTime", "100", metric={"measure": "report"}, name="reports", credit=credit)
    items = [
        item("R1", "10 12:00", "12 12:00"),  # Two days late, one of them free: one.
        item("R2", "10 12:00", "13 13:00"),  # Three days and an hour: two and a bit beyond, three started.
        item("R3", "10 12:00", "11 12:00"),  # The free day.
        item("R4", "10 12:00", "10 11:00"),
    ]
    settled = settle(contract([promise], "1000.00"), items=items)
    assert line_of(settled, "reports") == (8, "80.00", "80.00")
    assert explained(contract([promise], "1000.00"), "reports", "desk", "2026-04", items=items) == 80
