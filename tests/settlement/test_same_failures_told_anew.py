"""What must not change when the same failures are told in another way: names, services and firms cannot be gamed.

Small nets of services behind one gate are drawn, and the failures of one service are given to two: of the same vendor, of
its subcontractor, of another team. Nothing moves between the sides, neither of the minutes nor of the money.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.shapes.settlement import settlement_shape
from domain.instants import MINUTE, isoformat
from tests.building import (
    Document,
    Row,
    Settled,
    all_of,
    any_of,
    at_least,
    availability,
    bands,
    gbp,
    house,
    micros,
    ola,
    service,
    settle,
    sla,
    story,
    uc,
    within,
)

NOTHING = Fraction(0)
QUIETLY = [HealthCheck.too_slow, HealthCheck.data_too_large]
OWNERS = ("east", "west", "north", "team-1", "team-2")


@dataclass(frozen=True)
class Net:
    """v behind a gate of leaf services: who runs each, and when each failed (minutes after 10:00 on the 14th)."""

    gate: Any
    owner: dict[str, str]
    failures: tuple[tuple[str, int, int], ...]
    below: tuple[tuple[str, str, str], ...] = ()
    """Services under leaves: the leaf, its dependency, and who runs that for the leaf's owner."""

    def documents(self) -> list[Document]:
        runners = {**self.owner, **{lower: runner for _, lower, runner in self.below}}
        vendors = sorted({who for who in runners.values() if not who.startswith("team")})
        teams = sorted({who for who in runners.values() if who.startswith("team")})
        needs = {upper: all_of(lower) for upper, lower, _ in self.below}
        found = [
            *house(vendors=vendors, teams=teams),
            service("v", needs=self.gate),
            *(service(name, who, needs=needs.get(name)) for name, who in sorted(runners.items())),
            sla(["v"], [availability("99.99", credit=CREDIT)], {"v": "40000.00"}),
        ]
        for who in sorted(set(self.owner.values())):
            own = sorted(name for name, runner in self.owner.items() if runner == who)
            found.append(ola(who, own) if who in teams else uc(who, own))
        for upper, lower, runner in self.below:
            found.append(uc(runner, [lower], consumer=self.owner[upper], name=f"uc-{runner}-{lower}"))
        return found

    def rows(self) -> list[Row]:
        base = micros("14 10:00")
        return [
            {
                "service": name,
                "started_at": isoformat(base + start * MINUTE),
                "ended_at": isoformat(base + end * MINUTE),
            }
            for name, start, end in self.failures
        ]

    def settled(self) -> Settled:
        return settle(self.documents(), outages=self.rows())


CREDIT = bands({"99.99": "2", "99.9": "5", "99.8": "15", "99.5": "30"})


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """Two to four services behind a gate of any shape, failing close together."""
    leaves = [f"s{number}" for number in range(draw(st.integers(2, 4)))]
    owner = {leaf: draw(st.sampled_from(OWNERS)) for leaf in leaves}
    times = st.integers(0, 24)
    failures = draw(
        st.lists(st.tuples(st.sampled_from(leaves), times, st.integers(1, 24)), min_size=1, max_size=7)
    )
    cut = tuple((name, 5 * start, 5 * (start + length)) for name, start, length in failures)
    return Net(draw(gates(leaves)), owner, cut)


def gates(leaves: Sequence[str]) -> st.SearchStrategy[Any]:
    """A gate over all the leaves, nested at most once."""
    half = len(leaves) // 2
    flat = [all_of(*leaves), any_of(*leaves), at_least(max(1, len(leaves) - 1), *leaves)]
    nested = [
        all_of(any_of(*leaves[:half], leaves[-1]), *leaves[half:]),
        any_of(all_of(*leaves[:half]), all_of(*leaves[half:])),
        all_of(at_least(1, *leaves[:half]), any_of(*leaves[half:])),
    ]
    return st.sampled_from([*flat, *nested])


def by_side(settled: Settled, of: Callable[[Any], Fraction | None]) -> dict[str, Fraction]:
    """The shares of each side in the customer's breach; nothing at all where nothing was missed."""
    found: dict[str, Fraction] = {}
    breaches = [each for each in settled.settlement.breaches if each.attainment.of.agreement.name == "sla"]
    for breach in breaches:
        for row in breach.trace.responsibilities:
            found[row.side or ""] = found.get(row.side or "", NOTHING) + (of(row) or NOTHING)
    return {side: share for side, share in found.items() if share}


def same_between_sides(one: Settled, other: Settled) -> None:
    for of in (lambda row: row.impact_share, lambda row: row.credit_share, lambda row: row.quantity):
        assert by_side(one, of) == by_side(other, of)
    assert one.statement().net == other.statement().net
    # A credit is rounded row by row, so the penny that is left over may go to another row, and no more than that.
    before, after = (
        {side.party: side.caused.fraction for side in each.impact().parties} for each in (one, other)
    )
    assert before.keys() == after.keys()
    assert all(abs(before[party] - after[party]) <= Fraction("0.01") for party in before)


def renamed(gate: Any, name: str, into: Any) -> Any:
    """A gate with one of its services replaced."""
    if isinstance(gate, str):
        return into if gate == name else gate
    if isinstance(gate, list):
        return [renamed(member, name, into) for member in gate]
    return {
        key: renamed(value, name, into) if isinstance(value, list) else value for key, value in gate.items()
    }


def parted(
    failures: Sequence[tuple[str, int, int]], name: str, second: str, at: int
) -> tuple[tuple[str, int, int], ...]:
    """The failures of one service given to two: what lies before an instant stays, the rest is the second's."""
    found: list[tuple[str, int, int]] = []
    for which, start, end in failures:
        if which != name:
            found.append((which, start, end))
            continue
        if start < min(end, at):
            found.append((which, start, min(end, at)))
        if max(start, at) < end:
            found.append((second, max(start, at), end))
    return tuple(found)


FEW = settings(max_examples=12, suppress_health_check=QUIETLY)


@FEW
@given(nets(), st.integers(0, 40))
def test_cutting_a_vendor_s_service_into_two_in_series_moves_nothing_between_sides(
    net: Net, cut: int
) -> None:
    name = net.failures[0][0]
    finer = Net(
        renamed(net.gate, name, all_of(name, "cut")),
        {**net.owner, "cut": net.owner[name]},
        parted(net.failures, name, "cut", 5 * cut),
    )
    same_between_sides(net.settled(), finer.settled())


@FEW
@given(nets(), st.integers(0, 40))
def test_cutting_a_supplier_into_subcontractors_moves_nothing_between_sides(net: Net, cut: int) -> None:
    name = net.failures[0][0]
    as_vendor = replace(net, owner={**net.owner, name: "east"})
    finer = replace(
        as_vendor,
        failures=parted(net.failures, name, "lower", 5 * cut),
        below=((name, "lower", "subcontractor"),),
    )
    same_between_sides(as_vendor.settled(), finer.settled())


@FEW
@given(nets(), st.integers(0, 40))
def test_cutting_a_team_in_two_moves_nothing_between_sides(net: Net, cut: int) -> None:
    name = net.failures[0][0]
    as_team = replace(net, owner={**net.owner, name: "team-1"})
    finer = Net(
        renamed(net.gate, name, all_of(name, "cut")),
        {**as_team.owner, "cut": "team-9"},
        parted(net.failures, name, "cut", 5 * cut),
    )
    same_between_sides(as_team.settled(), finer.settled())


@FEW
@given(nets(), st.data())
def test_a_longer_outage_never_lowers_a_credit(net: Net, data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(net.failures) - 1))
    longer = data.draw(st.integers(1, 600))
    name, start, end = net.failures[which]
    failures = (*net.failures[:which], (name, start, end + longer), *net.failures[which + 1 :])
    before, after = net.settled(), replace(net, failures=failures).settled()
    assert after.statement().net.fraction >= before.statement().net.fraction
    assert after.statement().gross.fraction >= before.statement().gross.fraction


@FEW
@given(nets(), st.integers(0, 24), st.integers(1, 24))
def test_an_absorbed_failure_changes_no_share(net: Net, start: int, length: int) -> None:
    # One of two lines beside the gate fails, and the other does not: v never notices.
    lines = Net(
        all_of(net.gate, any_of("line-a", "line-b")),
        {**net.owner, "line-a": "wires", "line-b": "fibre"},
        net.failures,
    )
    failing = replace(lines, failures=(*net.failures, ("line-a", 5 * start, 5 * (start + length))))
    before, after = lines.settled(), failing.settled()
    assert [breach.credits for breach in after.settlement.breaches] == [
        breach.credits for breach in before.settlement.breaches
    ]
    for one, other in zip(before.settlement.breaches, after.settlement.breaches, strict=True):
        assert other.trace.responsibilities == one.trace.responsibilities
        assert {part.service for part in other.trace.absorbed} - {"line-a"} == {
            part.service for part in one.trace.absorbed
        }


@FEW
@given(nets())
def test_a_second_record_of_a_failure_changes_nothing(net: Net) -> None:
    twice = replace(net, failures=(*net.failures, *net.failures))
    assert settlement_shape(twice.settled().settlement) == settlement_shape(net.settled().settlement)


# ---------------------------------------------------------------------------------------- tickets, told anew


@FEW
@given(
    st.lists(
        st.tuples(st.sampled_from(["desk", "vendor", "other"]), st.integers(1, 8)), min_size=1, max_size=5
    ),
    st.integers(0, 8),
)
def test_handing_a_supplier_s_part_of_a_ticket_to_its_subcontractor_moves_nothing_between_sides(
    held: list[tuple[str, int]], kept: int
) -> None:
    def settled(stages: Sequence[tuple[str, int]]) -> Settled:
        fixes = {who: [within("90", {"P1": f"PT{hours}H"}, name="fix")] for who, hours in PROMISES.items()}
        return settle(
            house(vendors=["vendor", "other", "sub"], teams=["desk"]),
            service("support"),
            sla(
                ["support"],
                [within("100", {"P1": "PT6H"}, credit=bands({"100": "10"}))],
                {"support": "900.00"},
            ),
            ola("desk", ["support"], fixes["desk"]),
            uc("vendor", ["support"], fixes["vendor"]),
            uc("other", ["support"], fixes["other"]),
            uc("sub", ["support"], fixes["sub"], consumer="vendor"),
            tickets=[story("T1", "P1", "07 08:00", *((who, f"PT{hours}H") for who, hours in stages))],
        )

    handed: list[tuple[str, int]] = []
    for who, hours in held:
        own = min(kept, hours) if who == "vendor" else hours
        handed += [(who, own)] if own else []
        handed += [("sub", hours - own)] if hours > own else []
    one, other = settled(held), settled(handed)
    assert by_side(one, lambda row: row.impact_share) == by_side(other, lambda row: row.impact_share)
    assert one.statement().net == other.statement().net


PROMISES = {"desk": 1, "vendor": 3, "other": 2, "sub": 2}


def test_a_credit_of_a_penny_among_three_is_one_penny() -> None:
    credit = {"scheme": "bands", "bands": [{"below": "99.9", "amount": "0.01"}]}
    settled = settle(
        house(vendors=["east", "north", "west"]),
        service("v", needs=all_of("a", "b", "c")),
        [service(name, who) for name, who in (("a", "east"), ("b", "north"), ("c", "west"))],
        sla(["v"], [availability("99.9", credit=credit)]),
        outages=Net(None, {}, (("a", 0, 60), ("b", 0, 60), ("c", 0, 60))).rows(),
    )
    assert [settled.credit(who) for who in ("east", "north", "west")] == [
        gbp("0.01"),
        gbp("0.00"),
        gbp("0.00"),
    ]
