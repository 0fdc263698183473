"""What a finding proposes closes the gap, nothing less does, and the binding dependency is the one that gains most.

Every proposal is carried out in the contracts and the whole is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from domain.agreements import Agreement, DatedThreshold, Target, Threshold
from domain.findings import Finding, Severity
from domain.services import AnyOf, AtLeast, Dependency, Gate, Service
from ola.alignment.one_agreement import agreement_findings
from ola.alignment.underpinning import Underpinning
from ola.chain import Chain
from ola.inheritance import Standing
from ola.portfolio import Portfolio
from ola.sides import Sides
from tests.building import Document, all_of, any_of, availability, house, portfolio, service, sla, uc

LEAVES = ("a", "b", "c", "d", "e")
PROMISED = ("90", "99", "99.5", "99.9", "99.95")
SOLD = ("98", "99", "99.5", "99.9", "99.99")


def finding_of(held: Portfolio) -> Finding | None:
    """The finding on the support of web's target."""
    in_force = held.in_force(date(2026, 4, 1))
    judged = in_force.by_name["sla"]
    underpinning = Underpinning(held, Chain.of(held), in_force, Standing.of(held, in_force), date(2026, 4, 1))
    found = agreement_findings(underpinning, Sides.of(held, in_force, judged), judged, None)
    return next((each for each in found if each.code == "TARGET_UNSUPPORTED"), None)


def raised(held: Portfolio, name: str, percent: Fraction) -> Portfolio:
    """The same contracts with another promise of one service."""
    agreements = tuple(
        _promising(each, percent) if each.name == f"uc-{name}" else each for each in held.agreements
    )
    return replace(held, agreements=agreements)


def _promising(agreement: Agreement, percent: Fraction) -> Agreement:
    [level] = agreement.levels
    threshold = level.target.steps[0].threshold
    assert threshold is not None
    target = Target((DatedThreshold(None, Threshold(threshold.direction, percent)),))
    return replace(agreement, levels=(replace(level, target=target),))


def seconded(held: Portfolio, name: str, percent: Fraction) -> Portfolio:
    """The same contracts with a second provider beside the first wherever one service is needed."""
    second = f"{name}-second"

    def rewritten(gate: Gate) -> Gate:
        if isinstance(gate, Dependency):
            return AnyOf((gate, Dependency(second))) if gate.service == name else gate
        if isinstance(gate, AtLeast):
            return AtLeast(gate.count, tuple(rewritten(each) for each in gate.members))
        return type(gate)(tuple(rewritten(each) for each in gate.members))

    services: dict[str, Service] = {
        each.name: each if each.depends_on is None else replace(each, depends_on=rewritten(each.depends_on))
        for each in held.services.values()
    }
    services[second] = replace(services[name], name=second)
    [first] = [each for each in held.agreements if each.name == f"uc-{name}"]
    level = replace(first.levels[0], services=(second,))
    contract = replace(first, name=f"uc-{second}", services=(second,), levels=(level,))
    changed = replace(held, services=services, agreements=(*held.agreements, contract))
    return raised(changed, second, percent)


def is_closed(before: Finding, after: Finding | None) -> bool:
    """Whether the gap that a finding told of is closed: what cannot be expected, or what is not guaranteed."""
    if before.severity is Severity.ERROR:
        return after is None or after.severity is not Severity.ERROR
    return after is None


def a_step_below(percent: str) -> Fraction:
    """The next lower percentage of as many places, of two at least."""
    places = max(2, len(percent.partition(".")[2]))
    return Fraction(percent) - Fraction(1, 10**places)


def written(gates: Mapping[str, Document], promised: Mapping[str, str], sold: str) -> Portfolio:
    """A house that sells web, with inner services of its own and a vendor's contract for each leaf."""
    documents: list[Document] = [service(name, needs=gate) for name, gate in gates.items()]
    documents += [service(name, "cirrus") for name in promised]
    documents += [
        uc("cirrus", [name], [availability(percent)], name=f"uc-{name}") for name, percent in promised.items()
    ]
    return portfolio(house(vendors=["cirrus"]), documents, sla(["web"], [availability(sold)]))


def any_portfolio(pick: Random) -> Portfolio:
    """Gates of every kind, two levels of them, with shared services."""

    def gate(members: list[str]) -> Document:
        kind = pick.randint(0, 2)
        if kind == 2 and len(members) > 2:
            return {"atLeast": 2, "of": members}
        return all_of(*members) if kind else any_of(*members)

    gates = {name: gate(pick.sample(LEAVES, pick.randint(2, 4))) for name in ("left", "right")}
    gates["web"] = gate(["left", "right", pick.choice(LEAVES)])
    return written(gates, {name: pick.choice(PROMISED) for name in LEAVES}, pick.choice(SOLD))


def test_each_proposal_closes_the_gap_and_a_step_less_does_not() -> None:
    raises = seconds = hopeless = 0
    for seed in range(20):
        held = any_portfolio(Random(seed))  # noqa: S311 - an example, no secret.
        finding = finding_of(held)
        if finding is None:
            continue
        for name in sorted(LEAVES):
            proposed = finding.figures.get(f"raise {name} to")
            if proposed is not None:
                raises += 1
                assert is_closed(finding, finding_of(raised(held, name, Fraction(proposed)))), (seed, name)
                less = finding_of(raised(held, name, a_step_below(proposed)))
                assert not is_closed(finding, less), (seed, name)
            elif finding.severity is Severity.ERROR or f"uc-{name} " in " ".join(finding.clauses):
                hopeless += 1
                nearly = finding_of(raised(held, name, Fraction("99.999999")))
                assert not is_closed(finding, nearly), (seed, name)
            proposed = finding.figures.get(f"second provider of {name}")
            if proposed is not None:
                seconds += 1
                assert is_closed(finding, finding_of(seconded(held, name, Fraction(proposed)))), (seed, name)
                less = finding_of(seconded(held, name, a_step_below(proposed)))
                assert not is_closed(finding, less), (seed, name)
    assert min(raises, seconds, hopeless) > 5


def test_the_binding_dependency_is_the_one_whose_perfection_gains_most() -> None:
    asked = 0
    for seed in range(40, 52):
        held = any_portfolio(Random(seed))  # noqa: S311 - an example, no secret.
        finding = finding_of(held)
        if finding is None:
            continue
        figure = "expected" if finding.severity is Severity.ERROR else "guaranteed"
        asked += 1
        gains: dict[str, Fraction] = {}
        for name in LEAVES:
            after = finding_of(raised(held, name, Fraction(100)))
            # Where nothing is left to be told the gap is closed, and by how much more is not said.
            gains[name] = Fraction(after.figures[figure]) if after is not None else Fraction(100)
        named = finding.message.partition("The binding dependency is ")[2].split(" ")[0]
        assert gains[named] == max(gains.values()), (seed, named)
    assert asked > 5


@pytest.mark.parametrize("spares", [3, 5])
def test_one_host_binds_where_many_weaker_spares_stand_in_for_each_other(spares: int) -> None:
    # Four spares of 90 % fail together once in ten thousand: .9999 to the power of three (or five) is far above .995.
    groups = {f"tier-{tier}": any_of(*(f"n{tier}-{spare}" for spare in range(4))) for tier in range(spares)}
    promised = {f"n{tier}-{spare}": "90" for tier in range(spares) for spare in range(4)}
    held = written({**groups, "web": all_of("host", *groups)}, {**promised, "host": "99.5"}, "99.9")
    finding = finding_of(held)

    assert finding is not None
    assert "The binding dependency is host " in finding.message
    # .9997 x a >= .999, where .9997 stands for .9999 cubed: a >= .9993; with five tiers .9995 x a: a >= .9995.
    assert finding.figures["raise host to"] == {3: "99.93", 5: "99.95"}[spares]
