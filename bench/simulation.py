"""A year simulated ten thousand times for two hundred SLAs, with the underpinning contracts of twenty vendors.

    python -m bench.simulation [SLAS] [YEARS] [PROCESSES]

The portfolio is made here: each SLA is on a service of its own that needs a platform (of twenty, shared by ten SLAs
each), either of two lines, and a host; two years of history have about four failures a year of each of the 460
services below, and an incident a month that takes a platform and a host together.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from api.services.foresight import grounds_of_folder
from api.services.side_by_side import processors, side_by_side
from domain.instants import isoformat, parse_instant
from domain.periods import Period
from settlement.simulating.running import simulate

VENDORS, PLATFORMS, LINES = 20, 20, 40
SINCE, UNTIL = parse_instant("2024-01-01T00:00Z"), parse_instant("2026-01-01T00:00Z")
MINUTE = 60_000_000


def write(folder: Path, slas: int) -> None:
    """The contracts and two years of outages."""
    terms = "term: {from: 2024-01-01, to: 2027-12-31}, effective: 2024-01-01, state: active, currency: GBP"
    documents = ["kind: Party\nmetadata: {name: provider}\nspec: {role: provider}"]
    documents += [f"kind: Party\nmetadata: {{name: c{i}}}\nspec: {{role: customer}}" for i in range(slas)]
    documents += [f"kind: Party\nmetadata: {{name: v{i}}}\nspec: {{role: vendor}}" for i in range(VENDORS)]
    run_by: dict[str, int] = {}
    run_by |= {f"platform-{i}": i % VENDORS for i in range(PLATFORMS)}
    run_by |= {f"line-{i}": (i + 7) % VENDORS for i in range(LINES)}
    run_by |= {f"host-{i}": (i + 3) % VENDORS for i in range(slas)}
    documents += [
        f"kind: Service\nmetadata: {{name: {name}}}\nspec: {{provider: v{vendor}}}"
        for name, vendor in run_by.items()
    ]
    bands = "[{below: '99.9', percent: '5'}, {below: '99.5', percent: '15'}, {below: '99.0', percent: '30'}]"
    for i in range(slas):
        lines = f"{{any: [line-{i % LINES}, line-{(i + 1) % LINES}]}}"
        documents.append(
            f"kind: Service\nmetadata: {{name: app-{i}}}\nspec: {{provider: provider, measured: fromDependencies, "
            f"dependsOn: {{all: [platform-{i % PLATFORMS}, {lines}, host-{i}]}}}}"
        )
        documents.append(
            f"kind: Agreement\nmetadata: {{name: sla-{i:03d}}}\nspec: {{type: SLA, structure: service, "
            f"provider: provider, consumer: c{i}, services: [app-{i}], {terms}, "
            f"charges: [{{service: app-{i}, monthly: '10000.00'}}], serviceLevels: [{{name: availability, "
            "metric: {kind: availability}, period: month, target: {atLeast: '99.9'}, "
            f"credit: {{scheme: bands, bands: {bands}}}}}], "
            "remedies: {caps: [{percent: '20', of: agreement, per: month}, {percent: '10', of: annual, per: year}]}, "
            "terminationRights: [{name: chronic, when: {misses: 3, of: availability, within: P6M}, notice: P30D}]}"
        )
    for vendor in range(VENDORS):
        mine = [name for name, who in run_by.items() if who == vendor]
        levels = ", ".join(
            f"{{name: up-{name}, service: {name}, metric: {{kind: availability}}, period: month, "
            f"target: {{atLeast: '99.8'}}, credit: {{scheme: bands, bands: [{{below: '99.8', percent: '10'}}]}}}}"
            for name in mine
        )
        charges = ", ".join(f"{{service: {name}, monthly: '4000.00'}}" for name in mine)
        documents.append(
            f"kind: Agreement\nmetadata: {{name: uc-{vendor:02d}}}\nspec: {{type: UC, provider: v{vendor}, "
            f"consumer: provider, services: [{', '.join(mine)}], {terms}, charges: [{charges}], "
            f"serviceLevels: [{levels}]}}"
        )
    text = "\n---\n".join(f"apiVersion: privity/v1\n{document}" for document in documents)
    (folder / "contracts.yaml").write_text(text, encoding="utf-8")
    (folder / "evidence").mkdir()
    draw = random.Random(7)
    rows = ["service,started_at,ended_at,incident"]
    for name in run_by:
        for _ in range(8):
            start = draw.randrange(SINCE, UNTIL - 600 * MINUTE)
            rows.append(f"{name},{isoformat(start)},{isoformat(start + draw.randrange(5, 480) * MINUTE)},")
    for number in range(24):
        start = draw.randrange(SINCE, UNTIL - 600 * MINUTE)
        for name in (f"platform-{number % PLATFORMS}", f"host-{draw.randrange(slas)}"):
            length = draw.randrange(30, 240) * MINUTE
            rows.append(f"{name},{isoformat(start)},{isoformat(start + length)},I{number}")
    (folder / "evidence" / "outages.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def main() -> None:
    """Simulate, and print how long it took."""
    slas = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    years = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else processors()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, slas)
        grounds = grounds_of_folder(folder, date(2026, 1, 1))
        wall = time.perf_counter()
        found = simulate(
            grounds.portfolio,
            grounds.evidence,
            SINCE,
            UNTIL,
            Period.parse("2026"),
            years,
            carry=side_by_side(workers),
        )
        wall = time.perf_counter() - wall
    [money] = found.money
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(each.ru_utime + each.ru_stime for each in used)
    memory = " and ".join(f"{each.ru_maxrss // 1024} MB" for each in used if each.ru_maxrss)
    print(
        f"{slas} SLAs, {years} years, {workers} processes: {wall:.1f} s ({processor:.1f} s of processor with reading), "
        f"{memory} at most (this process, the largest other); "
        f"{found.checked} year checked; payable {money.payable.mean} a year, gap {money.gap.mean}"
    )


if __name__ == "__main__":
    main()
