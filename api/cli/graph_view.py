"""The answers of the graph for people."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.cli.tables import table
from api.shapes.exposure import share_of
from domain.money import decimal_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from api.services.exposure import PromisePoints, PromiseSets
    from ola.exposure.concentration import Concentration
    from ola.exposure.dependents import Dependents

__all__ = ["print_concentration", "print_dependents", "print_points", "print_sets"]

_NO_PROMISE = "No SLA in force promises this. Ask without --agreement and --service, or --on another day."


def print_dependents(console: Console, what: str, found: Dependents) -> None:
    """What depends on a party or a service."""
    console.print(f"{what}: {_listed(found.failing)}")
    if not found.services:
        console.print("Nothing else stands on that.")
    else:
        shown = table("Service", "Falls", "Path", whole=("Service",))
        for each in found.services:
            shown.add_row(each.service, "falls" if each.falls else "holds", " → ".join(each.path))
        console.print(shown)
    if found.promises:
        shown = table("SLA", "Customer", "Stands on it", "Falls with it", whole=("SLA",))
        for touched in found.promises:
            shown.add_row(
                touched.agreement.name, touched.agreement.consumer, _listed(touched.services), _listed(touched.fallen)
            )  # fmt: skip
        console.print(shown)


def print_points(console: Console, found: Sequence[PromisePoints]) -> None:
    """The single points of failure under SLAs."""
    if not found:
        console.print(_NO_PROMISE)
    for each in found:
        console.print(f"{each.agreement.name} · {each.points.service}")
        console.print(f"    services    {_listed(each.points.services)}")
        console.print(f"    parties     {_listed(each.points.parties)}")
        console.print(f"    agreements  {_listed(each.points.agreements)}")


def print_sets(console: Console, found: Sequence[PromiseSets]) -> None:
    """The minimal sets of failures."""
    if not found:
        console.print(_NO_PROMISE)
    for each in found:
        sizes = ", ".join(f"{count:,} of {size}" for size, count in each.sets.sizes)
        sets = "minimal set" if each.sets.count == 1 else "minimal sets"
        console.print(
            f"{each.agreement.name} · {each.sets.service}: {each.sets.count:,} {sets} ({sizes or 'none'})"
        )
        if not each.sets.is_complete:
            console.print(
                "    Too large to be drawn: only the single failures are told; there may be larger sets."
            )
        for names in each.sets.listed:
            console.print(f"    {' + '.join(names)}")
        left = each.sets.count - len(each.sets.listed)
        if left > 0:
            console.print(f"    … and {left:,} more (--most)")


def print_concentration(console: Console, found: Sequence[Concentration]) -> None:
    """What hangs on each party."""
    if not found:
        console.print("Nothing that is sold stands on anybody else.")
        return
    shown = table(
        "Party",
        "Services",
        "SLAs standing",
        "SLAs falling",
        "Money standing",
        "Money falling",
        whole=("Party",),
    )
    for each in found:
        money = [(one.currency, one.total, one.stands, one.falls) for one in each.money]
        shown.add_row(
            each.party, str(len(each.services)), f"{len(each.stands)} of {each.promises}",
            f"{len(each.falls)} of {each.promises}",
            "; ".join(_part(currency, stands, total) for currency, total, stands, _ in money),
            "; ".join(_part(currency, falls, total) for currency, total, _, falls in money),
        )  # fmt: skip
    console.print(shown)


def _part(currency: str, part: Fraction, total: Fraction) -> str:
    share = share_of(part, total)
    percent = "" if share is None else f" ({decimal_text(Fraction(round(Fraction(share) * 1000), 10))} %)"
    return f"{decimal_text(part)} {currency}{percent}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
