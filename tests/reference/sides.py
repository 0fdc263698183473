"""Who stands with whom, and who answers to whom: ruling 40 and the `answerable` rule of 3.3, read off the documents.

Seen from a viewer (the provider of the judged agreement), every party stands on one side: the viewer's own house, a
direct supplier with its subcontractors, or alone.

Example: a vendor `sub` whose only agreement is with the vendor `lead`, which has one with the provider `halden`, stands
on the side `lead` seen from `halden`, and on a side of its own seen from `lead`.
"""

from __future__ import annotations

from typing import Any

from tests.reference.minutes import Document, as_date, first_day

Gate = Any


class Portfolio:
    """All contract documents, looked up by name. `agreements` are the specs with their `name` put in."""

    def __init__(self, documents: list[Document]) -> None:
        def of_kind(kind: str) -> dict[str, Document]:
            return {d["metadata"]["name"]: d.get("spec") or {} for d in documents if d["kind"] == kind}

        self.parties = of_kind("Party")
        self.services = of_kind("Service")
        self.calendars = of_kind("Calendar")
        self.agreements = [
            {**spec, "name": name}
            for name, spec in sorted(of_kind("Agreement").items())
            if spec.get("state", "active") == "active"
        ]

    def in_force(self, month: str) -> list[Document]:
        """The agreements whose term and version are in force on the month's first day (ruling 37)."""
        day = first_day(month)
        return [
            a
            for a in self.agreements
            if as_date(a["term"]["from"]) <= day <= as_date(a["term"]["to"])
            and as_date(a.get("effective", a["term"]["from"])) <= day
        ]

    def calendar(self, agreement: Document) -> Document | None:
        """The agreement's calendar, or None for UTC around the clock."""
        name = agreement.get("calendar")
        return self.calendars[name] if name else None

    def house(self, party: str) -> str:
        """The topmost parent of a team; any other party is its own house."""
        while self.parties[party]["role"] == "team":
            party = self.parties[party]["parent"]
        return party

    def provider_of(self, service: str) -> str:
        """The party that runs a service."""
        return str(self.services[service]["provider"])

    def closure(self, service: str) -> list[str]:
        """A service with everything it depends on, dependencies first."""
        order: list[str] = []

        def visit(name: str) -> None:
            if name in order:
                return
            for needed in needed_by(self.services[name].get("dependsOn")):
                visit(needed)
            order.append(name)

        visit(service)
        return order

    def paths(self, top: str, bottom: str) -> list[tuple[str, ...]]:
        """Every path from `top` down to `bottom`, both ends included: the shortest first, ties by service names."""
        if top == bottom:
            return [(top,)]
        below = needed_by(self.services[top].get("dependsOn"))
        found = {(top, *rest) for needed in below for rest in self.paths(needed, bottom)}
        return sorted(found, key=lambda path: (len(path), path))


def needed_by(gate: Gate) -> list[str]:
    """The services named in a gate, sorted, once each."""
    if gate is None:
        return []
    if isinstance(gate, str):
        return [gate]
    if "service" in gate:
        return [gate["service"]]
    members = gate.get("all") or gate.get("any") or gate["of"]
    return sorted({name for member in members for name in needed_by(member)})


class Sides:
    """The sides seen from one viewer."""

    def __init__(self, portfolio: Portfolio, agreements: list[Document], viewer: str) -> None:
        self.portfolio = portfolio
        self.agreements = agreements
        self.viewer = viewer
        self.home = portfolio.house(viewer)
        self.direct = {
            a["provider"]
            for a in agreements
            if a["type"] != "SLA" and self._at_home(a["consumer"]) and not self._at_home(a["provider"])
        }

    def _at_home(self, party: str) -> bool:
        return party in self.portfolio.parties and self.portfolio.house(party) == self.home

    def suppliers(self, party: str) -> set[str]:
        """The direct suppliers reached by climbing from a party to the consumers of its agreements."""
        seen: set[str] = set()
        found: set[str] = set()
        climb = [party]
        while climb:
            here = climb.pop()
            if here in self.direct:
                found.add(here)
            elif here not in seen:
                seen.add(here)
                climb += [
                    a["consumer"] for a in self.agreements if a["provider"] == here and a["type"] != "SLA"
                ]
        return found

    def side_of(self, party: str) -> str:
        """The name of the side a party stands on: the home party, the direct supplier, or the party itself."""
        if self._at_home(party):
            return self.home
        if party in self.direct:
            return party
        suppliers = self.suppliers(party)
        return suppliers.pop() if len(suppliers) == 1 else party

    def serves_several(self, party: str) -> bool:
        """Whether a party is a subcontractor of several direct suppliers."""
        return not self._at_home(party) and party not in self.direct and len(self.suppliers(party)) > 1

    def has_agreement(self, party: str, service: str | None = None) -> bool:
        """Whether a party has an agreement with the viewer's house (covering a service, where one is given)."""
        return any(
            a["provider"] == party
            and a["type"] != "SLA"
            and self._at_home(a["consumer"])
            and (service is None or covers(a, service))
            for a in self.agreements
        )

    def answerable_on(self, path: tuple[str, ...]) -> tuple[str, str] | None:
        """Going up a path from its failing end: the first party with an agreement covering the service it runs there.

        Gives the party and that service. The viewer's own teams are passed over: `answerable` is a side's contracting
        party, and their OLAs are the viewer's own side's.
        """
        for service in reversed(path):
            runner = self.portfolio.provider_of(service)
            if not self._at_home(runner) and self.has_agreement(runner, service):
                return runner, service
        return None

    def answerable_for_service(self, top: str, service: str) -> tuple[str, str]:
        """Whom the viewer may hold to a failure of `service` under the judged service `top` (3.3), and through which.

        The shortest path that leads to such a party; where none does, the running party itself.
        """
        runner = self.portfolio.provider_of(service)
        if self._at_home(runner):
            return self.viewer, service
        found = (self.answerable_on(path) for path in self.portfolio.paths(top, service))
        return next((one for one in found if one), (runner, service))

    def answerable_for_holder(self, holder: str) -> str:
        """Whom the viewer may hold to a ticket's holder: itself, else up the consumers of its agreements (3.3)."""
        if self._at_home(holder):
            return self.viewer
        if self.has_agreement(holder):
            return holder
        return min(self.suppliers(holder), default=holder)


def covers(agreement: Document, service: str) -> bool:
    """Whether a service is among the agreement's services."""
    return service in agreement["services"] or agreement["services"] == "*"
