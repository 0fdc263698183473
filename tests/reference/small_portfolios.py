"""Portfolios small enough to settle by hand, each for one question that two careful readers once answered differently.

The service `v`, run by the provider `halden` for the customer `acme` at 40,000 a month, needs a gate of leaf services.
Month: April 2026, around the clock, UTC. The figures derived by hand stand beside each portfolio.

Example: `chain({"all": ["a", "b"]}, {"a": "ven-a", "b": "ven-b"})` is the contract side of E3 to E6.
"""

from fractions import Fraction
from typing import Any, NamedTuple

from tests.reference.minutes import Document
from tests.reference.portfolios import GeneratedPortfolio

MONTH = "2026-04"
THREE_BANDS = [
    {"below": "99.9", "percent": "5"},
    {"below": "99.5", "percent": "15"},
    {"below": "99.0", "percent": "30"},
]


def document(kind: str, name: str, **spec: Any) -> Document:
    """One contract document."""
    return {"apiVersion": "privity/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def agreement(
    name: str, kind: str, provider: str, consumer: str, services: list[str], **more: Any
) -> Document:
    """An active agreement of 2026 and 2027."""
    spec: Document = {"type": kind, "provider": provider, "consumer": consumer, "services": services}
    if kind == "SLA":
        spec["structure"] = "service"
    spec |= {"state": "active", "term": {"from": "2026-01-01", "to": "2027-12-31"}, "effective": "2026-01-01"}
    return document("Agreement", name, **spec, currency="GBP", **more)


def availability(target: str = "99.9", **more: Any) -> Document:
    """A monthly availability level."""
    level = {"name": "availability", "metric": {"kind": "availability"}, "period": "month"}
    return {**level, "target": {"atLeast": target}, **more}


def chain(gate: Any, runs: dict[str, str], measured: str = "fromDependencies", **sla: Any) -> list[Document]:
    """v behind a gate of leaf services; runners named team-* are halden's teams, others vendors."""
    front: Document = {"provider": "halden", "measured": measured}
    if gate is not None:
        front["dependsOn"] = gate
    documents = [
        document("Party", "halden", role="provider"),
        document("Party", "acme", role="customer"),
        document("Service", "v", **front),
    ]
    for party in sorted(set(runs.values()) - {"halden"}):
        spec = {"role": "team", "parent": "halden"} if party.startswith("team") else {"role": "vendor"}
        documents.append(document("Party", party, **spec))
    documents += [document("Service", service, provider=party) for service, party in runs.items()]
    level = availability(credit={"scheme": "bands", "bands": THREE_BANDS})
    charges = [{"service": "v", "monthly": "40000.00"}]
    terms: dict[str, Any] = {"serviceLevels": [level], "charges": charges} | sla
    documents.append(agreement("sla", "SLA", "halden", "acme", ["v"], **terms))
    return documents


def outage(service: str, begins: str, ends: str, cause: str = "") -> Document:
    """An outage on 14 April."""
    day = "2026-04-14T"
    times = {"started_at": f"{day}{begins}:00Z", "ended_at": f"{day}{ends}:00Z"}
    return {"service": service, **times, "cause": cause}


class ByHand(NamedTuple):
    """A portfolio with what was derived by hand: seconds by party and service, and money caused by party (None: the contracts)."""

    portfolio: GeneratedPortfolio
    seconds: dict[tuple[str, str], Fraction]
    caused: dict[str | None, Fraction]


def _made(documents: list[Document], outages: list[Document]) -> GeneratedPortfolio:
    return GeneratedPortfolio(documents, outages, [], [], MONTH)


def relief_inside_a_side() -> ByHand:
    """v needs a and b, both ven-1's. b is down 09-12, a 10-11; an agreed-maintenance record of b's says 10-12.

    9-10 is b's alone: 60 min. 10-12 the excused cause and the side of ven-1 are each enough: the side keeps half of
    120 min, however many of its services failed. Of its 30 min of 10-11 a and b have 15 each; its 30 of 11-12 are b's.
    Counted 120 min: 99.722..., 5 %.
    """
    documents = chain(
        {"all": ["a", "b"]},
        {"a": "ven-1", "b": "ven-1"},
        exclusions=["maintenance"],
        reliefTest="to_the_extent",
    )
    rows = [
        outage("a", "10:00", "11:00"),
        outage("b", "09:00", "12:00"),
        outage("b", "10:00", "12:00", "maintenance"),
    ]
    seconds = {("ven-1", "a"): Fraction(15 * 60), ("ven-1", "b"): Fraction(105 * 60)}
    return ByHand(_made(documents, rows), seconds, {"ven-1": Fraction(2000)})


def reached_through_one_of_two() -> ByHand:
    """v needs p1 and p2 of two suppliers, which both need base of their common subcontractor. base is down 2 h.

    p1 has no monitor and goes down with it; p2 is measured and stayed up. The failure reached v on ven-1's path
    alone, so all of it is ven-1's to answer for (ruling 40). 99.722..., 5 %.
    """
    documents = chain({"all": ["p1", "p2"]}, {"base": "sub"})
    for number, measured in (("1", "fromDependencies"), ("2", "directly")):
        vendor, service = f"ven-{number}", f"p{number}"
        documents.append(document("Party", vendor, role="vendor"))
        documents.append(
            document("Service", service, provider=vendor, measured=measured, dependsOn={"all": ["base"]})
        )
        documents.append(
            agreement(f"uc-{number}", "UC", vendor, "halden", [service], serviceLevels=[availability()])
        )
        documents.append(
            agreement(f"uc-base-{number}", "UC", "sub", vendor, ["base"], serviceLevels=[availability()])
        )
    seconds = {("sub", "base"): Fraction(7200)}
    return ByHand(_made(documents, [outage("base", "10:00", "12:00")]), seconds, {"ven-1": Fraction(2000)})


def customers_own_failure() -> ByHand:
    """v is down 2 h by its customer's doing, which the SLA does not excuse: the customer answers (ruling 14)."""
    documents = chain(None, {}, "directly")
    seconds = {("acme", "v"): Fraction(7200)}
    return ByHand(
        _made(documents, [outage("v", "10:00", "12:00", "customer")]), seconds, {"acme": Fraction(2000)}
    )


def ungoverned_below_a_team() -> ByHand:
    """v needs the team's w, which needs x of a vendor without an agreement: the vendor itself answers."""
    documents = chain({"all": ["w"]}, {"x": "ven-1"})
    documents.append(document("Party", "team-1", role="team", parent="halden"))
    gate = {"all": ["x"]}
    documents.append(document("Service", "w", provider="team-1", measured="fromDependencies", dependsOn=gate))
    documents.append(agreement("ola", "OLA", "team-1", "halden", ["w"], serviceLevels=[availability()]))
    seconds = {("ven-1", "x"): Fraction(7200)}
    return ByHand(_made(documents, [outage("x", "10:00", "12:00")]), seconds, {"ven-1": Fraction(2000)})


def allowance_used_up_at_closing_time() -> ByHand:
    """A P1 in 6 h is held by a team alone for 6 h 31. Its OLA allows 1 h 30 by day, 07-22 in London.

    Opened at 20:30 BST, its own clock stands at exactly 1 h 30 from 22:00 on and never runs beyond: the team kept its
    promise, all of its custody is allowed, and the contracts do not add up (3.3). 0 % within: 5 % of 40,000.
    """
    metric = {"kind": "within", "milestone": "resolution", "thresholds": {"P1": "PT6H"}}
    level = {"name": "resolution", "metric": metric, "period": "month", "target": {"atLeast": "95"}}
    credit = {"scheme": "bands", "bands": [{"below": "95", "percent": "5"}]}
    documents = chain(None, {}, serviceLevels=[{**level, "credit": credit}])
    documents.append(document("Party", "team-1", role="team", parent="halden"))
    every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    window = {"label": "day", "days": every_day, "from": "07:00", "to": "22:00"}
    documents.append(document("Calendar", "by-day", timezone="Europe/London", windows=[window]))
    own = {**level, "metric": {**metric, "thresholds": {"P1": "PT1H30M"}}}
    documents.append(
        agreement("ola", "OLA", "team-1", "halden", ["v"], calendar="by-day", serviceLevels=[own])
    )
    opened, resolved = "2026-04-21T19:30:00Z", "2026-04-22T02:01:00Z"
    ticket = {"ticket_id": "T1", "service": "v", "priority": "P1", "opened_at": opened}
    event = {"ticket_id": "T1", "at": opened, "status": "open", "holder": "team-1"}
    events = [event, {**event, "at": resolved, "status": "resolved"}]
    made = GeneratedPortfolio(documents, [], [{**ticket, "resolved_at": resolved}], events, MONTH)
    return ByHand(made, {}, {None: Fraction(2000)})


BY_HAND = (
    relief_inside_a_side,
    reached_through_one_of_two,
    customers_own_failure,
    ungoverned_below_a_team,
    allowance_used_up_at_closing_time,
)
