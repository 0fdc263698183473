"""What follows a level's own credit: one incident paid once, and the caps of an umbrella over all its parts.

Unless a test says otherwise halden promises acme services at 99.9 % for so much a month, 10 % below it; an hour down in
April is 99.861....
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.explanation import replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Documents,
    Row,
    availability,
    bands,
    document,
    flat,
    gbp,
    house,
    outage,
    service,
    settle,
    settling,
    sla,
)

TEN = bands({"99.9": "10"})


def both(rule: str, *outages: Row, claim: Documents = (), **remedies: Any) -> tuple[str, ...]:
    """What each line is worth and comes to, of an SLA over mail (6,000) and web (9,000)."""
    settled = settle(
        *house(),
        service("mail"),
        service("web"),
        sla(
            ["mail", "web"],
            [availability("99.9", credit=TEN)],
            {"mail": "6000.00", "web": "9000.00"},
            remedies={"oneIncident": rule, **remedies},
        ),
        flat(claim),
        outages=outages,
    )
    return tuple(line.net.text() for line in settled.statement().lines)


FIRE = [
    outage("mail", "14 10:00", "14 11:00", incident="fire"),
    outage("web", "14 10:00", "14 11:00", incident="fire"),
]


def test_all_levels_that_one_incident_missed_are_paid_unless_the_contract_says_otherwise() -> None:
    assert both("all", *FIRE) == ("600.00", "900.00")


def test_of_the_levels_that_one_incident_missed_the_highest_credit_stays() -> None:
    assert both("highest", *FIRE) == ("0.00", "900.00")


def test_a_level_that_would_have_been_missed_without_the_incident_is_paid_for_itself() -> None:
    flood = outage("mail", "20 10:00", "20 11:00", incident="flood")
    assert both("highest", *FIRE, flood) == ("600.00", "900.00")


def test_different_incidents_are_paid_each() -> None:
    rows = [
        outage("mail", "14 10:00", "14 11:00", incident="fire"),
        outage("web", "14 10:00", "14 11:00", incident="flood"),
    ]
    assert both("highest", *rows) == ("600.00", "900.00")


def test_outages_without_an_incident_belong_to_none() -> None:
    rows = [outage("mail", "14 10:00", "14 11:00"), outage("web", "14 10:00", "14 11:00")]
    assert both("highest", *rows) == ("600.00", "900.00")


def test_where_the_consumer_may_choose_the_highest_stays_until_it_has() -> None:
    assert both("choose", *FIRE) == ("0.00", "900.00")


def test_the_consumer_s_recorded_choice_is_paid() -> None:
    choice = {"incident": "fire", "serviceLevel": "availability", "service": "mail"}
    claim = document(
        "Claim", "fire-april", agreement="sla", period="2026-04", claimedAt="2026-05-03", choices=[choice]
    )
    assert both("choose", *FIRE, claim=claim) == ("600.00", "0.00")


def test_a_cap_takes_what_one_incident_left() -> None:
    caps = [{"amount": "500.00", "per": "month"}]
    assert both("highest", *FIRE, caps=caps) == ("0.00", "500.00")


# ---------------------------------------------------------------------------------------- umbrellas


def part(name: str, price: str, **terms: Any) -> list[Document]:
    level = availability("99.9", credit=TEN)
    return [
        service(name), sla([name], [level], {name: price}, name=f"sla-{name}", partOf="umbrella", **terms),
    ]  # fmt: skip


def umbrella(*caps: Document, **terms: Any) -> Document:
    return sla([], name="umbrella", remedies={"caps": list(caps)}, **terms)


def down(*names: str, month: str = "2026-04") -> list[Row]:
    return [outage(name, f"{month}-14T10:00:00Z", f"{month}-14T11:00:00Z") for name in names]


def test_the_cap_of_an_umbrella_is_pro_rata_over_the_lines_of_all_its_parts() -> None:
    settled = settle(
        *house(),
        part("mail", "30000.00"),
        part("web", "60000.00"),
        umbrella({"amount": "6000.00", "per": "month"}),
        outages=down("mail", "web"),
    )
    # 3,000 and 6,000 are 9,000; two thirds of each are left.
    assert settled.statement("sla-mail").net.text() == "2000.00"
    assert settled.statement("sla-web").net.text() == "4000.00"
    assert [each.agreement for each in settled.settlement.statements] == ["sla-mail", "sla-web"]


def test_the_parts_own_caps_come_first() -> None:
    settled = settle(
        *house(),
        part("mail", "30000.00"),
        part("web", "60000.00", remedies={"caps": [{"amount": "3000.00", "per": "month"}]}),
        umbrella({"amount": "3000.00", "per": "month"}),
        outages=down("mail", "web"),
    )
    assert settled.statement("sla-mail").net.text() == "1500.00"
    assert settled.statement("sla-web").net.text() == "1500.00"


def test_an_umbrella_s_yearly_cap_counts_what_all_its_parts_had_before() -> None:
    settled = settle(
        *house(),
        part("mail", "30000.00"),
        part("web", "60000.00"),
        umbrella({"amount": "10000.00", "per": "year"}),
        outages=[*down("mail", "web", month="2026-02"), *down("mail", "web")],
    )
    # February's 9,000 leave 1,000 for April's 3,000 and 6,000.
    assert settled.statement("sla-mail").net.text() == "333.33"
    assert settled.statement("sla-web").net.text() == "666.67"


def test_a_percentage_under_an_umbrella_without_prices_is_of_what_its_parts_cost() -> None:
    settled = settle(
        *house(),
        part("mail", "30000.00"),
        part("web", "60000.00"),
        umbrella({"percent": "5", "of": "agreement", "per": "month"}),
        outages=down("mail", "web"),
    )
    # 5 % of 90,000 are 4,500, half of 9,000.
    assert settled.statement("sla-mail").net.text() == "1500.00"
    assert settled.statement("sla-web").net.text() == "3000.00"


def test_an_agreement_beside_the_umbrella_is_not_under_it() -> None:
    settled = settle(
        *house(),
        part("mail", "30000.00"),
        service("web"),
        sla(["web"], [availability("99.9", credit=TEN)], {"web": "60000.00"}, name="sla-web"),
        umbrella({"amount": "1000.00", "per": "month"}),
        outages=down("mail", "web"),
    )
    assert settled.statement("sla-mail").net.text() == "1000.00"
    assert settled.statement("sla-web").net.text() == "6000.00"


# -------------------------------------------------------------------------------------- to the penny, together


def under_an_umbrella(prices: dict[str, str], caps: list[Document], own: list[Document]) -> list[Document]:
    """One service a part, each down for an hour in February, March and April; 10 % of its price below 99.9."""
    parts = [
        sla([name], [availability("99.9", credit=TEN)], {name: price}, name=f"sla-{name}", partOf="msa",
            remedies={"caps": own})
        for name, price in prices.items()
    ]  # fmt: skip
    return [
        *house(),
        *(service(name) for name in prices),
        sla([], name="msa", remedies={"caps": caps}),
        *parts,
    ]


def hours_down(names: Iterable[str]) -> list[Row]:
    return [
        outage(name, f"2026-{month}-14T10:00:00Z", f"2026-{month}-14T11:00:00Z")
        for name in names
        for month in ("02", "03", "04")
    ]


def test_the_parts_of_an_umbrella_state_just_what_its_cap_leaves_to_the_penny() -> None:
    prices = {"a": "5000.00", "b": "5000.00", "c": "20000.00"}
    documents = under_an_umbrella(prices, [{"amount": "1000.00", "per": "month"}], [])
    kept = settling(documents, outages=hours_down(prices))
    settled = kept.settle(Period.parse("2026-04"))
    # 500, 500 and 2,000 under 1,000: 166.666..., 166.666... and 666.666..., which would round to 1,000.01.
    nets = [statement.net.text() for statement in settled.statements]
    assert nets == ["166.67", "166.67", "666.66"]
    for name, net in zip(prices, nets, strict=True):
        tree = explanations(kept, Period.parse("2026-04"), f"sla-{name}", "availability", name)["credit"]
        assert replay(tree) == gbp(net)


limits = st.integers(min_value=1, max_value=400_000).map(lambda pence: f"{Decimal(pence) / 100:.2f}")
spans = st.lists(st.tuples(limits, st.sampled_from(["month", "year", "contractYear"])), max_size=3)


@settings(max_examples=12, deadline=None)
@given(st.lists(limits, min_size=2, max_size=4), spans, spans)
def test_caps_of_month_year_and_umbrella_hold_in_every_combination_to_the_penny(
    prices: list[str], over_all: list[tuple[str, str]], own: list[tuple[str, str]]
) -> None:
    priced = {f"s{place}": price for place, price in enumerate(prices)}
    caps, limits_of_parts = (
        [{"amount": amount, "per": per} for amount, per in each] for each in (over_all, own)
    )
    kept = settling(under_an_umbrella(priced, caps, limits_of_parts), outages=hours_down(priced))
    months = [kept.settle(Period.parse(f"2026-{month:02d}")) for month in (2, 3, 4)]
    nets = {
        name: [statement.net.fraction for month in months for statement in month.statements
               if statement.agreement == f"sla-{name}"]
        for name in priced
    }  # fmt: skip
    together = [sum(each) for each in zip(*nets.values(), strict=True)]
    for spent, wanted in [*((each, own) for each in nets.values()), (together, over_all)]:
        for amount, per in wanted:
            assert max(spent) <= Fraction(amount) if per == "month" else sum(spent) <= Fraction(amount)
    for name, price in priced.items():
        assert all(0 <= net <= Fraction(price) / 10 + Fraction(1, 100) for net in nets[name])
