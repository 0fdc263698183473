"""How long one act under an agreement takes in a store of 5,000 agreements, and a process that just started.

The problem: whoever records a signature waits for it. What an act reads must hang on what it is about, not on how many
other contracts lie beside it.

Example: ``python bench/acts.py --agreements 5000`` loads that many agreements (half SLAs, half UCs under them, four
levels each, every one in a file of its own), then prints the seconds of the load, of the first act of a new process,
and of each further one.

Limits: contracts without evidence; figures are made up. An exercise is asked of the rights of its agreement. What a new
process does first is to read all contracts once, which every question to a store begins with.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from api.bootstrap import opened
from api.services.acts import ActOnRight, ActOrder, ClaimRelief, DecideRelief, MoveAgreement, SignAgreement
from api.settings import Settings
from domain.agreements import State
from domain.relief import ReliefStatus
from domain.termination.terms import Act

_LEVELS = "".join(
    f"    - {{name: level-{number}, metric: {{kind: availability, minimumOutage: PT{number}M}}, period: month, "
    'target: {atLeast: "99.5"}, '
    'credit: {scheme: bands, bands: [{below: "99.5", percent: "5"}, {below: "99", percent: "10"}]}}\n'
    for number in range(1, 5)
)


def _agreement(kind: str, number: int, state: str = "active", version: int = 1) -> str:
    is_sla = kind == "SLA"
    name, service = (f"sla-{number}", f"app-{number}") if is_sla else (f"uc-{number}", f"host-{number}")
    provider, consumer = ("house", "shop") if is_sla else (f"vendor-{number % 50}", "house")
    return (
        f"apiVersion: privity/v1\nkind: Agreement\nmetadata: {{name: {name}, version: {version}}}\nspec:\n"
        f"  type: {kind}\n  provider: {provider}\n  consumer: {consumer}\n  services: [{service}]\n  state: {state}\n"
        f"  term: {{from: 2020-01-01, to: 2099-12-31}}\n  currency: EUR\n"
        f"  effective: {'2020-01-01' if version == 1 else '2098-01-01'}\n"
        f'  charges: [{{service: {service}, monthly: "1000.00"}}]\n  serviceLevels:\n{_LEVELS}'
        "  terminationRights:\n    - {name: leave, when: {convenience: true}, notice: P90D}\n"
    )


def texts(agreements: int) -> dict[str, str]:
    """The documents, an agreement a file."""
    parties = [("house", "provider"), ("shop", "customer"), *((f"vendor-{n}", "vendor") for n in range(50))]
    found = {
        "parties.yaml": "---\n".join(
            f"apiVersion: privity/v1\nkind: Party\nmetadata: {{name: {name}}}\nspec: {{role: {role}}}\n"
            for name, role in parties
        )
    }
    services = []
    for number in range(agreements // 2):
        head = "apiVersion: privity/v1\nkind: Service\nmetadata: {name: "
        services.append(f"{head}app-{number}}}\nspec: {{provider: house, dependsOn: host-{number}}}\n")
        services.append(f"{head}host-{number}}}\nspec: {{provider: vendor-{number % 50}}}\n")
        found[f"sla-{number}.yaml"] = _agreement("SLA", number)
        found[f"uc-{number}.yaml"] = _agreement("UC", number)
    found["services.yaml"] = "---\n".join(services)
    found["draft.yaml"] = _agreement("SLA", 1, "draft", version=2)
    return found


def _timed(what: str, done: Callable[[], object]) -> None:
    began, busy = time.perf_counter(), time.process_time()
    done()
    seconds, of_processor = time.perf_counter() - began, time.process_time() - busy
    print(f"{what}: {seconds:.2f} s, {of_processor:.2f} s of processor", flush=True)


def main() -> None:
    """Load, and record acts."""
    parser = argparse.ArgumentParser(description="Time acts under agreements in a large store.")
    parser.add_argument("--agreements", type=int, default=5_000)
    asked = parser.parse_args()
    orders: list[tuple[str, ActOrder]] = [
        ("the first act of a new process (a step of a draft)", MoveAgreement("sla-1", State.NEGOTIATING, 2)),
        ("a signature", SignAgreement("sla-1", "house", 2)),
        ("the second party's signature", SignAgreement("sla-1", "shop", 2)),
        (
            "a claim of relief",
            ClaimRelief("uc-7", "force_majeure", "flood", None, "2026-03-01T00:00Z", "2026-03-02T00:00Z"),
        ),
        ("its decision", DecideRelief("flood", ReliefStatus.ACCEPTED)),
        ("a right is exercised", ActOnRight("uc-9", "leave", Act.EXERCISE)),
        ("an agreement is ended", MoveAgreement("uc-11", State.TERMINATED)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.of(Path(folder), None)
        with opened(settings) as privity:
            every = texts(asked.agreements)
            _timed(
                f"loading {asked.agreements:,} agreements",
                lambda: privity.commands.portfolio_load(every, "a", "b"),
            )
        with opened(settings) as privity:
            for what, order in orders:
                _timed(what, lambda order=order: privity.commands.record(order, "ada", "a test"))  # type: ignore[misc]


if __name__ == "__main__":
    main()
