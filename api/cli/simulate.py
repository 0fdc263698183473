"""``privity simulate``: what a year may cost, drawn ten thousand times from the failures that were observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from settlement.simulating.distributions import CurrencyYears, Simulated

__all__ = ["simulate"]


def simulate(
    folder: OptionalFolder = None,
    *,
    year: Annotated[
        str | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            help="The calendar year whose contracts, windows and holidays hold; by default that of the last evidence.",
            show_default=False,
        ),
    ] = None,
    years: Annotated[int, typer.Option("--years", metavar="N", help="How often the year is drawn.")] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same seed gives the same figures.")
    ] = 1,
    check: Annotated[
        int,
        typer.Option(
            "--check",
            metavar="N",
            help="Settle so many of the drawn years row by row too; they must be the same.",
        ),
    ] = 1,
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Draw a year again and again from the failures that were observed, and settle each under the contracts.

    How often services fail of themselves, for how long, and which of them together is taken from the evidence as it
    is. Printed are the credits payable, recoverable and left open, by agreement and by party, how likely each right to
    terminate arises, and which single change lowers the expected gap most. What cannot be simulated is named.

    \b
    Examples:
      privity simulate examples/halden
      privity simulate examples/halden --year 2027 --years 2000 --seed 7 --json
    """
    with Waiting() as waiting:
        found = _simulated(folder, year, years, seed, check, as_of, store, waiting)
    if as_json:
        from api.shapes.foresight import simulated_shape

        print_json(simulated_shape(found))
        return
    with screen() as console:
        _print(console, found)


def _simulated(
    folder: Path | None,
    year: str | None,
    years: int,
    seed: int,
    check: int,
    as_of: str | None,
    store: Path | None,
    waiting: Waiting,
) -> Simulated:
    from api.services.foresight import simulated
    from api.services.rights import rights_of_folder
    from api.services.settling_together import processes_wanted

    if folder is not None:
        settling = rights_of_folder(folder, read_date(as_of), waiting).settling
        return simulated(settling, year, years, seed, check, waiting, processes_wanted())
    with opened_store(store) as privity:
        asked = read_date(as_of)
        if asked is None:
            periods = privity.reader.settled_periods()
            asked = periods[-1].day_after if periods else None
        settling = privity.reader.rights(asked).settling
        return simulated(settling, year, years, seed, check, waiting, processes_wanted())


def _print(console: Console, found: Simulated) -> None:
    from rich.text import Text

    from api.cli.tables import indented, table
    from domain.instants import as_datetime

    since, until = (as_datetime(moment).date().isoformat() for moment in (found.since, found.until))
    failures = sum(each.failures for each in found.observed)
    services = len(found.observed)
    console.print(Text(f"{found.year.name}, drawn {found.years:,} times (seed {found.seed})", style="bold"))
    seen = "No failure of a service was observed"
    if failures:
        of = f"{services} service{'' if services == 1 else 's'}"
        seen = f"From {failures} failure{'' if failures == 1 else 's'} of {of} observed"
    was = "was" if found.checked == 1 else "were"
    console.print(
        f"{seen} from {since} to {until}.{_months_text(found)} {found.checked} of the drawn years {was} settled row "
        "by row too, and came to the same."
    )
    console.print()
    for money in found.money:
        _print_money(console, money)
    if found.rights:
        made = table("Right to terminate", "Arises in a year with", right=("Arises in a year with",))
        for right in found.rights:
            made.add_row(f"{right.agreement} · {right.name}", f"{float(100 * right.chance):.1f} %")
        console.print(made)
        console.print()
    for note in found.notes:
        console.print(f"Note: {note}")
    if found.left_out:
        console.print("Not simulated:")
        for each in found.left_out:
            console.print(indented(f"{each.agreement}, {each.what}: {each.why}", 2))


def _months_text(found: Simulated) -> str:
    if not found.months:
        return ""
    first, last = found.months[0].name, found.months[-1].name
    whole = f"the month {first}" if first == last else f"the {len(found.months)} months {first} to {last}"
    return f" Tickets and counts come month by month from {whole}."


def _print_money(console: Console, money: CurrencyYears) -> None:
    from rich.text import Text

    from api.cli.tables import table
    from api.cli.wording import amount_text

    right = ("Mean", "Half", "9 of 10", "99 of 100", "Most", "Above 0")
    made = table(f"A year's credits in {money.currency}", *right, right=right)
    rows = [("payable", money.payable), ("recoverable", money.recoverable), ("gap", money.gap)]
    for of in money.agreements:
        rows.append((f"  {of.agreement}", of.credits))
        if of.recoverable is not None and of.gap is not None:
            rows += [("    comes back", of.recoverable), ("    gap", of.gap)]
    for name, each in rows:
        amounts = (each.mean, each.median, each.p90, each.p99, each.most)
        style = "" if name.startswith(" ") else "bold"
        made.add_row(
            Text(name, style),
            *(amount_text(amount) for amount in amounts),
            f"{float(100 * each.chance):.1f} %",
        )
    console.print(made)
    console.print()
    columns = ("Caused", "Recoverable", "Gap", "Gap, 99 of 100", "Over-recovery")
    made = table("Party, mean of a year", *columns, right=columns)
    for party in money.parties:
        shown = (
            party.caused.mean,
            party.recoverable.mean,
            party.gap.mean,
            party.gap.p99,
            party.over_recovery.mean,
        )
        made.add_row(party.party or "misaligned contracts", *(amount_text(amount) for amount in shown))
    console.print(made)
    console.print()
    made = table("What would lower the expected gap", "By, a year", right=("By, a year",))
    for change in money.improvements:
        what = {
            "BACK_TO_BACK": f"a contract under which {change.of} owes all that it causes",
            "STAND_IN": f"a stand-in for {change.of}, so that it never fails of itself",
            "OWN_PROMISES": f"no ticket or count missed through {change.of} itself",
        }
        made.add_row(what[change.kind], amount_text(change.lowers))
    if made.row_count:
        console.print(made)
        console.print()
