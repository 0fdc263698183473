"""Bounds that all promises share: never better than the truth, and the truth where nothing is in common."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given, settings

from domain.agreements import (
    Agreement,
    AgreementType,
    AvailabilityMetric,
    DatedThreshold,
    Direction,
    ServiceLevel,
    State,
    Structure,
    Target,
    Threshold,
)
from domain.calendars import ALWAYS
from domain.parties import Party, Role
from domain.periods import Period, PeriodRule
from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate, Measured, Service
from ola.alignment.common_bounds import CommonBound, common_bounds
from ola.alignment.structure import AtLeastOf, Formula, Promised
from ola.alignment.support import Support, support_of
from ola.alignment.underpinning import Underpinning
from ola.chain import Chain
from ola.inheritance import Standing
from ola.portfolio import Portfolio
from tests.ola.alignment.formulas import by_enumeration, formulas_with_chances
from tests.ola.alignment.linear_program import longest_downtime

DAY = date(2026, 4, 1)
Case = tuple[Formula, dict[str, Fraction]]


def chained(of: Formula) -> tuple[Chain, str]:
    """A chain of services with the gates of a formula, each gate a service of its own."""
    names = [
        node.service if isinstance(node, Promised) else f"gate-{place}" for place, node in enumerate(of.nodes)
    ]
    services = {}
    for name, node in zip(names, of.nodes, strict=True):
        gate: Gate | None = None
        if isinstance(node, AtLeastOf):
            gate = AtLeast(node.needed, tuple(Dependency(names[member]) for member in node.members))
        services[name] = Service(name, name, "halden", Measured.FROM_DEPENDENCIES, gate)
    return Chain.of(Portfolio({}, services, ())), names[of.top]


def bounds(of: Formula, chances: dict[str, Fraction]) -> CommonBound:
    chain, root = chained(of)

    class Promises:
        """Stands in for the promises of a portfolio: each leaf has one, and it allows all that it leaves over."""

        def __init__(self) -> None:
            self.chain = chain

        def stops_at(self, service: str, _: int) -> tuple[str, ...]:
            return (service,) if service in chances else ()

        def differs_for(self, _: str) -> int:
            return 0

        def kind_of(self, _: object) -> int:
            return 1

        def downtime(self, promises: tuple[str, ...], _: object) -> Fraction:
            return 1 - chances[promises[0]]

    chance = cast("Any", lambda promises: chances[promises[0]])
    return common_bounds(cast("Any", Promises()), cast("Any", None), chance).within(root, 0)


@settings(max_examples=60, deadline=None)
@given(formulas_with_chances(most_leaves=6, most_gates=6))
def test_the_chance_lies_between_the_bounds(case: Case) -> None:
    of, chances = case
    low, high = bounds(of, chances).expected
    assert low <= by_enumeration(of, chances) <= high


@settings(max_examples=25, deadline=None)
@given(formulas_with_chances(most_leaves=4, most_gates=4))
def test_no_way_in_which_failures_can_fall_is_worse_than_the_bound(case: Case) -> None:
    of, chances = case
    downtime = {name: 1 - chance for name, chance in chances.items()}
    assert longest_downtime(of, downtime) <= 1 - bounds(of, chances).guaranteed


def test_what_two_tiers_share_is_counted_once() -> None:
    # Two tiers need the data centre (99.9) and a network each (99.5): 100 - .1 - .5 - .5 guaranteed.
    of = Formula(
        (
            Promised("dc"), Promised("n1"), Promised("n2"), AtLeastOf(2, (0, 1)), AtLeastOf(2, (0, 2)),
            AtLeastOf(2, (3, 4)),
        ), 5,
    )  # fmt: skip
    found = bounds(of, {"dc": Fraction("0.999"), "n1": Fraction("0.995"), "n2": Fraction("0.995")})
    assert abs(found.guaranteed - Fraction("0.989")) < Fraction(1, 10**50)
    assert abs(found.expected[0] - Fraction("0.999") * Fraction("0.995") ** 2) < Fraction(1, 10**50)


# ------------------------------------------------------------------------------------- shapes of a portfolio


def agreement(
    of: AgreementType, provider: str, consumer: str, services: tuple[str, ...], target: str
) -> Agreement:
    threshold = Threshold(Direction.AT_LEAST, Fraction(Decimal(target)))
    level = ServiceLevel(
        "availability", None, services, AvailabilityMetric(), None, PeriodRule.month(),
        Target((DatedThreshold(None, threshold),)),
    )  # fmt: skip
    structure = Structure.SERVICE if of is AgreementType.SLA else None
    return Agreement(
        f"{of.value.lower()}-{provider}-{target}", "", 1, of, structure, provider, consumer, services, State.ACTIVE,
        date(2026, 1, 1), date(2027, 12, 31), date(2026, 1, 1), ALWAYS, "GBP", levels=(level,),
    )  # fmt: skip


def support(gates: dict[str, Gate], promised: dict[str, tuple[str, ...]]) -> Support | None:
    """The support of 99.9 on "top"; ``promised`` are the services by the percent that a vendor promises of them."""
    leaves = [name for names in promised.values() for name in names]
    services = {
        name: Service(name, name, "halden", Measured.FROM_DEPENDENCIES, gates.get(name))
        for name in (*gates, *leaves)
    }
    parties = {
        "halden": Party("halden", "halden", Role.PROVIDER),
        "acme": Party("acme", "acme", Role.CUSTOMER),
        "cirrus": Party("cirrus", "cirrus", Role.VENDOR),
    }
    sla = agreement(AgreementType.SLA, "halden", "acme", ("top",), "99.9")
    contracts = [
        agreement(AgreementType.UC, "cirrus", "halden", names, percent) for percent, names in promised.items()
    ]
    portfolio = Portfolio(parties, services, (sla, *contracts))
    in_force = portfolio.in_force(DAY)
    underpinning = Underpinning(
        portfolio, Chain.of(portfolio), in_force, Standing.of(portfolio, in_force), DAY
    )
    return support_of(underpinning, sla, sla.levels[0], "top", (Period.parse("2026-04"),))


def need(*names: str) -> tuple[Dependency, ...]:
    return tuple(Dependency(name) for name in names)


def test_a_thousand_gates_one_inside_the_other_stand_on_their_one_promise() -> None:
    nested: Gate = Dependency("leaf")
    for index in range(1_000):
        nested = (
            AllOf((nested, AnyOf(need("leaf", "other"))))
            if index % 2
            else AnyOf((nested, Dependency("leaf")))
        )
    found = support({"top": nested}, {"99.95": ("leaf", "other")})
    assert found is not None
    # However often it is named, the leaf alone decides: with it everything is up, without it the innermost is down.
    assert found.expected.low == Fraction("0.9995")
    # Gate by gate each "any" brings the bound back to .05 %, and the outermost "all" adds .05 % of leaf or other.
    assert found.guaranteed == Fraction("0.999")


def test_a_thousand_services_one_under_the_other_each_with_a_spare_of_their_own() -> None:
    gates: dict[str, Gate] = {f"s{index}": AllOf(need(f"s{index + 1}", "shared")) for index in range(1_000)}
    found = support(
        {"top": Dependency("s0"), **gates, "s1000": AllOf(need("shared"))}, {"99.99": ("shared",)}
    )
    assert found is not None
    assert (found.expected.low, found.guaranteed) == (Fraction("0.9999"), Fraction("0.9999"))


def test_ten_thousand_members_of_one_gate() -> None:
    names = tuple(f"n{index}" for index in range(10_000))
    every = support({"top": AllOf(need(*names))}, {"99.99999": names})
    most = support({"top": AtLeast(9_999, need(*names))}, {"99.99999": names})
    some = support({"top": AnyOf(need(*names))}, {"99": names})
    assert every is not None
    assert most is not None
    assert some is not None
    down = Fraction(1, 10**7)
    # All of them: 10,000 x .00001 % = .1 % guaranteed, (1 - 1e-7)**10000 expected; one may fail: half of that, by Rüger.
    assert every.guaranteed == 1 - 10_000 * down
    assert abs(every.expected.low - (1 - down) ** 10_000) < Fraction(1, 10**60)
    assert most.guaranteed == 1 - 5_000 * down
    all_or_all_but_one = (1 - down) ** 10_000 + 10_000 * down * (1 - down) ** 9_999
    assert abs(most.expected.low - all_or_all_but_one) < Fraction(1, 10**60)
    assert some.guaranteed == Fraction("0.99")


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["all", "any", "2 of 3"])
def test_a_large_entangled_chain_under_every_kind_of_gate_is_bounded_and_says_so(kind: int) -> None:
    # 20 tiers of 15 services, each of which needs three neighbours of the tier beneath: all of them are shared.
    def gate(tier: int, index: int) -> Gate:
        names = need(*(f"t{tier + 1}-{(index + step) % 15}" for step in range(3)))
        return (AllOf(names), AnyOf(names), AtLeast(2, names))[kind]

    gates: dict[str, Gate] = {
        f"t{tier}-{index}": gate(tier, index) for tier in range(20) for index in range(15)
    }
    leaves = tuple(f"t20-{index}" for index in range(15))
    found = support({"top": AllOf(need("t0-0")), **gates}, {"99.9": leaves})
    assert found is not None
    assert not found.expected.is_exact
    every, spare = Fraction("0.999") ** 15, 1 - Fraction(1, 1000) ** 15
    if kind == 0:
        # All of fifteen services at 99.9, each once: the parts are told apart, so what is shared costs once.
        assert abs(found.expected.low - every) < Fraction(1, 10**40)
        assert abs(found.guaranteed - (1 - 15 * Fraction(1, 1000))) < Fraction(1, 10**40)
    assert (
        every - Fraction(1, 10**40)
        <= found.expected.low
        <= found.expected.high
        <= spare + Fraction(1, 10**40)
    )
    assert found.guaranteed <= found.expected.low
    assert found.weakest is not None
    assert found.weakest[0] == "t20-0"
