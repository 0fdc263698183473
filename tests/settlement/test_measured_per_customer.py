"""A promise to every customer that is measured for each by itself: an attainment, a breach and a statement each."""

from typing import Any

import pytest

from api.shapes.settlement import attainment_shape, breach_shape
from domain.attainment import Attainment, AttainmentStatus
from domain.explanation import replay
from domain.periods import Period
from settlement.explain import explanations
from store.codec import Codec
from store.mappers import levels_of
from tests.building import (
    Document,
    Row,
    Settled,
    Story,
    availability,
    bands,
    gbp,
    house,
    level,
    outage,
    party,
    portfolio,
    service,
    settle,
    settling,
    sla,
    story,
    ticket,
    uc,
    within,
)

MET, MISSED, NO_DATA = AttainmentStatus.MET, AttainmentStatus.MISSED, AttainmentStatus.NO_DATA
PRICES = [
    {"service": "support", "monthly": "1000.00"},
    {"service": "support", "monthly": "4000.00", "customer": "bolt"},
]


def contracts(*levels: Document, **more: Any) -> list[Document | list[Document]]:
    terms: dict[str, Any] = {"consumer": "*", "measurePer": "customer", "charges": PRICES} | more
    promised = levels or (within("90", {"P1": "PT4H"}, credit=bands({"90": "10"})),)
    return [
        house(),
        party("bolt", "customer"),
        party("crane", "customer"),
        party("crane-sales", "customer", parent="crane"),
        service("support"),
        sla(["support"], list(promised), **terms),
    ]


def of_customer(name: str, customer: str, hours: int) -> Row:
    return ticket(name, "P1", "14 08:00", f"14 {8 + hours:02}:00", customer=customer)


TICKETS = [
    of_customer("a1", "acme", 1),
    of_customer("a2", "acme", 2),
    of_customer("b1", "bolt", 5),
    of_customer("b2", "bolt", 1),
    of_customer("c1", "crane-sales", 9),
]


def settled(*levels: Document, tickets: list[Row | Story] | None = None, **more: Any) -> Settled:
    return settle(*contracts(*levels, **more), tickets=TICKETS if tickets is None else tickets)


def by_customer(found: Settled) -> dict[str | None, Attainment]:
    return {each.of.customer: each for each in found.settlement.attainments}


def test_each_customer_has_an_attainment_of_its_own_tickets() -> None:
    found = by_customer(settled())
    assert {name: f"{each.numerator} of {each.denominator}" for name, each in found.items()} == {
        "acme": "2 of 2",
        "bolt": "1 of 2",
        "crane": "0 of 1",
    }
    assert [found[name].status for name in ("acme", "bolt", "crane")] == [MET, MISSED, MISSED]


def test_a_department_is_measured_with_its_organisation_unless_it_has_a_price_of_its_own() -> None:
    assert set(by_customer(settled())) == {"acme", "bolt", "crane"}
    priced = [*PRICES, {"service": "support", "monthly": "50.00", "customer": "crane-sales"}]
    assert set(by_customer(settled(charges=priced))) == {"acme", "bolt", "crane", "crane-sales"}


def test_a_ticket_that_names_no_customer_may_be_anybodys_and_counts_for_each() -> None:
    found = by_customer(settled(tickets=[ticket("t", "P1", "14 08:00", "14 09:00")]))
    assert [each.denominator for each in found.values()] == [1, 1, 1]


def test_a_customer_without_tickets_has_no_data_whatever_the_others_have() -> None:
    found = by_customer(settled(tickets=[of_customer("b1", "bolt", 5)]))
    assert (found["acme"].status, found["bolt"].status) == (NO_DATA, MISSED)


def test_each_customer_has_a_statement_at_its_own_price() -> None:
    found = settled()
    nets = {each.consumer: each.net for each in found.settlement.statements}
    assert nets == {"acme": gbp("0.00"), "bolt": gbp("400.00"), "crane": gbp("100.00")}
    assert len(found.statement("sla", "bolt").lines) == 1
    assert found.statement("sla", "acme").lines == ()
    assert found.impact().payable == gbp("500.00")
    assert found.side("halden").caused == gbp("500.00")


def test_each_breach_is_traced_from_its_own_customers_tickets() -> None:
    documents = [
        *contracts(),
        uc("desk", ["support"], [within("90", {"P1": "PT1H"})]),
        party("desk", "vendor"),
    ]
    tickets: list[Row | Story] = [
        story("b1", "P1", "14 08:00", ("desk", "PT5H"), customer="bolt"),
        story("c1", "P1", "14 08:00", ("halden", "PT5H"), customer="crane"),
    ]
    found = settle(*documents, tickets=tickets)
    breaches = [each for each in found.settlement.breaches if each.attainment.of.agreement.name == "sla"]
    who = {
        each.attainment.of.customer: [row.party for row in each.trace.responsibilities] for each in breaches
    }
    assert who == {"bolt": ["desk"], "crane": ["halden"]}
    paid = {each.attainment.of.customer: each.credits for each in breaches}
    assert paid == {"bolt": (gbp("400.00"),), "crane": (gbp("100.00"),)}


def test_a_ticket_that_its_customer_held_is_the_customers_own_in_its_breach() -> None:
    told = story("b1", "P1", "14 08:00", ("halden", "PT1H"), ("bolt", "PT5H"), customer="bolt")
    found = settled(tickets=[told])
    (breach,) = found.settlement.breaches
    assert [(row.party, row.reason.value) for row in breach.trace.responsibilities] == [("bolt", "CUSTOMER")]


def test_the_printed_rows_name_their_customer_and_others_do_not() -> None:
    found = settled()
    assert [attainment_shape(each)["consumer"] for each in found.settlement.attainments] == [
        "acme",
        "bolt",
        "crane",
    ]
    assert [breach_shape(each)["consumer"] for each in found.settlement.breaches] == ["bolt", "crane"]
    together = settled(measurePer=None).attainment()
    assert "consumer" not in attainment_shape(together)
    assert together.denominator == 5


def test_one_level_may_be_measured_for_each_customer_beside_one_for_all() -> None:
    each = within("90", {"P1": "PT4H"}, name="each", measurePer="customer", credit=bands({"90": "10"}))
    together = within("90", {"P1": "PT4H"}, name="together", credit=bands({"90": "20"}))
    found = settled(each, together, measurePer=None)
    assert [(a.of.level.name, a.of.customer) for a in found.settlement.attainments] == [
        ("each", "acme"),
        ("each", "bolt"),
        ("each", "crane"),
        ("together", None),
    ]
    nets = {one.consumer: one.net for one in found.settlement.statements}
    # Three of five in time miss the level for all, which everybody is credited 20 % for.
    assert nets == {"acme": gbp("200.00"), "bolt": gbp("1200.00"), "crane": gbp("300.00")}


def test_outages_are_every_customers() -> None:
    found = settle(
        *contracts(availability("99.9", credit=bands({"99.9": "10"}))),
        outages=[outage("support", "14 10:00", "14 12:00")],
    )
    assert {each.status for each in found.settlement.attainments} == {MISSED}
    assert len(found.settlement.breaches) == 3
    assert found.impact().payable == gbp("600.00")


def test_a_customer_with_a_more_specific_agreement_is_judged_under_that_one_alone() -> None:
    general = sla(
        ["support"],
        [within("90", {"P1": "PT4H"})],
        consumer="*",
        structure="corporate",
        measurePer="customer",
    )
    own = sla(
        ["support"], [within("50", {"P1": "PT4H"})], name="sla-bolt", consumer="bolt", structure="customer"
    )
    found = settle(*contracts()[:-1], general, own, tickets=TICKETS)
    assert [(each.of.agreement.name, each.of.customer) for each in found.settlement.attainments] == [
        ("sla", "acme"),
        ("sla", "crane"),
        ("sla-bolt", None),
    ]


def test_a_composite_for_a_customer_is_made_of_that_customers_levels() -> None:
    both = level(
        "composite",
        {"atLeast": "0"},
        name="both",
        metric={"formula": "min", "of": ["resolution", "resolution"]},
    )
    found = settled(within("0", {"P1": "PT4H"}), both)
    values = {
        each.of.customer: each.value for each in found.settlement.attainments if each.of.level.name == "both"
    }
    assert values == {"acme": 100, "bolt": 50, "crane": 0}


def test_a_level_that_is_not_due_says_so_for_each_customer() -> None:
    found = settled(within("90", {"P1": "PT4H"}, period="quarter"))
    assert [each.of.customer for each in found.settlement.attainments] == ["acme", "bolt", "crane"]


def test_the_explanations_of_each_customer_replay() -> None:
    run = settling(*contracts(), tickets=TICKETS)
    trees = explanations(run, Period.parse("2026-04"), "sla", "resolution", "support")
    assert {"attainment acme", "attainment bolt", "credit bolt", "shares crane"} <= set(trees)
    for tree in trees.values():
        replay(tree)


def test_what_is_stored_of_a_customers_level_is_read_back_as_it_was() -> None:
    codec = Codec(levels_of(portfolio(*contracts())))
    for attainment in settled().settlement.attainments:
        assert codec.read(Attainment, codec.text(attainment)) == attainment


@pytest.mark.parametrize("where", ["agreement", "level"])
def test_nothing_of_it_is_left_for_later(where: str) -> None:
    promise = within("90", {"P1": "PT4H"}) | ({"measurePer": "customer"} if where == "level" else {})
    found = settled(promise, measurePer="customer" if where == "agreement" else None)
    assert found.findings("NOT_YET_CALCULATED") == []


def test_an_agreement_with_one_customer_is_not_changed_by_it() -> None:
    found = settled(consumer="bolt", charges=PRICES[:1])
    assert found.attainment().of.customer is None
    assert found.attainment().denominator == 2


@pytest.mark.parametrize(("april", "status"), [("crane", "APPROACHING"), ("bolt", "EXERCISABLE")])
def test_the_misses_of_one_customer_are_not_counted_with_anothers_for_a_termination_right(
    april: str, status: str
) -> None:
    right = {
        "name": "chronic",
        "when": {"misses": 2, "of": "resolution", "within": "P6M"},
        "exercise": {"within": "P60D"},
        "notice": "P30D",
    }
    tickets = [
        ticket("m", "P1", "2026-03-10T08:00:00Z", "2026-03-10T18:00:00Z", customer="bolt"),
        ticket("a", "P1", "14 08:00", "14 18:00", customer=april),
    ]
    found = settled(terminationRights=[right], tickets=list(tickets))
    assert [each.status.value for each in found.settlement.rights] == [status]
