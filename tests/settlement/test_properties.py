"""What holds of every settlement: nothing is lost, nothing depends on order, and names cannot be gamed.

Two kinds of portfolios are drawn: whole ones, of `tests.reference.portfolios`, for what must add up; and small nets of
services behind one gate, for what must not change when the same failures are told in another way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.services.settling import settle_folder
from api.shapes import settlement_shape
from domain.agreements import AgreementType
from domain.instants import MINUTE, isoformat
from ola.responsibility import Reason
from settlement.results import Settlement
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
from tests.reference.portfolios import GeneratedPortfolio, portfolios, random_portfolio

NOTHING = Fraction(0)
QUIETLY = [HealthCheck.too_slow, HealthCheck.data_too_large]


def settled_portfolio(drawn: GeneratedPortfolio, rng: Random | None = None) -> Settlement:
    """A drawn portfolio settled; with a ``rng``, its documents and its rows in another order."""
    documents, outages, tickets, events = (
        list(part) for part in (drawn.documents, drawn.outages, drawn.tickets, drawn.ticket_events)
    )
    if rng is not None:
        for part in (documents, outages, tickets):
            rng.shuffle(part)
        events = by_ticket_shuffled(events, rng)
    return settle(documents, outages=outages, tickets=tickets, events=events, period=drawn.month).settlement


def by_ticket_shuffled(events: Sequence[Row], rng: Random) -> list[Row]:
    """Events in another order, but those of one ticket at one instant as they were: their order is what was said."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in events:
        groups.setdefault((row["ticket_id"], row["at"]), []).append(row)
    keys = sorted(groups)
    rng.shuffle(keys)
    return [row for key in keys for row in groups[key]]


# ---------------------------------------------------------------------------------------- everything adds up


@settings(max_examples=25, suppress_health_check=QUIETLY)
@given(portfolios())
def test_parts_add_up_to_their_totals_everywhere(drawn: GeneratedPortfolio) -> None:
    settlement = settled_portfolio(drawn)
    for breach in settlement.breaches:
        trace_adds_up(breach)
    statements_add_up(settlement)
    impact_adds_up(settlement)


def trace_adds_up(breach: Any) -> None:
    rows = [row for row in breach.trace.responsibilities if row.reason is not Reason.EXCUSED]
    assert sum((row.impact_share for row in rows), NOTHING) == 1
    assert sum((row.quantity for row in rows), NOTHING) == breach.trace.quantity
    if any(row.credit_share is not None for row in rows):
        assert sum((row.credit_share for row in rows), NOTHING) == 1
    by_service: dict[tuple[str, str | None, str | None], Fraction] = {}
    for instant in breach.trace.instants:
        for cause in instant.causes:
            key = (cause.service, cause.party, cause.excused)
            by_service[key] = by_service.get(key, NOTHING) + cause.quantity
    for row in breach.trace.responsibilities:
        if row.party is None and row.reason is Reason.MISALIGNED:
            continue
        assert sum((part.quantity for part in row.services), NOTHING) == row.quantity
    if breach.trace.unit == "seconds":
        in_rows: dict[tuple[str, str | None, str | None], Fraction] = {}
        for row in breach.trace.responsibilities:
            for part in row.services:
                key = (part.service, part.party, row.cause)
                in_rows[key] = in_rows.get(key, NOTHING) + part.quantity
        assert {key: part for key, part in in_rows.items() if part} == {
            key: part for key, part in by_service.items() if part
        }


def statements_add_up(settlement: Settlement) -> None:
    for statement in settlement.statements:
        assert sum((line.amount.fraction for line in statement.lines), NOTHING) == statement.gross.fraction
        assert sum((line.net.fraction for line in statement.lines), NOTHING) == statement.net.fraction
    nets: dict[tuple[str, str, str], Fraction] = {}
    for statement in settlement.statements:
        for line in statement.lines:
            nets[line.of.order()] = nets.get(line.of.order(), NOTHING) + line.net.fraction
    for breach in settlement.breaches:
        credited = [money.fraction for money in breach.credits if money is not None]
        if credited:
            assert sum(credited, NOTHING) == nets[breach.attainment.of.order()]
        else:
            assert nets.get(breach.attainment.of.order(), NOTHING) == 0


def impact_adds_up(settlement: Settlement) -> None:
    for impact in settlement.credit_impact:
        payable = [
            statement.net.fraction
            for statement in settlement.statements
            if statement.type is AgreementType.SLA and statement.net.currency == impact.currency
        ]
        assert impact.payable.fraction == sum(payable, NOTHING)
        assert sum((side.caused.fraction for side in impact.parties), NOTHING) == impact.payable.fraction
        assert sum((side.gap.fraction for side in impact.parties), NOTHING) == impact.gap.fraction
        assert impact.gap == impact.payable - impact.recoverable
        for side in impact.parties:
            assert side.gap == side.caused - side.recoverable
            reasons = sum((reason.amount.fraction for reason in side.reasons), NOTHING)
            assert reasons == max(side.gap.fraction, NOTHING)
            assert side.over_recovery.fraction == max(-side.gap.fraction, NOTHING)


# ------------------------------------------------------------------------------------------ order is irrelevant


def shaped(settlement: Settlement) -> bytes:
    """The bytes that a reader gets."""
    return json.dumps(settlement_shape(settlement), ensure_ascii=False).encode()


def without_places(text: bytes, lines: int) -> bytes:
    """The same without the lines of files, which is all that may tell one order of rows from another."""
    told = text.decode()
    for line in range(lines + 2, 1, -1):
        told = told.replace(f".csv:{line}", ".csv:n")
    return told.encode()


@settings(max_examples=12, suppress_health_check=QUIETLY)
@given(portfolios(), st.integers(0, 2**16))
def test_documents_and_rows_in_another_order_give_the_same_bytes(
    drawn: GeneratedPortfolio, seed: int
) -> None:
    lines = len(drawn.outages)
    one = shaped(settled_portfolio(drawn))
    other = shaped(settled_portfolio(drawn, Random(seed)))  # noqa: S311 - An order, no secret.
    assert without_places(other, lines) == without_places(one, lines)


@pytest.mark.parametrize("seed", [3, 14, 15])
def test_files_cut_and_named_in_another_way_give_the_same_bytes(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)  # noqa: S311 - An order, no secret.
    drawn = random_portfolio(rng)
    drawn.write(tmp_path / "one")
    write_scattered(drawn, tmp_path / "other", rng)
    printed = [settle_folder(tmp_path / name, drawn.month) for name in ("one", "other")]
    texts = []
    for shape in printed:
        assert shape["quarantine"] == []
        # Which files were read is told, and differs; a finding may cite a file and a line.
        findings = [
            {key: value for key, value in finding.items() if key != "message"}  # type: ignore[union-attr]
            for finding in shape["findings"]  # type: ignore[union-attr]
        ]
        texts.append(json.dumps({**shape, "sources": [], "findings": findings}))
    assert texts[0] == texts[1]


def write_scattered(drawn: GeneratedPortfolio, folder: Path, rng: Random) -> None:
    """Every document in a file of its own at some depth, and each kind of evidence in two files, rows shuffled."""
    (folder / "evidence").mkdir(parents=True)
    documents = list(drawn.documents)
    rng.shuffle(documents)
    for number, each in enumerate(documents):
        place = folder / rng.choice(["", "deep", "deep/deeper"])
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:03d}.yaml").write_text(yaml.safe_dump(each), encoding="utf-8")
    outages, tickets = list(drawn.outages), list(drawn.tickets)
    rng.shuffle(outages)
    rng.shuffle(tickets)
    events = by_ticket_shuffled(drawn.ticket_events, rng)
    for kind, rows in (("outages", outages), ("tickets", tickets)):
        for half, name in ((rows[::2], "a"), (rows[1::2], "b")):
            write_rows(folder / "evidence" / f"{kind}-{name}.csv", half)
    write_rows(folder / "evidence" / "ticket_events.csv", events)


def write_rows(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    if rows:
        columns = sorted({column for row in rows for column in row})
        lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")


# ----------------------------------------------------------------------------------- the same failures, told anew

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
    assert shaped(twice.settled().settlement) == shaped(net.settled().settlement)


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
