"""What ending an agreement would bring with it: supports, uncovered SLAs, what falls, what refers to it, and the cost."""

from datetime import date
from typing import Any

from domain.money import Money
from settlement.consequence import Consequence, consequence_of
from settlement.settle import Settling
from tests.building import (
    Documents,
    all_of,
    any_of,
    availability,
    bands,
    evidence,
    gbp,
    house,
    ola,
    outage,
    portfolio,
    service,
    sla,
    uc,
)
from tests.rights_told import right, stands

LEAVE = right({"convenience": "true"}, "leave", exercise=None, notice="P30D", fee={"amount": "500.00"})


def ending(name: str, *documents: Documents, as_of: str = "2027-06-01") -> Consequence:
    """What would come of leaving an agreement for convenience."""
    settling = Settling.of(portfolio(*documents), evidence([DOWN]), date.fromisoformat(as_of))
    return consequence_of(settling, stands(settling, "leave", name), settling.as_of)


DOWN = outage("hosting", "2027-05-10T00:00:00Z", "2027-05-10T10:00:00Z")
CREDITED = [availability("99.9", credit=bands({"99.9": "10", "99": "25"}))]
CHAIN: list[Any] = [
    house(vendors=["cirrus", "telco", "orbit"], teams=["desk"]),
    service("banking", needs=all_of("hosting", any_of("line-one", "line-two"))),
    service("hosting", "cirrus"), service("line-one", "telco"), service("line-two", "orbit"),
    sla(["banking"], CREDITED, {"banking": "40000.00"}),
    uc("orbit", ["line-two"], [availability("99")], {"line-two": "100.00"}),
]  # fmt: skip
HOSTING = uc(
    "cirrus", ["hosting"], CREDITED, {"hosting": "8000.00"}, terminationRights=[LEAVE, right({"misses": "3"})],
    remedies={"claim": {"within": "P60D", "from": "period_end"}},
)  # fmt: skip
LINE = uc("telco", ["line-one"], [availability("99")], {"line-one": "100.00"}, terminationRights=[LEAVE])


def test_a_service_without_what_it_needs_loses_its_support_and_its_sla_is_uncovered_to_its_end() -> None:
    found = ending("uc-cirrus", CHAIN, HOSTING, LINE)

    assert found.ends == date(2027, 7, 1)  # 1 June and 30 days
    assert found.services == ("hosting",)
    [support] = found.supports
    assert (support.service, support.is_lost, support.without) == ("banking", True, ("hosting",))
    [uncovered] = found.uncovered
    assert (uncovered.agreement, uncovered.services, uncovered.until) == (
        "sla",
        ("banking",),
        date(2027, 12, 31),
    )
    # July to December: six months, each at most a quarter of 40,000.
    assert (uncovered.months, uncovered.exposure) == (6, gbp("60000.00"))
    assert found.exposure == (gbp("60000.00"),)
    assert found.fee == gbp("500.00")


def test_of_an_end_on_the_last_of_a_month_that_month_is_still_supported() -> None:
    found = ending("uc-cirrus", CHAIN, HOSTING, LINE, as_of="2027-07-01")

    # 1 July and 30 days is the 31st: August to December.
    [uncovered] = found.uncovered
    assert (found.ends, uncovered.since, uncovered.months) == (date(2027, 7, 31), date(2027, 8, 1), 5)
    assert uncovered.exposure == gbp("50000.00")


def test_a_monthly_cap_bounds_what_an_uncovered_month_can_cost() -> None:
    capped = sla(
        ["banking"], CREDITED, {"banking": "40000.00"}, remedies={"caps": [{"percent": "15", "per": "month"}]}
    )

    found = ending("uc-cirrus", [*CHAIN[:5], capped, CHAIN[6]], HOSTING, LINE)

    assert found.exposure == (gbp("36000.00"),)  # six times 6,000


def test_a_service_with_a_fallback_goes_on_with_less_redundancy() -> None:
    found = ending("uc-telco", CHAIN, HOSTING, LINE)

    [support] = found.supports
    # Of the two lines one could fail; of the one that is left none may.
    assert found.uncovered == ()
    assert (support.service, support.is_lost, support.before, support.after) == ("banking", False, 1, 0)


def test_a_credit_that_still_has_to_be_claimed_and_other_rights_fall() -> None:
    found = ending("uc-cirrus", CHAIN, HOSTING, LINE)

    # Ten hours of May's 744: 98.65..., below 99: a quarter of 8,000, to be claimed by 30 July.
    [credit] = found.falling_credits
    assert (credit.period, credit.amount) == ("2027-05", gbp("2000.00"))
    assert credit.why == "it has to be claimed by 2027-07-30, and before 2027-07-01"
    assert found.lost_credits == (gbp("2000.00"),)
    assert found.falling_rights == (("uc-cirrus", "chronic"),)


def test_ending_what_a_customer_holds_withdraws_no_service() -> None:
    held = sla(["banking"], CREDITED, {"banking": "40000.00"}, terminationRights=[LEAVE])

    found = ending("sla", [*CHAIN[:5], held, CHAIN[6]], HOSTING, LINE)

    assert (found.services, found.supports, found.uncovered) == (("banking",), (), ())


def test_a_promise_of_work_on_a_service_that_somebody_else_runs_takes_no_service_away() -> None:
    found = ending("ola-desk", CHAIN, HOSTING, LINE, ola("desk", ["hosting"], terminationRights=[LEAVE]))

    assert found.supports == ()


def test_agreements_whose_terms_refer_to_the_ended_one_are_named() -> None:
    composite = {
        "name": "whole", "metric": {"kind": "composite", "formula": "min", "of": ["uc-cirrus/availability"]},
        "period": "month", "target": {"atLeast": "99"},
    }  # fmt: skip
    other = sla(
        ["banking"], [*CREDITED, composite], {"banking": "40000.00"},
        terminationRights=[right({"misses": "2", "of": "uc-cirrus/availability"})],
    )  # fmt: skip

    found = ending("uc-cirrus", [*CHAIN[:5], other, CHAIN[6]], HOSTING, LINE)

    assert [(each.agreement, each.how) for each in found.references] == [
        ("sla", "its level whole is made of uc-cirrus/availability"),
        ("sla", "its right chronic rests on uc-cirrus/availability"),
    ]


def test_an_umbrella_ends_with_all_its_parts() -> None:
    msa = uc("cirrus", [], [], name="msa", terminationRights=[LEAVE])
    part = uc("cirrus", ["hosting"], CREDITED, {"hosting": "8000.00"}, partOf="msa")

    found = ending("msa", CHAIN, msa, part, LINE)

    assert found.agreements == ("msa", "uc-cirrus")
    assert found.services == ("hosting",)
    assert [each.service for each in found.supports if each.is_lost] == ["banking"]
    assert found.fee == Money(gbp("500.00").amount, "GBP")


def test_a_service_that_leaves_takes_with_it_only_what_is_about_it() -> None:
    about = right({"misses": 1, "of": "availability", "within": "P6M"}, "leave", scope="service")
    speed = availability("99", name="speed") | {"service": "line-one"}
    slow, general = (
        right({"misses": 2, "of": "speed", "within": "P6M"}, "slow"),
        right({"misses": "3"}, "general"),
    )
    both = uc(
        "cirrus", ["hosting", "line-one"], [*CREDITED, speed], {"hosting": "8000.00", "line-one": "100.00"},
        terminationRights=[about, slow, general], remedies={"claim": {"within": "P60D", "from": "period_end"}},
    )  # fmt: skip
    chain = [house(vendors=["cirrus", "orbit"], teams=["desk"]), CHAIN[1], CHAIN[2], service("line-one", "cirrus"),
             *CHAIN[4:]]  # fmt: skip
    line_down = outage("line-one", "2027-05-10T00:00:00Z", "2027-05-10T10:00:00Z")
    settling = Settling.of(portfolio(*chain, both), evidence([line_down]), date(2027, 6, 1))

    found = consequence_of(settling, stands(settling, "leave", "uc-cirrus"), settling.as_of)

    assert (found.is_partial, found.agreements, found.services) == (True, ("uc-cirrus",), ("line-one",))
    # The credit of May can still be claimed, and the other rights go on, but for the one about the line's own level.
    assert (found.falling_credits, found.falling_rights) == ((), (("uc-cirrus", "slow"),))
    [support] = found.supports
    assert (support.service, support.before, support.after) == ("banking", 1, 0)
    assert found.uncovered == ()
