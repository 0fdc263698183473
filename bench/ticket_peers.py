"""Tickets resolved within their thresholds beside what one would write by hand: DuckDB SQL, polars and pandas.

The problem: the clock of a ticket is business time less the time it waited for the customer, and a million tickets with
their events have to be brought together before any clock runs. Beside the product stand the same figures by hand: how
many tickets of each service were resolved in the month, and how many of them late, by the threshold of their priority.
The peers are given the cumulative time of our windows (SQL as a table, by an ASOF join) and read two files of Parquet;
the product reads its lake, resolves repeated and corrected rows, and runs the clock that a settlement runs.

    python bench/ticket_peers.py [ROWS] [--rounds N]

Limits: all sides in turn, in one process, with the files in the page cache; two threads at most; the median of the
rounds, and ratios of processor seconds. The peers look at no status but the customer's, and know nothing of tickets
that are opened again, of priorities that change, or of who held a ticket.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bench.peers_at_scale import OFFICE, print_beside_the_peer
from bench.portfolio_at_scale import MARCH_END, MARCH_START, names, tickets
from domain.measure.clocks import ClockRule
from domain.measure.within import measure_within
from domain.metrics import Assign, Milestone, WithinMetric
from settlement.ticket_book import Alike, Span, TicketBook
from store.engines.local import LocalEngine
from store.lake.catalogue import FolderCatalogue
from store.lake.lake import Lake
from vendors.feeds.declared import Declared
from vendors.feeds.folder import evidence_in

HOUR = 3_600_000_000
START, END = MARCH_START * 1_000_000, MARCH_END * 1_000_000
THRESHOLDS = {"P1": 4, "P2": 8, "P3": 20, "P4": 40}
WINDOWS = OFFICE.service_time(date(2026, 2, 28), date(2026, 4, 1), "prime")

Answer = dict[str, tuple[int, int]]
"""By service how many tickets were resolved in the month, and how many of them late."""


def privity(folder: Path) -> Answer:
    """The product: from the lake to the figures of each service, by the rules of a settlement."""
    lake = Lake(folder / "lake", FolderCatalogue(folder / "lake" / "catalogue"))
    engine = LocalEngine(lake.evidence(None), scratch=folder)
    book = TicketBook(engine)
    thresholds = tuple((name, hours * HOUR) for name, hours in THRESHOLDS.items())
    metric = WithinMetric(Milestone.RESOLUTION, thresholds, stops=frozenset({"pending_customer"}))
    rule = ClockRule(WINDOWS, metric.stops)
    span, every, alike = Span(START, END, END, Assign.MILESTONE), names(), Alike(frozenset(names()))
    found = {}
    for name in every:
        book.lines(name, span, every)
        measured = book.measured(measure_within, name, metric, lambda _: rule, span, alike)
        found[name] = (measured.counted, measured.failures)
    engine.close()
    return found


BY_HAND = """
WITH paused AS (
    SELECT ticket_id, epoch_us("at") AS began, status,
           epoch_us(lead("at") OVER (PARTITION BY ticket_id ORDER BY "at")) AS ended
    FROM read_parquet('{folder}/ticket_events*.parquet')
), resolved AS (
    SELECT ticket_id, service, priority, epoch_us(opened_at) AS opened, epoch_us(resolved_at) AS resolved
    FROM read_parquet('{folder}/tickets*.parquet')
    WHERE epoch_us(resolved_at) >= {start} AND epoch_us(resolved_at) < {end}
), spans AS (
    SELECT ticket_id, opened AS began, resolved AS ended, 1 AS sign FROM resolved
    UNION ALL
    SELECT p.ticket_id, greatest(p.began, r.opened), least(coalesce(p.ended, r.resolved), r.resolved), -1
    FROM paused p JOIN resolved r USING (ticket_id)
    WHERE p.status = 'pending_customer'
      AND greatest(p.began, r.opened) < least(coalesce(p.ended, r.resolved), r.resolved)
), instants AS (
    SELECT ticket_id, ended AS instant, sign FROM spans UNION ALL SELECT ticket_id, began, -sign FROM spans
), clocks AS (
    SELECT ticket_id, sum(sign * (w.before + least(i.instant, w.ended) - w.began))::BIGINT AS elapsed
    FROM instants i ASOF JOIN windows w ON i.instant >= w.began
    GROUP BY ticket_id
)
SELECT service, count(*), count(*) FILTER (WHERE coalesce(elapsed, 0) > hours * {hour})
FROM resolved JOIN thresholds USING (priority) LEFT JOIN clocks USING (ticket_id)
GROUP BY service
"""


def by_hand_in_duckdb(folder: Path) -> Answer:
    """SQL by hand: spans, their cumulative window time by an ASOF join, and a sum by ticket."""
    database = duckdb.connect()
    database.execute("SET threads = 2")
    before = WINDOWS.measure_before(WINDOWS.starts)
    windows = {"began": WINDOWS.starts, "ended": WINDOWS.ends, "before": before}
    database.register("windows", pa.table(windows))
    database.register(
        "thresholds", pa.table({"priority": list(THRESHOLDS), "hours": list(THRESHOLDS.values())})
    )
    query = BY_HAND.format(folder=folder / "evidence", start=START, end=END, hour=HOUR)
    return {name: (counted, late) for name, counted, late in database.execute(query).fetchall()}


def in_polars(folder: Path) -> Answer:
    """The same joins in polars, the clock by our cumulative window time."""
    evidence = folder / "evidence"

    def micros(column: str) -> pl.Expr:
        return pl.col(column).dt.epoch("us")

    resolved = (
        pl.scan_parquet(evidence / "tickets*.parquet")
        .select(
            "ticket_id", "service", "priority", opened=micros("opened_at"), resolved=micros("resolved_at")
        )
        .filter((pl.col("resolved") >= START) & (pl.col("resolved") < END))
    )
    paused = (
        pl.scan_parquet(evidence / "ticket_events*.parquet")
        .select("ticket_id", "status", began=micros("at"))
        .sort("ticket_id", "began")
        .with_columns(ended=pl.col("began").shift(-1).over("ticket_id"))
        .filter(pl.col("status") == "pending_customer")
        .join(resolved, on="ticket_id")
        .select(
            "ticket_id",
            began=pl.max_horizontal("began", "opened"),
            ended=pl.min_horizontal(pl.col("ended").fill_null(END), "resolved"),
        )
        .filter(pl.col("began") < pl.col("ended"))
        .collect()
    )
    stopped = paused.with_columns(stopped=_counted(paused["began"].to_numpy(), paused["ended"].to_numpy()))
    every = resolved.collect()
    clocks = every.with_columns(ran=_counted(every["opened"].to_numpy(), every["resolved"].to_numpy())).join(
        stopped.group_by("ticket_id").agg(pl.col("stopped").sum()), on="ticket_id", how="left"
    )
    limit = pl.col("priority").replace_strict(THRESHOLDS, return_dtype=pl.Int64) * HOUR
    late = (pl.col("ran") - pl.col("stopped").fill_null(0)) > limit
    summed = clocks.group_by("service").agg(pl.len().alias("counted"), late.sum().alias("late"))
    return {name: (counted, late) for name, counted, late in summed.iter_rows()}


def in_pandas(folder: Path) -> Answer:
    """The same in pandas."""
    evidence = folder / "evidence"

    def read(pattern: str, columns: list[str]) -> pd.DataFrame:
        return pd.concat(
            [pd.read_parquet(path, columns=columns) for path in sorted(evidence.glob(pattern))],
            ignore_index=True,
        )

    def micros(column: pd.Series) -> pd.Series:
        return column.astype("datetime64[us, UTC]").astype("int64")

    every = read("tickets*.parquet", ["ticket_id", "service", "priority", "opened_at", "resolved_at"])
    every["opened"], every["resolved"] = micros(every["opened_at"]), micros(every["resolved_at"])
    every = every[(every["resolved"] >= START) & (every["resolved"] < END)]
    events = read("ticket_events*.parquet", ["ticket_id", "at", "status"])
    events["began"] = micros(events["at"])
    events = events.sort_values(["ticket_id", "began"])
    ended = events["began"].shift(-1).where(events["ticket_id"].shift(-1) == events["ticket_id"], END)
    events["ended"] = ended.astype("int64")
    paused = events[events["status"] == "pending_customer"].merge(every, on="ticket_id")
    began = np.maximum(paused["began"].to_numpy(), paused["opened"].to_numpy())
    until = np.maximum(np.minimum(paused["ended"].to_numpy(), paused["resolved"].to_numpy()), began)
    stopped = paused.assign(stopped=_counted(began, until)).groupby("ticket_id")["stopped"].sum()
    ran = _counted(every["opened"].to_numpy(), every["resolved"].to_numpy())
    clock = ran - every["ticket_id"].map(stopped).fillna(0).astype("int64")
    late = pd.Series(clock > every["priority"].map(THRESHOLDS) * HOUR)
    grouped = late.groupby(every["service"]).agg(["size", "sum"])
    return {str(name): (int(row["size"]), int(row["sum"])) for name, row in grouped.iterrows()}


def _counted(began: np.ndarray, ended: np.ndarray) -> np.ndarray:
    return WINDOWS.measure_before(ended) - WINDOWS.measure_before(began)


WAYS: dict[str, Callable[[Path], Answer]] = {
    "DuckDB SQL by hand (the peer)": by_hand_in_duckdb,
    "polars, windows by our calendar": in_polars,
    "pandas, windows by our calendar": in_pandas,
    "privity, from the lake": privity,
}


def main() -> None:
    """Make up the tickets, take them into a lake, and do the work in every way."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rows", nargs="?", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "evidence").mkdir()
        for number, (said, events) in enumerate(tickets(asked.rows)):
            pq.write_table(said, folder / "evidence" / f"tickets-{number:03d}.parquet")
            pq.write_table(events, folder / "evidence" / f"ticket_events-{number:03d}.parquet")
        lake = Lake(folder / "lake", FolderCatalogue(folder / "lake" / "catalogue"))
        for source in evidence_in(folder, Declared(frozenset(names()), frozenset())).sources:
            lake.take_in(source, 0)
        print_beside_the_peer(WAYS, folder, asked.rounds)


if __name__ == "__main__":
    main()
