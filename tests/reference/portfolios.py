"""Random small portfolios, valid by `2-documents.md`, with their evidence.

One provider, one or two customers, up to three teams, four vendors and two subcontractors, up to seven services with
nested gates; outages that like to overlap, tickets that change hands; credits, caps, exclusions, windows, a clock
change. Everything is drawn from one `random.Random`, so a seed names a portfolio and hypothesis can shrink one.

What is left out on purpose, because the design leaves two careful readers a choice there:
  - a subcontractor's service straight under a service of the provider, or a subcontractor below an ungoverned vendor;
  - an outage with cause `customer` on a service that several agreements cover;
  - a vendor's service that depends on another service of the same vendor, and vendors that supply each other;
  - a ticket without its resolution whose events say resolved;
  - ticket milestones of equal instant with events that hand the ticket on;
  - a direct supplier with two agreements that both promise ticket times.

Example: `random_portfolio(Random(7)).write(folder)` leaves `contracts.yaml` and `evidence/` in the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.reference.evidence_rows import random_outages, random_tickets
from tests.reference.folders import write_folder
from tests.reference.minutes import Document
from tests.reference.sides import Gate

MONTHS = ("2026-02", "2026-03", "2026-03", "2026-04", "2026-10")
OFFICE = {
    "timezone": "Europe/London",
    "windows": [
        {"label": "prime", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"},
        {"label": "non-prime", "rest": True},
    ],
}
DAYTIME = {
    "timezone": "Europe/London",
    "windows": [
        {"label": "day", "days": ["mon", "tue", "wed", "thu", "fri", "sat"], "from": "07:00", "to": "22:00"}
    ],
}
TARGETS = ("99.9", "99.9", "99.9", "99.5", "99.5", "99", "98")


@dataclass(frozen=True)
class GeneratedPortfolio:
    """Documents as YAML would give them, evidence rows as CSV would, and the month to settle."""

    documents: list[Document]
    outages: list[Document]
    tickets: list[Document]
    ticket_events: list[Document]
    month: str

    def contents(self) -> dict[str, list[Document]]:
        """Everything but the month, by the names that `oracle.settle` takes."""
        return {
            "documents": self.documents,
            "outages": self.outages,
            "tickets": self.tickets,
            "ticket_events": self.ticket_events,
        }

    def write(self, folder: Path) -> None:
        """Write `contracts.yaml` and `evidence/*.csv` into a folder, as a user keeps them."""
        write_folder(folder, self.contents())


def _document(kind: str, name: str, spec: Document) -> Document:
    return {"apiVersion": "privity/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


class _Draft:
    """A portfolio while it is being made up."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.month = rng.choice(MONTHS)
        self.documents: list[Document] = []
        self.agreements: list[Document] = []
        self.runner: dict[str, str] = {}
        self.needs: dict[str, list[str]] = {}

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def parties(self) -> None:
        rng = self.rng
        self.customers = ["acme", "bolt"][: rng.randint(1, 2)]
        self.teams = ["team-1", "team-2", "team-3"][: rng.randint(0, 3)]
        self.vendors = ["ven-1", "ven-2", "ven-3", "ven-4"][: rng.randint(1, 4)]
        self.subs = ["sub-1", "sub-2"][: rng.choice([0, 1, 1, 2])]
        self.governed = [v for v in self.vendors if self.chance(0.85)]
        self.documents.append(_document("Party", "halden", {"role": "provider"}))
        for team in self.teams:
            self.documents.append(_document("Party", team, {"role": "team", "parent": "halden"}))
        for name in self.customers:
            self.documents.append(_document("Party", name, {"role": "customer"}))
        for name in [*self.vendors, *self.subs]:
            self.documents.append(_document("Party", name, {"role": "vendor"}))
        self.documents.append(_document("Calendar", "office", OFFICE))
        daytime: Document = dict(DAYTIME)
        if self.chance(0.5):
            daytime["closures"] = [
                {"from": f"{self.month}-11T12:00", "to": f"{self.month}-12T09:00", "reason": "works"}
            ]
        self.documents.append(_document("Calendar", "daytime", daytime))

    def gate(self, names: list[str], depth: int = 0) -> Gate:
        """A random gate over all the names, each once, nested up to two deep."""
        rng = self.rng
        members: list[Gate] = []
        rest = list(names)
        while rest:
            if depth < 2 and len(rest) > 1 and len(names) > 2 and self.chance(0.4):
                taken = rng.randint(2, max(2, len(rest) - 1)) if len(rest) > 2 else 2
                if taken < len(names):
                    members.append(self.gate(rest[:taken], depth + 1))
                    rest = rest[taken:]
                    continue
            name = rest.pop(0)
            lag = f"PT{rng.choice([5, 10, 30])}M"
            members.append({"service": name, "recoveryLag": lag} if self.chance(0.08) else name)
        shape = rng.choice(
            ["all", "all", "all", "any", "atLeast"] if depth == 0 else ["all", "any", "any", "atLeast"]
        )
        if shape == "atLeast":
            return {"atLeast": rng.randint(1, len(members)), "of": members}
        return {shape: members}

    def service(self, name: str, runner: str, below: list[str], measured_directly: float) -> None:
        self.runner[name], self.needs[name] = runner, below
        spec: Document = {"provider": runner}
        if below:
            spec["measured"] = "directly" if self.chance(measured_directly) else "fromDependencies"
            spec["dependsOn"] = self.gate(below)
        self.documents.append(_document("Service", name, spec))

    def some(self, names: list[str], most: int) -> list[str]:
        return (
            self.rng.sample(names, self.rng.randint(min(2, most, len(names)), min(most, len(names))))
            if names and not self.chance(0.15)
            else []
        )

    def services(self) -> None:
        rng = self.rng
        self.fronts = ["shop", "mail"][: rng.choice([1, 1, 2])]
        room = 7 - len(self.fronts)
        sub_services = []
        for sub in self.subs:
            if self.governed:
                sub_services.append(f"base-{sub[-1]}")
                self.service(sub_services[-1], sub, [], 1)
        room -= len(sub_services)
        vendor_services: list[str] = []
        for number in range(min(room, rng.randint(1, 5))):
            vendor = rng.choice(self.vendors)
            below = self.some(sub_services, rng.choice([1, 2])) if vendor in self.governed else []
            peers = [
                s for s in vendor_services if self.runner[s] in self.governed and self.runner[s] > vendor
            ]
            if vendor in self.governed and peers and self.chance(0.15):
                below = [*below, rng.choice(peers)]
            vendor_services.append(f"part-{number + 1}")
            self.service(vendor_services[-1], vendor, below, 0.4)
        middle = list(vendor_services)
        room -= len(vendor_services)
        for number in range(min(room, rng.randint(0, 2)) if self.teams else 0):
            below = self.some(vendor_services, 2)
            middle.append(f"work-{number + 1}")
            self.service(middle[-1], rng.choice(self.teams), below, 0.3)
        for name in self.fronts:
            below = self.some(middle, 5) or middle[:2]
            if name == "mail" and self.chance(0.2):
                below = [*below, "shop"]
            self.service(name, rng.choice(["halden", "halden", *self.teams]), below, 0.2)

    def bands(self, target: str) -> list[Document]:
        rng = self.rng
        below, percent, bands = float(target), rng.choice([2, 5]), []
        for _ in range(rng.randint(1, 3)):
            bands.append({"below": f"{below:g}", "percent": str(percent)})
            below -= rng.choice([0.2, 0.4, 1.0])
            percent += rng.choice([3, 5, 10])
        return bands

    def credit(self, target: str, priced: bool) -> Document:
        credit: Document = {"scheme": "bands", "bands": self.bands(target)}
        if priced and self.chance(0.7):
            credit["of"] = self.rng.choice(["service", "agreement"])
        if self.chance(0.15):
            credit["cap"] = self.rng.choice([{"percent": "6"}, {"amount": "250.00"}])
        if self.chance(0.1):
            credit["minimumPayable"] = self.rng.choice(["100.00", "400.00"])
        return credit

    def availability(
        self, name: str, service: str, window: str | None, critical: float, priced: bool
    ) -> Document:
        target = self.rng.choice(TARGETS)
        metric: Document = {"kind": "availability"}
        if self.chance(0.15):
            metric["minimumOutage"] = f"PT{self.rng.choice([5, 15, 30])}M"
        if self.chance(0.15):
            metric["countFrom"] = "reported"
        level: Document = {"name": name, "service": service, "metric": metric, "period": "month"}
        if window:
            level["window"] = window
        level["target"] = {"atLeast": target}
        if self.chance(0.2):
            level["compare"] = {
                "places": self.rng.choice([1, 2]),
                "rounding": self.rng.choice(["half_up", "half_even"]),
            }
        if self.chance(critical):
            level["credit"] = self.credit(target, priced)
        return level

    def within(
        self, name: str, milestone: str, hours: tuple[int, int], service: str, critical: float
    ) -> Document:
        rng = self.rng
        thresholds = {p: f"PT{rng.randint(*hours) * factor}M" for p, factor in (("P1", 30), ("P2", 60))}
        if self.chance(0.1):
            del thresholds["P1"]
        metric: Document = {"kind": "within", "milestone": milestone, "thresholds": thresholds}
        if self.chance(0.7):
            metric["stops"] = rng.choice([["pending_customer"], ["pending_customer", "pending_vendor"]])
        target = rng.choice(["90", "75", "50"])
        level: Document = {"name": name, "service": service, "metric": metric, "period": "month"}
        level["target"] = {"atLeast": target}
        if self.chance(0.2):
            level["smallSample"] = {"fewerThan": rng.choice([3, 6]), "allowFailures": 1}
        if self.chance(critical):
            level["credit"] = {"scheme": "bands", "bands": self.bands(target)}
        return level

    def agreement(self, name: str, kind: str, provider: str, consumer: str, services: list[str]) -> Document:
        rng = self.rng
        spec: Document = {"type": kind}
        if kind == "SLA":
            spec["structure"] = "service"
        spec |= {"provider": provider, "consumer": consumer, "services": services, "state": "active"}
        spec |= {"term": {"from": date(2026, 1, 1), "to": date(2027, 12, 31)}, "effective": date(2026, 1, 1)}
        if self.chance(0.4):
            spec["calendar"] = rng.choice(["office", "office", "daytime"])
        spec["currency"] = "GBP"
        spec["serviceLevels"] = []
        if self.chance(0.45):
            spec["exclusions"] = rng.sample(
                ["maintenance", "customer", "force_majeure"], rng.choice([1, 2, 2, 3])
            )
            if kind == "UC" and self.chance(0.4):
                spec["exclusions"] = [*spec["exclusions"], "other_supplier"]
            spec["reliefTest"] = rng.choice(["to_the_extent", "necessary", "contributed"])
        self.agreements.append(spec)
        self.documents.append(_document("Agreement", name, spec))
        return spec

    def money(self, spec: Document, services: list[str], most: int) -> None:
        rng = self.rng
        amounts = [f"{rng.randint(1, most) * 100}.00" for _ in services]
        if self.chance(0.2):
            amounts[0] = f"{rng.randint(100, 99999)}.{rng.randint(10, 99)}"
        spec["charges"] = [{"service": s, "monthly": a} for s, a in zip(services, amounts, strict=True)]
        caps: list[Document] = []
        if self.chance(0.3):
            percent = {"percent": str(rng.choice([3, 5, 8])), "of": "agreement", "per": "month"}
            caps.append(rng.choice([percent, {"amount": "150.00", "per": "month"}]))
        if self.chance(0.25):
            caps.append({"amount": rng.choice(["200.00", "500.00"]), "per": "year"})
        remedies: Document = {}
        if caps:
            remedies["caps"] = rng.sample(caps, len(caps))
        if self.chance(0.2):
            remedies["claim"] = {"within": "P30D", "from": "period_end"}
        if remedies:
            spec["remedies"] = remedies

    def sla(self) -> None:
        together = len(self.customers) == 1 or self.chance(0.3)
        groups = [self.fronts] if together else [[front] for front in self.fronts]
        self.sla_of: dict[str, Document] = {}
        for number, services in enumerate(groups):
            consumer = self.customers[number % len(self.customers)]
            spec = self.agreement(f"sla-{services[0]}", "SLA", "halden", consumer, services)
            self.money(spec, services, 400)
            for service in services:
                levels = spec["serviceLevels"]
                levels.append(self.availability(f"availability-{service}", service, None, 0.9, True))
                if spec.get("calendar") == "office" and self.chance(0.5):
                    levels.append(self.availability(f"prime-{service}", service, "prime", 0.5, True))
                self.sla_of[service] = spec
        shop = self.sla_of["shop"]
        self.with_tickets = self.chance(0.6)
        if self.with_tickets:
            shop["serviceLevels"].append(self.within("resolution", "resolution", (4, 12), "shop", 0.8))
            if self.chance(0.3):
                shop["serviceLevels"].append(self.within("response", "response", (1, 3), "shop", 0.5))
        if self.chance(0.3):
            shop["maintenance"] = [{"days": ["sun", "wed"], "from": "03:00", "to": "05:00"}]

    def underpinning(
        self, name: str, kind: str, provider: str, consumer: str, own: list[str], tickets: bool
    ) -> None:
        promises_tickets = tickets and self.with_tickets and self.chance(0.8)
        services = [*own, *(["shop"] if promises_tickets and "shop" not in own else [])]
        if not services:
            return
        spec = self.agreement(name, kind, provider, consumer, services)
        self.money(spec, own or services, 60)
        priced = bool(own)
        for service in own:
            spec["serviceLevels"].append(
                self.availability(f"availability-{service}", service, None, 0.8, priced)
            )
        if promises_tickets:
            spec["serviceLevels"].append(self.within("fix", "resolution", (1, 6), "shop", 0.4))
            if self.chance(0.3):
                spec["serviceLevels"].append(self.within("answer", "response", (1, 2), "shop", 0.2))

    def underpinnings(self) -> None:
        for team in self.teams:
            if self.chance(0.85):
                own = sorted(s for s, runner in self.runner.items() if runner == team)
                self.underpinning(f"ola-{team}", "OLA", team, "halden", own, True)
        for vendor in self.governed:
            own = sorted(s for s, runner in self.runner.items() if runner == vendor)
            self.underpinning(f"uc-{vendor}", "UC", vendor, "halden", own, True)
        self.suppliers_of_subs: list[str] = []
        for party in [*self.subs, *self.governed]:
            own = sorted(s for s, runner in self.runner.items() if runner == party)
            users = sorted(
                {self.runner[s] for s, below in self.needs.items() if set(below) & set(own)}
                & set(self.governed)
            )
            if party in self.subs and len(users) == 1 and self.chance(0.2):
                continue
            for user in users:
                served = [
                    s
                    for s in own
                    if any(s in below and self.runner[x] == user for x, below in self.needs.items())
                ]
                tickets = party in self.subs and len(users) == 1
                self.underpinning(f"uc-{party}-{user}", "UC", party, user, served, tickets)

    def below_the_fronts(self) -> list[str]:
        """Every service under those customers see, themselves included."""
        found: list[str] = []
        climb = list(self.fronts)
        while climb:
            name = climb.pop(0)
            if name not in found:
                found.append(name)
                climb += self.needs[name]
        return found

    def holders(self) -> list[str]:
        governed_subs = [s for s in self.subs if any(a["provider"] == s for a in self.agreements)]
        pool = ["halden", *self.teams, *self.vendors, *governed_subs]
        if self.chance(0.15):
            pool.append(self.sla_of["shop"]["consumer"])
        return self.rng.sample(pool, min(len(pool), self.rng.randint(1, 4)))


def random_portfolio(rng: Random) -> GeneratedPortfolio:
    """A valid portfolio with evidence, drawn from `rng` alone."""
    draft = _Draft(rng)
    draft.parties()
    draft.services()
    draft.sla()
    draft.underpinnings()
    covered = [s for a in draft.agreements for s in a["services"]]
    once = {s for s in covered if covered.count(s) == 1}
    # Rows gather under the services customers see, and half of them at the leaves, where failures meet.
    under = draft.below_the_fronts()
    leaves = [name for name in under if not draft.needs[name]]
    outages = random_outages(rng, [*under, *leaves, *leaves], once, draft.month)
    tickets: list[Document] = []
    events: list[Document] = []
    if draft.with_tickets:
        customer = rng.choice(["", draft.sla_of["shop"]["consumer"]])
        tickets, events = random_tickets(rng, draft.holders(), customer, draft.month)
    return GeneratedPortfolio(draft.documents, outages, tickets, events, draft.month)


@st.composite
def portfolios(draw: Any) -> GeneratedPortfolio:
    """Random portfolios for hypothesis, which shrinks them by shrinking what the `Random` gives."""
    return random_portfolio(draw(st.randoms(use_true_random=False)))
