"""Years of monthly figures and the rights that rest on them, as a test says them.

Example: ``told(right({"misses": 3, "of": "k", "within": "P6M"}), "MxMxxM", since="2026-01")`` is an agreement with one
monthly level that was missed in February, April and May of 2026 ("x") and met otherwise ("M"; "-" is no data).

Limits: a missed month has 90 % against a target of 95 %, a met one 97 %; a figure may be said instead of a letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from domain.explanation import encode, replay
from domain.periods import Period
from settlement.results import RightStatus
from settlement.rights import Rights
from settlement.settle import Settling
from tests.building import Document, count, document, evidence, house, level, portfolio, service, sla

_FIGURES = {"x": "90", "M": "97"}

TERM = {"from": "2025-01-01", "to": "2029-12-31"}


def right(when: Mapping[str, Any], name: str = "chronic", **more: Any) -> Document:
    """A termination right; exercisable for 60 days with 30 days' notice unless it is said otherwise (None: without)."""
    terms: Document = {
        "name": name,
        "when": dict(when),
        "exercise": {"within": "P60D"},
        "notice": "P30D",
    } | more
    return {key: value for key, value in terms.items() if value is not None}


def months(since: str, figures: Sequence[str]) -> Iterable[tuple[Period, str]]:
    """Each month with its figure."""
    month = Period.parse(since)
    for figure in figures:
        yield month, figure
        month = month.next()


def counted(
    figures: Sequence[str], since: str = "2026-01", measure: str = "k", on: str = "a"
) -> list[dict[str, str]]:
    """A row of counts for each month: "x" missed, "M" met, "-" none, or a percentage."""
    rows = []
    for month, figure in months(since, figures):
        if figure != "-":
            begins = f"{month.first.isoformat()}T00:00:00Z"
            ends = f"{month.last.isoformat()}T23:00:00Z"
            percent = _FIGURES.get(figure, figure)
            rows.append(count(measure, percent, 100, on=on, start=begins, end=ends))
    return rows


def notice(
    act: str, on: str, *, right: str | None = "chronic", agreement: str = "sla", **more: Any
) -> Document:
    """An act on a right."""
    about: dict[str, Any] = {} if right is None else {"right": right}
    return document("Notice", f"{act}-{on}", agreement=agreement, act=act, at=on, **about, **more)


def kept(
    rights: Sequence[Document],
    figures: Sequence[str],
    *,
    since: str = "2026-01",
    as_of: str,
    acts: Iterable[Document] = (),
    **more: Any,
) -> Settling:
    """A settling of one SLA with one monthly level "k" on the service "a", as known on a date."""
    terms = {"term": TERM, "effective": TERM["from"], "terminationRights": list(rights)} | more
    levels = more.pop("serviceLevels", [level("ratio", "95", name="k", metric={"measure": "k"})])
    terms.pop("serviceLevels", None)
    documents = [house(), service("a"), sla(["a"], levels, **terms), *acts]
    return Settling.of(
        portfolio(*documents), evidence(counts=counted(figures, since)), date.fromisoformat(as_of)
    )


def stands(
    settling: Settling, name: str = "chronic", agreement: str = "sla", as_of: str | None = None
) -> RightStatus:
    """How a right stands on the settling's date, or on an earlier one; its explanation gives the same."""
    on = settling.as_of if as_of is None else date.fromisoformat(as_of)
    rights = Rights(settling, on)
    statuses, _ = rights.of([agreement])
    tree = rights.explanation(agreement, name)
    assert tree is not None
    assert encode(replay(tree)) == tree.value
    found = [each for each in statuses if each.name == name]
    assert len(found) == 1, f"{len(found)} rights named {name}"
    return found[0]


def refusals(settling: Settling, agreement: str = "sla") -> list[str]:
    """The codes of what was refused."""
    return [finding.code for finding in Rights(settling, settling.as_of).of([agreement])[1]]
