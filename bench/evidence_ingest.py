"""How many outage rows of CSV a second are read, checked and put in order, and into a lake, on this machine.

The problem: "fast" means nothing without something beside it on the same machine in the same run. Beside the product
stand what one would write first, `csv.DictReader` and `datetime.fromisoformat` with the same checks of each row, and
the quickest there is, DuckDB's own copy of CSV to Parquet, which checks nothing; neither knows lines, a quarantine or
an order. The aim is half of DuckDB's speed into the lake.

    python bench/evidence_ingest.py [ROWS] [--rounds N]

Limits: two threads at most, files in the page cache, the median of some rounds, ratios by processor seconds. The file
is made up: 5,000 services, times of one month, most cells filled.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.util
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa

from api.services.evidence import read_folder_evidence
from domain.ports import EvidenceBatch
from store.lake.catalogue import FolderCatalogue
from store.lake.lake import Lake
from vendors.feeds.declared import Declared
from vendors.feeds.folder import evidence_in

SERVICES = [f"service-{number}" for number in range(5_000)]
DECLARED = Declared(frozenset(SERVICES), frozenset())
CAUSES = ["", "", "", "customer", "maintenance"]


def generate(path: Path, rows: int) -> None:
    """A file of outages, the same every time."""
    random = Random(1)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as opened:
        opened.write("outage_id,service,started_at,ended_at,severity,cause,incident,source,recorded_at\n")
        for number in range(rows):
            began = start + timedelta(seconds=random.randrange(31 * 86_400))
            ended = began + timedelta(seconds=random.randrange(7_200))
            times = f"{began:%Y-%m-%dT%H:%M:%SZ},{ended:%Y-%m-%dT%H:%M:%SZ}"
            incident, source = random.randrange(rows // 5 + 1), random.randrange(5)
            opened.write(
                f"O{number},{random.choice(SERVICES)},{times},,{random.choice(CAUSES)},I{incident},monitor-{source},\n"
            )


def plain_python(folder: Path) -> int:
    """The peer: row by row, with the standard library."""
    good = []
    services, causes = set(SERVICES), set(CAUSES)
    with (folder / "evidence" / "outages.csv").open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            began = datetime.fromisoformat(row["started_at"])
            ended = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None
            if row["service"] in services and row["cause"] in causes and (ended is None or ended >= began):
                good.append(
                    (
                        row["outage_id"],
                        row["service"],
                        began,
                        ended,
                        row["cause"],
                        row["incident"],
                        row["source"],
                    )
                )
    return len(good)


def batches(folder: Path) -> int:
    """Reading and checking alone: batches, and nothing kept."""
    read = (batch for source in evidence_in(folder, DECLARED).sources for batch in source.batches())
    return sum(pa.table(batch.rows).num_rows for batch in read if isinstance(batch, EvidenceBatch))


def columns(folder: Path) -> int:
    """What `privity settle` does: read, check, leave out repeats, put in order."""
    evidence, _ = read_folder_evidence(folder, DECLARED)
    return len(evidence.outages(SERVICES))


def lake(folder: Path) -> int:
    """Read, check, and keep as Parquet."""
    with tempfile.TemporaryDirectory() as kept:
        into = Lake(Path(kept), FolderCatalogue(Path(kept) / "catalogue"))
        taken = [into.take_in(source, 0) for source in evidence_in(folder, DECLARED).sources]
        return sum(count.rows for each in taken for count in each.entry.counts)


def copied_by_duckdb(folder: Path) -> int:
    """DuckDB's own copy, with the compression that the lake has."""
    duckdb = importlib.import_module("duckdb")
    database = duckdb.connect()
    database.execute("SET threads = 2")
    with tempfile.TemporaryDirectory() as kept:
        read, written = folder / "evidence" / "outages.csv", Path(kept) / "outages.parquet"
        query = f"COPY (FROM read_csv('{read}')) TO '{written}' (FORMAT parquet, COMPRESSION zstd)"
        return int(database.execute(query).fetchone()[0])


WAYS: dict[str, Callable[[Path], int]] = {
    "DuckDB, CSV copied to Parquet": copied_by_duckdb,
    "csv.DictReader + fromisoformat": plain_python,
    "read and checked, in batches": batches,
    "read into ordered columns": columns,
    "taken into a lake of Parquet": lake,
}


def timed(way: Callable[[Path], int], folder: Path, rows: int) -> tuple[float, float]:
    """Seconds of the processor and of the clock on the wall of one round."""
    began, worked = time.perf_counter(), time.process_time()
    found = way(folder)
    taken = time.process_time() - worked, time.perf_counter() - began
    if found != rows:
        raise SystemExit(f"{way.__name__} found {found} rows of {rows}")
    return taken


def peak_megabytes(name: str, folder: Path, rows: int) -> int:
    """The most memory of a process that does one of the ways once."""
    command = [sys.executable, __file__, str(rows), "--alone", name, "--folder", str(folder)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def main() -> None:
    """Run every way some rounds, and print them beside the peer."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rows", nargs="?", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--alone")
    arguments.add_argument("--folder", type=Path)
    asked = arguments.parse_args()
    if asked.alone:
        timed(WAYS[asked.alone], asked.folder, asked.rows)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    ways = dict(WAYS)
    if importlib.util.find_spec("duckdb") is None:
        del ways["DuckDB, CSV copied to Parquet"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "evidence").mkdir()
        path = folder / "evidence" / "outages.csv"
        generate(path, asked.rows)
        size = path.stat().st_size / 1e6
        print(f"{asked.rows:,} outage rows, {size:.0f} MB of CSV, median of {asked.rounds} rounds")
        # Memory first: a process counts what its parent held when it began.
        memory_of = {title: peak_megabytes(title, folder, asked.rows) for title in ways}
        taken: dict[str, list[tuple[float, float]]] = {title: [] for title in ways}
        for _ in range(asked.rounds):
            for title, way in ways.items():
                taken[title].append(timed(way, folder, asked.rows))
        peer = statistics.median(processor for processor, _ in taken[next(iter(ways))])
        for title, each in taken.items():
            processor = statistics.median(processor for processor, _ in each)
            seconds = statistics.median(seconds for _, seconds in each)
            print(
                f"{title:32} {seconds:7.2f} s wall {processor:7.2f} s processor {asked.rows / processor:12,.0f} rows/s "
                f"{peer / processor:6.2f} x the peer {memory_of[title]:6,} MB at most"
            )


if __name__ == "__main__":
    main()
