"""A portfolio and evidence of any size, made up, the same every time: what the benchmarks of size read.

The problem: ten million rows have to come from somewhere, and quickly, or nobody runs the benchmark. They are made a
million at a time, in columns, in the order in which a monitor would send them (by time, services mixed).

    python bench/portfolio_at_scale.py FOLDER --outages 1000000 --tickets 1000000 [--format csv]

Outages: 2,000 services over the year 2026, most of them minutes long, some overlapping, a few open. Tickets: opened
over March 2026 in office hours and out of them, four in ten with a pause for the customer, in `ticket_events`.

Limits: seeded; the contracts promise each service an availability in a window of London's office hours and around the
clock, or a resolution of its tickets in business hours.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

SERVICES = 2_000
A_FILE = 1_000_000
YEAR_START, YEAR_END = 1_767_225_600, 1_798_761_600
MARCH_START, MARCH_END = 1_772_323_200, 1_775_001_600
SERVICES_AN_AGREEMENT = 10

_HEAD = """apiVersion: privity/v1
kind: Party
metadata: {name: it}
spec: {role: provider}
---
apiVersion: privity/v1
kind: Party
metadata: {name: bank}
spec: {role: customer}
---
apiVersion: privity/v1
kind: Calendar
metadata: {name: office}
spec:
  timezone: Europe/London
  windows:
    - {label: prime, days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00"}
    - {label: non-prime, rest: true}
"""

_SERVICE = """---
apiVersion: privity/v1
kind: Service
metadata: {name: NAME}
spec: {provider: it}
"""

_AGREEMENT = """---
apiVersion: privity/v1
kind: Agreement
metadata: {name: NAME}
spec:
  type: SLA
  structure: customer
  provider: it
  consumer: bank
  services: [SERVICES]
  state: active
  term: {from: 2026-01-01, to: 2026-12-31}
  calendar: office
  serviceLevels:
"""

_OUTAGE_LEVELS = """    - name: prime
      metric: {kind: availability}
      window: prime
      period: month
      target: {atLeast: "90"}
    - name: all-day
      metric: {kind: availability}
      period: month
      target: {atLeast: "90"}
"""

_TICKET_LEVELS = """    - name: resolution
      metric:
        kind: within
        milestone: resolution
        thresholds: {P1: PT4H, P2: PT8H, P3: PT20H, P4: PT40H}
        stops: [pending_customer]
      window: prime
      period: month
      target: {atLeast: "TARGET"}
"""


def names(services: int = SERVICES) -> list[str]:
    """The names of the services, in order."""
    return [f"service-{number:04d}" for number in range(services)]


def write_contracts(folder: Path, *, tickets: bool, services: int = SERVICES, target: str = "60") -> None:
    """The contract documents of the portfolio."""
    said = [_HEAD, *(_SERVICE.replace("NAME", name) for name in names(services))]
    levels = _TICKET_LEVELS.replace("TARGET", target) if tickets else _OUTAGE_LEVELS
    for first in range(0, services, SERVICES_AN_AGREEMENT):
        covered = ", ".join(names(services)[first : first + SERVICES_AN_AGREEMENT])
        name = f"sla-{first // SERVICES_AN_AGREEMENT:03d}"
        said.append(_AGREEMENT.replace("NAME", name).replace("SERVICES", covered) + levels)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "contracts.yaml").write_text("".join(said), encoding="utf-8")


def _shares(rows: int) -> Iterator[tuple[int, int]]:
    for first in range(0, rows, A_FILE):
        yield first, min(first + A_FILE, rows)


def _seconds(column: np.ndarray, empty: np.ndarray | None = None) -> pa.Array:
    return pa.array(column, mask=empty).cast(pa.timestamp("s", tz="UTC"))


def outages(rows: int, services: int = SERVICES) -> Iterator[pa.Table]:
    """Outages in order of their start, a million at a time."""
    random = np.random.default_rng(1)
    known = pa.array(names(services))
    causes = pa.array(["", "", "", "", "", "", "customer", "maintenance"])
    for first, last in _shares(rows):
        count = last - first
        low = YEAR_START + (YEAR_END - YEAR_START) * first // rows
        high = YEAR_START + (YEAR_END - YEAR_START) * last // rows
        began = np.sort(random.integers(low, high, count))
        length = np.where(
            random.random(count) < 0.02, random.integers(0, 14_400, count), random.integers(0, 600, count)
        )
        yield pa.table(
            {
                "outage_id": pa.array([f"O{number}" for number in range(first, last)]),
                "service": known.take(pa.array(random.integers(0, services, count))),
                "started_at": _seconds(began),
                "ended_at": _seconds(began + length, random.random(count) < 0.00001),
                "cause": causes.take(pa.array(random.integers(0, len(causes), count))),
                "source": pa.array(["monitor-a", "monitor-b"]).take(pa.array(random.integers(0, 2, count))),
            }
        )


def tickets(rows: int, services: int = SERVICES) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Tickets in order of their opening, a million at a time, and the events of each million."""
    random = np.random.default_rng(2)
    known = pa.array(names(services))
    priorities = pa.array(["P1", "P2", "P3", "P4"])
    for first, last in _shares(rows):
        count = last - first
        low = MARCH_START + (MARCH_END - 5 * 86_400 - MARCH_START) * first // rows
        high = MARCH_START + (MARCH_END - 5 * 86_400 - MARCH_START) * last // rows
        opened = np.sort(random.integers(low, max(high, low + 1), count))
        took = random.integers(600, 3 * 86_400, count)
        ids = np.array([f"T{number}" for number in range(first, last)], dtype=object)
        said = pa.table(
            {
                "ticket_id": pa.array(ids),
                "service": known.take(pa.array(random.integers(0, services, count))),
                "priority": priorities.take(pa.array(random.integers(0, 4, count))),
                "opened_at": _seconds(opened),
                "resolved_at": _seconds(opened + took),
            }
        )
        paused = np.flatnonzero(random.random(count) < 0.4)
        begins = opened[paused] + (took[paused] * random.random(len(paused)) * 0.5).astype(np.int64) + 1
        ends = begins + ((took[paused] - (begins - opened[paused])) * random.random(len(paused))).astype(
            np.int64
        )
        at = np.concatenate((begins, ends))
        order = np.argsort(at, kind="stable")
        status = np.concatenate((np.zeros(len(paused), np.int64), np.ones(len(paused), np.int64)))
        events = pa.table(
            {
                "ticket_id": pa.array(np.concatenate((ids[paused], ids[paused]))[order]),
                "at": _seconds(at[order]),
                "status": pa.array(["pending_customer", "open"]).take(pa.array(status[order])),
            }
        )
        yield said, events


def _write(table: pa.Table, path: Path, form: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "parquet":
        pq.write_table(table, path.with_suffix(".parquet"))
    else:
        as_text = [
            pa.compute.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
            if pa.types.is_timestamp(column.type)
            else column
            for column in table.columns
        ]
        made = pa.table(dict(zip(table.column_names, as_text, strict=True)))
        pc_csv.write_csv(made, path.with_suffix(".csv"), pc_csv.WriteOptions(quoting_style="needed"))


def write_outages(folder: Path, rows: int, form: str = "csv", services: int = SERVICES) -> None:
    """Files of outages in a folder, a million rows each."""
    for number, table in enumerate(outages(rows, services)):
        _write(table, folder / f"outages-{number:03d}", form)


def write_tickets(folder: Path, rows: int, form: str = "csv", services: int = SERVICES) -> None:
    """Files of tickets and of their events in a folder."""
    for number, (said, events) in enumerate(tickets(rows, services)):
        _write(said, folder / f"tickets-{number:03d}", form)
        _write(events, folder / f"ticket_events-{number:03d}", form)


def main() -> None:
    """Write a portfolio with its evidence."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--outages", type=int, default=0)
    arguments.add_argument("--tickets", type=int, default=0)
    arguments.add_argument("--format", default="csv", choices=["csv", "parquet"])
    asked = arguments.parse_args()
    write_contracts(asked.folder, tickets=bool(asked.tickets))
    write_outages(asked.folder / "evidence", asked.outages, asked.format)
    write_tickets(asked.folder / "evidence", asked.tickets, asked.format)


if __name__ == "__main__":
    main()
