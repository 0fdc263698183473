"""What holds of every settlement: nothing is lost, and nothing depends on the order in which it was told.

Whole portfolios are drawn, those of `tests.reference.portfolios`, and every figure of them is added up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.services.settling import settle_folder
from api.shapes.settlement import settlement_shape
from domain.agreements import AgreementType
from ola.responsibility import Reason
from settlement.results import Settlement
from tests.building import (
    Row,
    settle,
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
    nets: dict[tuple[str, ...], Fraction] = {}
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
