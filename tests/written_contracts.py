"""Contract documents as a test says them: the dictionaries that their YAML would give.

Example: ``uc("cirrus", ["hosting"], [availability("99.9", credit=bands({"99.9": "10"}))], {"hosting": "12000.00"})``.

Unless a test says otherwise the provider is halden, the customer acme, the calendar 24x7 in UTC, the term 2026 and
2027, the currency GBP.

Limits: nothing is checked here; `portfolio` puts the documents through the reader that a folder goes through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from documents.loading import load_texts
from ola.portfolio import Portfolio

Document = dict[str, Any]
Documents = Document | Iterable["Documents"]

TERM = {"from": "2026-01-01", "to": "2027-12-31"}


def document(kind: str, name: str, *, version: int | None = None, **spec: Any) -> Document:
    """One contract document; ``spec`` is written in the words of the document language."""
    metadata: Document = {"name": name} if version is None else {"name": name, "version": version}
    return {"apiVersion": "privity/v1", "kind": kind, "metadata": metadata, "spec": spec}


def party(name: str, role: str, parent: str | None = None) -> Document:
    """A party; a team's parent is halden unless it is said."""
    above = parent or ("halden" if role == "team" else None)
    spec: Document = {"role": role, "parent": above} if above else {"role": role}
    return document("Party", name, **spec)


def house(
    *, vendors: Sequence[str] = (), teams: Sequence[str] = (), customers: Sequence[str] = ("acme",)
) -> list[Document]:
    """The provider halden with its teams, its vendors and its customers."""
    return [
        party("halden", "provider"),
        *(party(name, "customer") for name in customers),
        *(party(name, "vendor") for name in vendors),
        *(party(name, "team") for name in teams),
    ]


def all_of(*members: Any) -> Document:
    """A gate that holds while every member holds."""
    return {"all": list(members)}


def any_of(*members: Any) -> Document:
    """A gate that holds while one member holds."""
    return {"any": list(members)}


def at_least(count: int, *members: Any) -> Document:
    """A gate that holds while so many members hold."""
    return {"atLeast": count, "of": list(members)}


def lagging(name: str, lag: str) -> Document:
    """The need for a service whose outages take so long to recover from."""
    return {"service": name, "recoveryLag": lag}


def service(
    name: str, provider: str = "halden", *, needs: Any = None, measured: str | None = None
) -> Document:
    """A service; one that needs others has no monitor of its own unless ``measured`` says directly."""
    spec: Document = {"provider": provider}
    if needs is not None:
        spec |= {"dependsOn": needs, "measured": measured or "fromDependencies"}
    return document("Service", name, **spec)


def calendar(name: str, timezone: str = "UTC", **spec: Any) -> Document:
    """A calendar; without windows it is 24x7 in its zone."""
    return document("Calendar", name, timezone=timezone, **spec)


def office(name: str = "office", timezone: str = "Europe/London", **spec: Any) -> Document:
    """A calendar of Monday to Friday, 08:00 to 18:00, labelled prime, and the rest."""
    prime = {"label": "prime", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
    return calendar(name, timezone, windows=[prime, {"label": "non-prime", "rest": True}], **spec)


def agreement(
    kind: str,
    name: str,
    provider: str,
    consumer: str,
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    version: int | None = None,
    **more: Any,
) -> Document:
    """An active agreement; ``prices`` are monthly by service, and ``more`` adds or replaces terms."""
    spec: Document = {"type": kind, "provider": provider, "consumer": consumer, "services": list(services)}
    if kind == "SLA":
        spec["structure"] = "service"
    spec |= {"state": "active", "term": TERM, "effective": TERM["from"], "currency": "GBP"}
    if prices:
        spec["charges"] = [{"service": name, "monthly": amount} for name, amount in prices.items()]
    return document("Agreement", name, version=version, **(spec | {"serviceLevels": list(levels)} | more))


def sla(
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    name: str = "sla",
    provider: str = "halden",
    consumer: str = "acme",
    **more: Any,
) -> Document:
    """What halden promises acme."""
    return agreement("SLA", name, provider, consumer, services, levels, prices, **more)


def uc(
    vendor: str,
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    consumer: str = "halden",
    **more: Any,
) -> Document:
    """What a vendor promises halden (or another vendor); named after the vendor unless it is said."""
    return agreement("UC", name or f"uc-{vendor}", vendor, consumer, services, levels, prices, **more)


def ola(
    team: str,
    services: Sequence[str],
    levels: Sequence[Document] = (),
    prices: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    consumer: str = "halden",
    **more: Any,
) -> Document:
    """What a team promises halden (or another team); named after the team unless it is said."""
    return agreement("OLA", name or f"ola-{team}", team, consumer, services, levels, prices, **more)


def availability(target: str = "99.9", *, name: str = "availability", **more: Any) -> Document:
    """A monthly availability level; ``more`` adds terms, and in ``metric`` parameters of the metric."""
    return _level(name, {"kind": "availability"}, target, more)


def within(target: str, thresholds: Mapping[str, str], *, name: str = "resolution", **more: Any) -> Document:
    """A monthly level on tickets; ``metric`` adds its parameters (milestone, stops, assign, priorities)."""
    metric = {"kind": "within", "milestone": "resolution", "thresholds": dict(thresholds)}
    return _level(name, metric, target, more)


def _level(name: str, metric: Document, target: str, more: Document) -> Document:
    merged = metric | more.pop("metric", {})
    return {"name": name, "metric": merged, "period": "month", "target": {"atLeast": target}} | more


def level(kind: str, target: Any, *, name: str = "level", **more: Any) -> Document:
    """A monthly level of any metric: its parameters are in ``metric``; a plain target is ``atLeast``."""
    merged = {"kind": kind} | more.pop("metric", {})
    wanted = target if isinstance(target, dict) else {"atLeast": target}
    return {"name": name, "metric": merged, "period": "month", "target": wanted} | more


def at_most(bound: str) -> Document:
    """A target that is to stay small."""
    return {"atMost": bound}


def above(percents: Mapping[str, str], **more: Any) -> Document:
    """A credit: so many percent above so much."""
    rows = [{"above": boundary, "percent": percent} for boundary, percent in percents.items()]
    return {"scheme": "bands", "bands": rows} | more


def bands(percents: Mapping[str, str], **more: Any) -> Document:
    """A credit: so many percent below so much; ``more`` adds its base, its cap and so on."""
    rows = [{"below": boundary, "percent": percent} for boundary, percent in percents.items()]
    return {"scheme": "bands", "bands": rows} | more


THREE_BANDS = bands({"99.9": "5", "99.5": "15", "99.0": "30"})
"""The credit of the design's worked examples: 5, 15 and 30 percent."""


def flat(documents: Documents) -> list[Document]:
    """The documents of lists within lists, in order."""
    if isinstance(documents, dict):
        return [documents]
    return [one for part in documents for one in flat(part)]


def text_of(documents: Documents) -> str:
    """The documents as one YAML text."""
    return str(yaml.safe_dump_all(flat(documents), sort_keys=False))


def portfolio(*documents: Documents) -> Portfolio:
    """The documents as a portfolio; they must be right."""
    loaded = load_texts({"contracts.yaml": text_of(documents)})
    wrong = [error.text() for error in loaded.errors]
    assert loaded.portfolio is not None, f"the test's own documents are wrong: {wrong}"
    return loaded.portfolio
