"""Who stands in the chain of promises.

The problem: a customer, the provider, its teams and its vendors hold different contracts, and a failure has to be
followed from one to the next. Before anything can be followed, each of them has to be one named party with one role.

Example: ``Party("service-desk", "Service desk", Role.TEAM, parent="halden-it")`` is a team of the provider.

Limits: a party's *side* depends on whose contract is being judged, so it is worked out in `ola.sides`, not here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a party is in the chain (1-language, "Who and what")."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    VENDOR = "vendor"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Party:
    """One party: ``parent`` is the department's customer, or the organisation a team belongs to."""

    name: str
    title: str
    role: Role
    parent: str | None = None
