"""Who stands with whom, and whom one may hold to it: sides, answerable parties, custody, seen from one agreement."""

from datetime import date

import pytest

from ola.chain import Chain
from ola.portfolio import Portfolio
from ola.sides import Sides
from tests.building import (
    Documents,
    all_of,
    availability,
    house,
    ola,
    party,
    portfolio,
    service,
    sla,
    uc,
)

DAY = date(2026, 4, 1)


def sides_of(contracts: Portfolio, judged: str = "sla") -> Sides:
    in_force = contracts.in_force(DAY)
    (agreement,) = (each for each in in_force if each.name == judged)
    return Sides.of(contracts, in_force, agreement)


def seen(*documents: Documents, judged: str = "sla") -> Sides:
    return sides_of(portfolio(documents), judged)


def answerable(sides: Sides, service_name: str, root: str = "v") -> tuple[str, ...]:
    chain = Chain.of(sides.portfolio)
    return sides.answerable_for(service_name, chain, chain.paths(root, service_name))


# ---------------------------------------------------------------------------------------------- the provider


def test_teams_and_teams_of_teams_stand_with_the_provider() -> None:
    found = seen(house(teams=["desk"]), party("night-desk", "team", "desk"), service("v"), sla(["v"]))
    assert [found.side_of(name) for name in ("halden", "desk", "night-desk")] == ["halden"] * 3
    assert found.answerable_holder("night-desk") == ("halden",)
    assert found.family("night-desk") == ("night-desk", "desk", "halden")


def test_a_team_s_failure_is_the_provider_s_to_answer_for_and_bound_by_the_team_s_ola() -> None:
    found = seen(
        house(teams=["netops"]),
        service("v", needs=all_of("net")),
        service("net", "netops"),
        ola("netops", ["net"], [availability()]),
        sla(["v"]),
    )
    assert answerable(found, "net") == ("halden",)
    bound = found.binding("netops", "net")
    assert bound is not None
    assert bound.name == "ola-netops"


def test_the_provider_and_the_customer_are_bound_by_the_agreement_that_is_judged() -> None:
    found = seen(house(), service("v"), sla(["v"]))
    assert found.binding("halden", "v") is found.binding("acme", "v") is found.judged


# ---------------------------------------------------------------------------------------------- the customer


def test_a_department_stands_with_its_customer() -> None:
    found = seen(house(), party("acme-cards", "customer", "acme"), service("v"), sla(["v"]))
    assert found.side_of("acme-cards") == "acme"
    assert found.is_consumer("acme-cards")
    assert found.answerable_holder("acme-cards") == ("acme",)


def test_where_a_department_is_the_consumer_its_whole_organisation_is_its_side() -> None:
    found = seen(house(), party("cards", "customer", "acme"), service("v"), sla(["v"], consumer="cards"))
    assert [found.side_of(name) for name in ("cards", "acme")] == ["cards", "cards"]


def test_another_customer_is_no_consumer_of_this_agreement() -> None:
    found = seen(house(customers=["acme", "bolt"]), service("v"), sla(["v"]))
    assert not found.is_consumer("bolt")
    assert found.side_of("bolt") == "bolt"


def test_of_a_promise_to_every_customer_nobody_is_the_consumer() -> None:
    found = seen(house(customers=["acme", "bolt"]), service("v"), sla(["v"], consumer="*"))
    assert [found.is_consumer(name) for name in ("acme", "bolt")] == [False, False]
    assert [found.side_of(name) for name in ("acme", "bolt")] == ["acme", "bolt"]


# ---------------------------------------------------------------------------------------------- suppliers

SUPPLY = [
    house(vendors=["cirrus", "power", "grid"]),
    service("v", needs=all_of("host")),
    service("host", "cirrus", needs=all_of("feed")),
    service("feed", "power", needs=all_of("line")),
    service("line", "grid"),
    sla(["v"]),
    uc("cirrus", ["host"], [availability()]),
    uc("power", ["feed"], [availability()], consumer="cirrus"),
    uc("grid", ["line"], [availability()], consumer="power"),
]


def test_a_subcontractor_and_its_subcontractor_stand_with_the_supplier_who_answers() -> None:
    found = seen(SUPPLY)
    assert [found.side_of(name) for name in ("cirrus", "power", "grid")] == ["cirrus"] * 3
    assert [answerable(found, name) for name in ("host", "feed", "line")] == [("cirrus",)] * 3
    assert [found.answerable_holder(name) for name in ("power", "grid")] == [("cirrus",)] * 2


def test_each_party_is_bound_by_its_own_contract_whoever_answers() -> None:
    found = seen(SUPPLY)
    rows = (("cirrus", "host"), ("power", "feed"), ("grid", "line"))
    assert [bound.name for who, what in rows if (bound := found.binding(who, what))] == [
        "uc-cirrus", "uc-power", "uc-grid",
    ]  # fmt: skip


def test_seen_from_the_supplier_its_subcontractor_is_a_direct_supplier_and_halden_the_customer() -> None:
    found = seen(SUPPLY, judged="uc-cirrus")
    assert found.side_of("cirrus") == "cirrus"
    assert [found.side_of(name) for name in ("power", "grid")] == ["power", "power"]
    assert answerable(found, "line", "host") == ("power",)
    assert found.side_of("halden") == "halden"
    assert found.is_consumer("halden")


def test_seen_from_the_supplier_the_teams_of_its_customer_stand_with_the_customer() -> None:
    found = seen(SUPPLY, party("desk", "team"), judged="uc-cirrus")
    assert found.side_of("desk") == "halden"
    assert found.answerable_holder("desk") == ("halden",)


def test_a_vendor_with_a_contract_of_its_own_is_a_side_although_it_also_supplies_another() -> None:
    found = seen(SUPPLY, service("cooling", "power"), uc("power", ["cooling"], name="uc-power-direct"))
    assert found.side_of("power") == "power"
    assert found.side_of("grid") == "power"
    assert found.answerable_holder("grid") == ("power",)
    # Its direct contract covers cooling; for the feed it runs under cirrus, cirrus is the first that is bound.
    assert answerable(found, "feed") == ("cirrus",)


def test_a_subcontractor_under_a_service_that_no_contract_covers_answers_itself() -> None:
    found = seen(
        house(vendors=["cirrus", "power"]),
        service("v", needs=all_of("extra")),
        service("extra", "cirrus", needs=all_of("feed")),
        service("feed", "power"),
        service("host", "cirrus"),
        sla(["v"]),
        uc("cirrus", ["host"]),
        uc("power", ["feed"], consumer="cirrus"),
    )
    assert answerable(found, "feed") == ("power",)
    assert answerable(found, "extra") == ("cirrus",)
    assert found.side_of("power") == "cirrus"
    assert found.binding("cirrus", "extra") is None


def test_a_vendor_without_any_agreement_is_a_side_of_its_own_and_ungoverned() -> None:
    found = seen(
        house(vendors=["lark"]), service("v", needs=all_of("sms")), service("sms", "lark"), sla(["v"])
    )
    assert found.side_of("lark") == "lark"
    assert answerable(found, "sms") == ("lark",)
    assert found.answerable_holder("lark") == ("lark",)
    assert found.binding("lark", "sms") is None


def test_a_subsidiary_is_held_through_its_group_s_contract() -> None:
    found = seen(
        house(vendors=["cirrus"]),
        party("cirrus-uk", "vendor", "cirrus"),
        service("v", needs=all_of("host")),
        service("host", "cirrus-uk"),
        sla(["v"]),
        uc("cirrus", ["host"]),
    )
    assert found.side_of("cirrus-uk") == "cirrus"
    assert answerable(found, "host") == ("cirrus",)
    bound = found.binding("cirrus-uk", "host")
    assert bound is not None
    assert bound.name == "uc-cirrus"


def test_a_contract_that_is_not_in_force_binds_nobody() -> None:
    found = seen(
        house(vendors=["lark"]),
        service("v", needs=all_of("sms")),
        service("sms", "lark"),
        sla(["v"]),
        uc("lark", ["sms"], term={"from": "2026-06-01", "to": "2027-12-31"}, effective="2026-06-01"),
    )
    assert found.contracts_of("lark") == ()
    assert found.binding("lark", "sms") is None


# ------------------------------------------------------------------------------------- shared subcontractors

SHARED = [
    house(vendors=["east", "west", "power"]),
    service("v", needs=all_of("node-e", "node-w")),
    service("node-e", "east", needs=all_of("feed")),
    service("node-w", "west", needs=all_of("feed")),
    service("feed", "power"),
    sla(["v"]),
    uc("east", ["node-e"]),
    uc("west", ["node-w"]),
    uc("power", ["feed"], consumer="east", name="uc-power-east"),
    uc("power", ["feed"], consumer="west", name="uc-power-west"),
]


def test_a_subcontractor_of_two_suppliers_is_a_side_and_both_answer_for_it() -> None:
    found = seen(SHARED)
    assert found.side_of("power") == "power"
    assert found.serves_several("power")
    assert found.suppliers_above("power") == ("east", "west")
    assert answerable(found, "feed") == ("east", "west")
    assert found.answerable_holder("power") == ("east", "west")


def test_only_the_supplier_on_whose_path_the_failure_came_answers() -> None:
    found = seen(SHARED)
    assert answerable(found, "feed", root="node-w") == ("west",)


def test_a_supplier_of_one_and_of_that_one_s_subcontractor_serves_only_one() -> None:
    found = seen(
        SUPPLY, service("spare", "grid"), uc("grid", ["spare"], consumer="cirrus", name="uc-grid-cirrus")
    )
    assert found.suppliers_above("grid") == ("cirrus",)
    assert not found.serves_several("grid")
    assert found.side_of("grid") == "cirrus"


def test_two_vendors_that_supply_each_other_are_walked_once() -> None:
    found = seen(
        house(vendors=["one", "two"]),
        service("v", needs=all_of("first")),
        service("first", "one"),
        service("second", "two"),
        sla(["v"]),
        uc("one", ["first"]),
        uc("one", ["first"], consumer="two", name="uc-one-two"),
        uc("two", ["second"], consumer="one", name="uc-two-one"),
    )
    assert found.side_of("two") == "one"
    assert found.side_of("one") == "one"


# --------------------------------------------------------------------------------------- which path answers


@pytest.mark.parametrize(
    ("direct", "detour"),
    [("a-host", "b-mid"), ("b-host", "a-mid")],
    ids=["also by name", "against the names"],
)
def test_of_several_paths_the_shortest_names_the_answerable(direct: str, detour: str) -> None:
    # The feed lies straight under near's host, and under far's over a service of the house.
    found = seen(
        house(vendors=["near", "far", "power"]),
        service("v", needs=all_of(direct, detour)),
        service(direct, "near", needs=all_of("feed")),
        service(detour, "halden", needs=all_of("deep")),
        service("deep", "far", needs=all_of("feed")),
        service("feed", "power"),
        sla(["v"]),
        uc("near", [direct]),
        uc("far", ["deep"]),
    )
    assert answerable(found, "feed") == ("near",)


def test_equally_short_paths_are_told_apart_by_the_services_names() -> None:
    found = seen(
        house(vendors=["east", "west", "power"]),
        service("v", needs=all_of("b-node", "a-node")),
        service("a-node", "west", needs=all_of("feed")),
        service("b-node", "east", needs=all_of("feed")),
        service("feed", "power"),
        sla(["v"]),
        uc("east", ["b-node"]),
        uc("west", ["a-node"]),
        # A subcontractor of east alone: one supplier, although the failure also came through west.
        uc("power", ["feed"], consumer="east"),
    )
    assert found.side_of("power") == "east"
    assert answerable(found, "feed") == ("west",)


def test_services_of_the_house_on_the_way_answer_for_nobody_below_them() -> None:
    found = seen(
        house(vendors=["lark"], teams=["netops"]),
        service("v", needs=all_of("net")),
        service("net", "netops", needs=all_of("sms")),
        service("sms", "lark"),
        sla(["v"]),
        ola("netops", ["net"]),
    )
    assert answerable(found, "sms") == ("lark",)


# ---------------------------------------------------------------------------------------------- seen from below


def test_seen_from_a_team_its_own_teams_are_its_side_and_the_rest_of_the_house_its_customer() -> None:
    found = seen(
        house(vendors=["lark"], teams=["netops", "desk"]),
        party("nights", "team", "netops"),
        service("v", needs=all_of("net")),
        service("net", "netops", needs=all_of("sms")),
        service("sms", "lark"),
        sla(["v"]),
        ola("netops", ["net"]),
        uc("lark", ["sms"]),
        judged="ola-netops",
    )
    assert [found.side_of(name) for name in ("netops", "nights")] == ["netops", "netops"]
    assert [found.side_of(name) for name in ("halden", "desk")] == ["halden", "halden"]
    assert [found.is_consumer(name) for name in ("halden", "desk", "nights")] == [True, True, False]
    # The vendor's contract is with the house, not with the team.
    assert found.side_of("lark") == "lark"
    assert found.contracts_of("lark") == ()


# ---------------------------------------------------------------------------------------------------- custody


def test_a_supplier_s_custody_is_its_whole_side_s() -> None:
    found = seen(SUPPLY)
    assert found.custodians("cirrus") == {"cirrus", "power", "grid"}


def test_a_team_s_custody_is_its_own_and_that_of_the_teams_below_it() -> None:
    found = seen(
        house(teams=["desk", "netops"]), party("night-desk", "team", "desk"), service("v"), sla(["v"])
    )
    assert found.custodians("desk") == {"desk", "night-desk"}
    assert found.custodians("netops") == {"netops"}


def test_a_shared_subcontractor_is_in_nobody_else_s_custody() -> None:
    found = seen(SHARED)
    assert found.custodians("east") == {"east"}
    assert found.custodians("power") == {"power"}
