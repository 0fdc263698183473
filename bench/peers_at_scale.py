"""Downtime of many outages beside what one would write by hand: DuckDB SQL, polars and pandas, in the same run.

The problem: "fast" means nothing without something beside it. The work: the downtime of each service in London's office
hours over a year, overlapping outages counted once. The textbook query is gaps-and-islands and a range join with the
windows; polars and pandas merge the islands the same way, and are given the cumulative time of our windows. All read
the same Parquet, and every answer must be the same number of microseconds for every service.

    python bench/peers_at_scale.py [ROWS]

Limits: all sides in turn, in one process, with the files in the page cache; two threads at most; the median of the
rounds, and ratios of processor seconds, for others may be using the machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.portfolio_at_scale import names, outages
from domain.calendars import Calendar, WeeklyWindow
from domain.evidence import Coded
from domain.many_intervals import ManyIntervals
from store.engines.local import LocalEngine
from store.lake.catalogue import FolderCatalogue
from store.lake.coded import coded
from store.lake.lake import Lake
from store.lake.parquet import INSTANT
from vendors.feeds.declared import Declared
from vendors.feeds.folder import evidence_in

DAY = 86_400_000_000
OFFICE = Calendar(
    "office", "Europe/London", (WeeklyWindow("prime", frozenset(range(5)), 8 * DAY // 24, 18 * DAY // 24),)
)
WINDOWS = OFFICE.service_time(date(2026, 1, 1), date(2026, 12, 31), "prime")
HORIZON = 1_798_761_600_000_000

Answer = dict[str, int]


def privity(path: Path) -> Answer:
    """The product's own rules: a service's outages as a set of time, and what of it lies in the windows."""
    rows = pq.read_table(path, columns=["service", "started_at", "ended_at"], read_dictionary=["service"])
    service = coded(rows["service"])
    starts = rows["started_at"].cast(INSTANT).cast("int64").to_numpy()
    ends = rows["ended_at"].cast(INSTANT).cast("int64").fill_null(HORIZON).to_numpy()
    return _measured(service, starts, ends)


def _measured(service: Coded, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Answer:
    down = ManyIntervals.of(service.codes, starts, ends, owners=len(service.names))
    return dict(zip(service.names, down.measured_in(WINDOWS).tolist(), strict=True))


def lake_engine(path: Path) -> Answer:
    """The same by way of the lake: repeats and corrections resolved, as a settlement asks for it."""
    lake = Lake(path.parent / "lake", FolderCatalogue(path.parent / "lake" / "catalogue"))
    engine = LocalEngine(lake.evidence(None), scratch=path.parent)
    found: Answer = {}
    for services in engine.outages_together():
        rows = engine.outage_times(services)
        measured = _measured(rows.service, rows.started, np.minimum(rows.ended, HORIZON))
        found |= {name: measured[name] for name in services}
    engine.close()
    return found


TEXTBOOK = """
WITH ordered AS (
    SELECT service, epoch_us(started_at) AS began, coalesce(epoch_us(ended_at), {horizon}) AS ended,
           max(coalesce(epoch_us(ended_at), {horizon})) OVER (
               PARTITION BY service ORDER BY started_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS reach
    FROM read_parquet('{path}')
), numbered AS (
    SELECT *, sum(CASE WHEN reach IS NULL OR began > reach THEN 1 ELSE 0 END)
              OVER (PARTITION BY service ORDER BY began, ended) AS island
    FROM ordered
), islands AS (
    SELECT service, min(began) AS began, max(ended) AS ended FROM numbered GROUP BY service, island
)
SELECT service, sum(
    CASE WHEN w.began IS NULL THEN 0 ELSE least(i.ended, w.ended) - greatest(i.began, w.began) END
)::BIGINT AS down
FROM islands i LEFT JOIN windows w ON i.began < w.ended AND i.ended > w.began
GROUP BY service
"""


def textbook_duckdb(path: Path) -> Answer:
    """Gaps-and-islands, and a range join with the windows."""
    database = duckdb.connect()
    database.execute("SET threads = 2")
    windows = pl.DataFrame({"began": WINDOWS.starts, "ended": WINDOWS.ends})
    database.register("windows", windows.to_arrow())
    query = TEXTBOOK.format(path=path, horizon=HORIZON)
    return {name: int(down) for name, down in database.execute(query).fetchall()}


def in_polars(path: Path) -> Answer:
    """The islands by a running maximum, and the windows by their cumulative time."""
    micros = (
        pl.col("started_at").dt.epoch("us").alias("began"),
        pl.col("ended_at").dt.epoch("us").alias("ended"),
    )
    rows = pl.scan_parquet(path).select("service", *micros).with_columns(pl.col("ended").fill_null(HORIZON))
    rows = rows.sort("service", "began", "ended")
    reach = pl.col("ended").cum_max().shift(1).over("service")
    islands = (
        rows.with_columns(reach.alias("reach"))
        .with_columns(
            (pl.col("reach").is_null() | (pl.col("began") > pl.col("reach"))).cum_sum().alias("island")
        )
        .group_by("service", "island")
        .agg(pl.col("began").min(), pl.col("ended").max())
        .collect()
    )
    counted = WINDOWS.measure_before(islands["ended"].to_numpy()) - WINDOWS.measure_before(
        islands["began"].to_numpy()
    )
    summed = islands.with_columns(pl.Series("down", counted)).group_by("service").agg(pl.col("down").sum())
    return dict(zip(summed["service"].to_list(), summed["down"].to_list(), strict=True))


def in_pandas(path: Path) -> Answer:
    """The same in pandas."""
    rows = pd.read_parquet(path, columns=["service", "started_at", "ended_at"])
    rows["began"] = rows["started_at"].astype("datetime64[us, UTC]").astype("int64")
    ended = rows["ended_at"].astype("datetime64[us, UTC]")
    rows["ended"] = ended.fillna(pd.Timestamp(HORIZON, unit="us", tz="UTC")).astype("int64")
    rows = rows.sort_values(["service", "began", "ended"])
    reach = rows.groupby("service")["ended"].cummax().groupby(rows["service"]).shift(1)
    rows["island"] = (reach.isna() | (rows["began"] > reach)).cumsum()
    islands = rows.groupby("island").agg({"service": "first", "began": "min", "ended": "max"})
    counted = WINDOWS.measure_before(islands["ended"].to_numpy()) - WINDOWS.measure_before(
        islands["began"].to_numpy()
    )
    return {
        str(name): int(down)
        for name, down in islands.assign(down=counted).groupby("service")["down"].sum().items()
    }


WAYS: dict[str, Callable[[Path], Answer]] = {
    "textbook DuckDB (the peer)": textbook_duckdb,
    "polars, windows by our calendar": in_polars,
    "pandas, windows by our calendar": in_pandas,
    "privity, the rules alone": privity,
    "privity, from the lake": lake_engine,
}


def main() -> None:
    """Do the work in every way, once each, and print them beside the peer."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rows", nargs="?", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "evidence" / "outages.parquet"
        path.parent.mkdir()
        writer: pq.ParquetWriter | None = None
        for table in outages(asked.rows):
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()
        lake = Lake(folder / "evidence" / "lake", FolderCatalogue(folder / "evidence" / "lake" / "catalogue"))
        for source in evidence_in(folder, Declared(frozenset(names()), frozenset())).sources:
            if source.file.endswith("outages.parquet"):
                lake.take_in(source, 0)
        print_beside_the_peer(WAYS, path, asked.rounds)


def print_beside_the_peer(ways: Mapping[str, Callable[[Path], object]], path: Path, rounds: int) -> None:
    """Do one work in every way, in turn, some rounds; print the median of each beside the first, which is the peer."""
    taken: dict[str, list[tuple[float, float]]] = {title: [] for title in ways}
    first: object = None
    for _ in range(rounds):
        for title, way in ways.items():
            began, worked = time.perf_counter(), time.process_time()
            found = way(path)
            taken[title].append((time.process_time() - worked, time.perf_counter() - began))
            first = found if first is None else first
            if found != first:
                raise SystemExit(f"{title} gives other figures than {next(iter(ways))}")
    peer = statistics.median(processor for processor, _ in taken[next(iter(ways))])
    for title, each in taken.items():
        processor = statistics.median(processor for processor, _ in each)
        seconds = statistics.median(seconds for _, seconds in each)
        print(
            f"{title:38} {seconds:7.2f} s wall {processor:7.2f} s processor {peer / processor:6.1f} x the peer"
        )


if __name__ == "__main__":
    main()
