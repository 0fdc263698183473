"""How long a check of a large dependency graph takes, and how long questions about one service in it.

The graph: 100,000 services in layers with 300,000 dependencies, shared at random under every kind of gate; a third of
the lowest are promised by vendors, every tenth in the middle by teams, and 1,000 of the topmost are sold. Evidence
is none: what is measured is the looking ahead.

Targets: `check` in 30 s and 2 GB; ancestors or descendants of a node in 1 ms.

Run: ``python -m bench.graph [services] [questions]`` (with a second word of any kind: the questions only).
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

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
from domain.money import decimal_text
from domain.parties import Party, Role
from domain.periods import PeriodRule
from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate, Measured, Service
from ola.chain import Chain
from ola.portfolio import Portfolio

LAYERS: Final = 10
VENDORS: Final = 200
SOLD: Final = 1_000
A_FILE: Final = 20_000
"""So many documents stand in one file."""


def portfolio_of(services: int, seed: int = 1) -> Portfolio:
    """A layered graph of so many services, each of the upper ones needing three or four of the layers below."""
    pick = random.Random(seed)
    per_layer = services // LAYERS
    parties = {
        "halden": Party("halden", "halden", Role.PROVIDER),
        "acme": Party("acme", "acme", Role.CUSTOMER),
    }
    for index in range(VENDORS):
        parties[f"vendor-{index}"] = Party(f"vendor-{index}", f"vendor-{index}", Role.VENDOR)
    for index in range(20):
        parties[f"team-{index}"] = Party(f"team-{index}", f"team-{index}", Role.TEAM, "halden")
    known: dict[str, Service] = {}
    agreements: list[Agreement] = []
    for layer in range(LAYERS):
        for index in range(per_layer):
            name = f"s-{layer}-{index}"
            gate = None if layer == 0 else _gate(pick, layer, per_layer)
            provider, of = "halden", None
            if layer == 0 and index % 3 == 0:
                provider, of = f"vendor-{index % VENDORS}", AgreementType.UC
            elif 3 <= layer <= 6 and index % 10 == 0:
                provider, of = f"team-{index % 20}", AgreementType.OLA
            known[name] = Service(name, name, provider, Measured.FROM_DEPENDENCIES, gate)
            if of is not None:
                agreements.append(
                    _agreement(of, provider, "halden", name, pick.choice(["99.5", "99.9", "99.95"]))
                )
            elif layer == LAYERS - 1 and index < SOLD:
                agreements.append(_agreement(AgreementType.SLA, "halden", "acme", name, "99.9"))
    return Portfolio(parties, known, tuple(agreements))


def _gate(pick: random.Random, layer: int, per_layer: int) -> Gate:
    needs = [
        Dependency(
            f"s-{layer - 1 if pick.random() < 0.8 else pick.randrange(layer)}-{pick.randrange(per_layer)}"
        )
        for _ in range(pick.choice([3, 3, 4]))
    ]
    kind = pick.random()
    if kind < 0.6:
        return AllOf(tuple(needs))
    if kind < 0.8:
        return AllOf((needs[0], AnyOf(tuple(needs[1:]))))
    return AtLeast(2, tuple(needs))


def _agreement(of: AgreementType, provider: str, consumer: str, service: str, target: str) -> Agreement:
    threshold = Threshold(Direction.AT_LEAST, Fraction(Decimal(target)))
    level = ServiceLevel(
        "availability", None, (service,), AvailabilityMetric(), None, PeriodRule.month(),
        Target((DatedThreshold(None, threshold),)),
    )  # fmt: skip
    name = f"{of.value.lower()}-{service}"
    structure = Structure.SERVICE if of is AgreementType.SLA else None
    return Agreement(
        name, name, 1, of, structure, provider, consumer, (service,), State.ACTIVE, date(2026, 1, 1),
        date(2027, 12, 31), date(2026, 1, 1), ALWAYS, "GBP", levels=(level,),
    )  # fmt: skip


def written_to(portfolio: Portfolio, folder: Path) -> None:
    """Write the contracts of a portfolio as documents, in files that are small enough to be read."""
    documents = [
        f"kind: Party\nmetadata: {{name: {each.name}, title: {each.title}}}\n"
        f"spec: {{role: {each.role.value}{f', parent: {each.parent}' if each.parent else ''}}}\n"
        for each in portfolio.parties.values()
    ]
    for service in portfolio.services.values():
        needs = "" if service.depends_on is None else f"\n  dependsOn: {_written(service.depends_on)}"
        documents.append(
            f"kind: Service\nmetadata: {{name: {service.name}, title: {service.title}}}\nspec:\n"
            f"  provider: {service.provider}\n  measured: fromDependencies{needs}\n"
        )
    for agreement in portfolio.agreements:
        threshold = agreement.levels[0].target.on(agreement.first)
        structure = "" if agreement.structure is None else f"\n  structure: {agreement.structure.value}"
        documents.append(
            f"kind: Agreement\nmetadata: {{name: {agreement.name}, title: {agreement.title}}}\nspec:\n"
            f"  type: {agreement.type.value}{structure}\n  provider: {agreement.provider}\n"
            f"  consumer: {agreement.consumer}\n  services: [{agreement.services[0]}]\n  state: active\n"
            f"  term: {{from: {agreement.first}, to: {agreement.last}}}\n  serviceLevels:\n"
            f"    - name: availability\n      metric: {{kind: availability}}\n      period: month\n"
            f'      target: {{atLeast: "{decimal_text(threshold.value) if threshold else 0}"}}\n'
        )
    for place in range(0, len(documents), A_FILE):
        text = "---\n".join(f"apiVersion: privity/v1\n{each}" for each in documents[place : place + A_FILE])
        (folder / f"contracts-{place}.yaml").write_text(text, encoding="utf-8")


def _written(gate: Gate) -> str:
    if isinstance(gate, Dependency):
        return gate.service
    members = ", ".join(_written(member) for member in gate.members)
    if isinstance(gate, AtLeast):
        return f"{{atLeast: {gate.count}, of: [{members}]}}"
    return f"{{{'all' if isinstance(gate, AllOf) else 'any'}: [{members}]}}"


def _asked(chain: Chain) -> None:
    """How long the answers take: for services anywhere, and for those with the longest answers of all.

    An answer is counted, and its last name is looked for in it; the names are listed only where somebody lists them.
    Each question is asked three times, and the quickest time counts: others may be using the machine.
    """
    pick = random.Random(2)
    names = sorted(chain.services)
    anywhere = pick.sample(names, min(2_000, len(names)))
    ways: tuple[tuple[str, Callable[[str], Collection[str]]], ...] = (
        ("what it stands on", chain.below),
        ("what stands on it", lambda name: chain.above([name])),
    )
    for what, ask in ways:
        began = time.thread_time()
        ask(anywhere[0])
        print(f"{what:30}{time.thread_time() - began:8.3f} s of processor for the first answer of all")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for is_ready in (False, True):
        if is_ready:
            began = time.thread_time()
            chain.ready_for_questions()
            more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            print(
                f"made ready for questions      {time.thread_time() - began:8.3f} s, {more:.0f} MB more at most"
            )
        for what, ask in ways:
            longest = sorted(anywhere, key=lambda name, ask=ask: (-len(ask(name)), name))[:200]  # type: ignore[misc]
            for where, some in (("anywhere", anywhere), ("the 200 longest answers of these", longest)):
                spent = sorted(_quickest(ask, name) for name in some)
                print(
                    f"  {what}, {where:34}{statistics.median(spent):6.3f} ms in the middle, "
                    f"{spent[len(spent) * 99 // 100]:.3f} for 99 of 100, {spent[-1]:.3f} at most "
                    f"(up to {len(ask(longest[0])):,} services)"
                )


def _quickest(ask: Callable[[str], Collection[str]], name: str) -> float:
    """Milliseconds of processor for one answer."""
    spent = []
    for _ in range(3):
        began = time.thread_time_ns()
        found = ask(name)
        if not len(found) or name not in found:
            raise AssertionError(name)
        spent.append((time.thread_time_ns() - began) / 1e6)
    return min(spent)


def main() -> int:
    """Print the figures."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    portfolio = portfolio_of(services)
    began = time.perf_counter()
    chain = Chain.of(portfolio)
    edges = sum(len(needs) for needs in chain.needs.values())
    print(
        f"{len(chain.services):,} services, {edges:,} dependencies, {len(portfolio.agreements):,} agreements"
    )
    print(f"the graph                     {time.perf_counter() - began:8.2f} s")
    _asked(chain)
    if len(sys.argv) > 2:
        return 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        written_to(portfolio, folder)
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "api.cli.main", "check", str(folder), "--format", "json"]
        checked = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - this program itself
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    findings = json.loads(checked.stdout)["findings"]
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"check                         {wall:8.2f} s, {used:.2f} s of processor, {len(findings):,} findings"
    )
    print(f"memory at most                {after.ru_maxrss / 1024**2:8.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
