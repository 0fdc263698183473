"""Where a promise of a multi-level SLA stands: under the most specific agreement, and nowhere else (ruling 36)."""

from tests.building import Document, availability, house, service, settle, sla


def stands(*agreements: Document, customers: tuple[str, ...] = ("acme",)) -> set[tuple[str, str]]:
    """Every (agreement, service) that a level is judged under in April."""
    settled = settle(house(customers=customers), service("shop"), service("mail"), *agreements)
    return {(each.of.agreement.name, each.of.service) for each in settled.settlement.attainments}


def corporate() -> Document:
    return sla(["shop", "mail"], [availability("99")], name="sla-all", structure="corporate", consumer="*")


def of_customer(name: str = "acme") -> Document:
    return sla(
        ["shop", "mail"], [availability("99.5")], name=f"sla-{name}", structure="customer", consumer=name
    )


def of_shop(consumer: str = "acme") -> Document:
    return sla(["shop"], [availability("99.9")], name="sla-shop", structure="service", consumer=consumer)


def test_each_service_stands_under_the_most_specific_agreement_alone() -> None:
    assert stands(corporate(), of_customer(), of_shop()) == {("sla-acme", "mail"), ("sla-shop", "shop")}


def test_the_corporate_level_is_judged_as_long_as_one_customer_has_nothing_more_specific() -> None:
    both = ("acme", "other")
    assert ("sla-all", "mail") in stands(corporate(), of_customer(), customers=both)
    assert ("sla-all", "mail") not in stands(corporate(), of_customer(), of_customer("other"), customers=both)


def test_a_service_agreement_for_everybody_leaves_nobody_to_the_general_ones() -> None:
    found = stands(corporate(), of_customer(), of_shop("*"), customers=("acme", "other"))
    assert found == {("sla-all", "mail"), ("sla-acme", "mail"), ("sla-shop", "shop")}


def test_a_customers_own_promise_stands_where_the_services_agreement_only_repeats_the_corporate_one() -> None:
    both = sla(
        ["shop", "mail"],
        [availability("99"), {"name": "cuts", "metric": {"kind": "outageCount"}, "period": "month", "target": {"atMost": "5"}}],
        name="sla-all",
        structure="corporate",
        consumer="*",
    )  # fmt: skip
    own = sla(
        ["shop", "mail"],
        [{"name": "cuts", "target": {"atMost": "2"}}],
        name="sla-acme",
        structure="customer",
        consumer="acme",
    )
    settled = settle(
        house(customers=("acme", "other")), service("shop"), service("mail"), both, own, of_shop("*")
    )
    found = {
        (each.of.agreement.name, each.of.service, int(each.threshold.value) if each.threshold else None)
        for each in settled.settlement.attainments
        if each.of.level.name == "cuts"
    }
    # The shop's SLA says nothing of cuts: it has five from the corporate one, and acme keeps its two on the shop too.
    assert found == {
        ("sla-all", "mail", 5),
        ("sla-acme", "mail", 2),
        ("sla-acme", "shop", 2),
        ("sla-shop", "shop", 5),
    }


def test_the_order_in_which_they_are_written_is_nothing() -> None:
    agreements = (corporate(), of_customer(), of_shop())
    assert stands(*agreements) == stands(*reversed(agreements))


def test_a_general_agreement_whose_levels_all_stand_elsewhere_has_no_statement() -> None:
    settled = settle(house(), service("shop"), service("mail"), corporate(), of_customer(), of_shop())
    assert "sla-all" not in {each.agreement for each in settled.settlement.statements}
