"""How long a check of a large dependency graph takes, and how long questions about one service in it.

The graph: 100,000 services in layers with 300,000 dependencies, shared at random under every kind of gate; a third of
the lowest are promised by vendors, every tenth in the middle by teams, and 1,000 of the topmost are sold. Evidence
is none: what is measured is the looking ahead.

Targets: `check` in 30 s and 2 GB; ancestors or descendants of a node in 1 ms.

Run: ``python -m bench.graph [services]``.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from api.services.evidence import read_folder_evidence
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
from domain.parties import Party, Role
from domain.periods import Period, PeriodRule
from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate, Measured, Service
from ola.chain import Chain
from ola.portfolio import Portfolio
from settlement.settle import settle
from vendors.feeds.declared import Declared

LAYERS: Final = 10
VENDORS: Final = 200
SOLD: Final = 1_000


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
    pick = random.Random(2)
    for what, ask in (
        ("what it stands on", chain.closure),
        ("what stands on it", lambda name: chain.supported_by([name])),
    ):
        spent, sizes = [], []
        for name in pick.sample(sorted(chain.services), 200):
            began = time.perf_counter()
            sizes.append(len(ask(name)))
            spent.append(time.perf_counter() - began)
        print(
            f"{what:30}{1000 * statistics.median(spent):8.3f} ms in the middle, "
            f"{1000 * max(spent):.3f} ms at most (for {max(sizes):,} services)"
        )
    declared = Declared(frozenset(portfolio.services), frozenset(portfolio.parties))
    with tempfile.TemporaryDirectory() as empty:
        evidence, _ = read_folder_evidence(Path(empty), declared, (), None)
    began = time.perf_counter()
    month = Period.parse("2026-04")
    settled = settle(portfolio, evidence, month, month.day_after, looks_ahead=True)
    print(
        f"check                         {time.perf_counter() - began:8.2f} s, {len(settled.findings):,} findings"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"memory at most                {peak:8.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
