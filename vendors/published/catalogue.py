"""The catalogue of published SLAs: what cloud suppliers promise everybody, with where it was read and what to mind.

The problem: a service that stands on a public cloud stands on terms that nobody here negotiated; they have to be in the
portfolio like every other underpinning contract, and nobody should have to type them.

Example: ``find("aws-compute-region").document(parties)`` is the text of a UC with the target 99.99 and three bands.

Limits: a catalogue of facts, each with its address, its version where it has one, and cautions; not the suppliers'
legal text, and not kept up to date by itself. The text that comes out is yours: it stays as you saved it, whatever
the catalogue says later, because a contract is what it was when it was signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from domain.errors import InvalidValue

__all__ = ["Between", "PublishedSla", "find", "published"]


@dataclass(frozen=True, slots=True)
class Between:
    """Who signs for what and when: all that a published SLA leaves to its customer.

    ``name`` is the agreement's; ``monthly`` the charge of the service in ``currency``, None where it is not known yet.
    """

    name: str
    provider: str
    consumer: str
    service: str
    first: date
    last: date
    currency: str = "USD"
    monthly: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedSla:
    """One published SLA: ``address`` is where it was read, ``version`` the publisher's own, None where it has none."""

    name: str
    title: str
    publisher: str
    address: str
    version: str | None
    cautions: tuple[str, ...]
    terms: Mapping[str, Any]

    def document(self, between: Between) -> str:
        """An agreement on these terms, as YAML with its source and its cautions as comments."""
        version = f", version {self.version}" if self.version else ""
        lines = [f"{self.publisher}: {self.title}{version}", f"Read at: {self.address}", *self.cautions]
        spec: dict[str, Any] = {
            "type": "UC",
            "provider": between.provider,
            "consumer": between.consumer,
            "services": [between.service],
            "state": "active",
            "term": {"from": between.first, "to": between.last},
            "currency": between.currency,
        }
        if between.monthly is not None:
            spec["charges"] = [{"service": between.service, "monthly": between.monthly}]
        document = {
            "apiVersion": "privity/v1",
            "kind": "Agreement",
            "metadata": {"name": between.name, "title": f"{self.publisher}: {self.title}"},
            "spec": {**spec, **self.terms},
        }
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
        return "".join(f"# {line}\n" for line in lines) + text


@cache
def published() -> tuple[PublishedSla, ...]:
    """The whole catalogue, by name."""
    texts = [
        each for each in files(__package__ or "vendors.published").iterdir() if each.name.endswith(".yaml")
    ]
    return tuple(
        sorted((_read(each.read_text(encoding="utf-8")) for each in texts), key=lambda one: one.name)
    )


def find(name: str) -> PublishedSla:
    """One published SLA. Raises InvalidValue for a name that is not in the catalogue, with the nearest one."""
    by_name = {one.name: one for one in published()}
    if name in by_name:
        return by_name[name]
    near = get_close_matches(name, by_name, n=1)
    meant = f"; did you mean {near[0]}" if near else ""
    raise InvalidValue(f"there is no published SLA {name}{meant}: `privity published list` names all of them")


def _read(text: str) -> PublishedSla:
    entry = yaml.safe_load(text)
    known = ("name", "title", "publisher", "address", "version", "cautions")
    terms = {key: value for key, value in entry.items() if key not in known}
    return PublishedSla(
        entry["name"],
        entry["title"],
        entry["publisher"],
        entry["address"],
        entry.get("version"),
        tuple(entry["cautions"]),
        MappingProxyType(terms),
    )
