"""``privity claims`` and ``privity claim``: what must be claimed from suppliers, by when, and claiming it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, note, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, PeriodName, read_date
from api.cli.statement import ByName, read_period
from api.cli.stored import Actor, Key, Reason, StoreFolder, actor_named, opened_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.services.claim_pack import ClaimPack
    from api.services.claims import ClaimList
    from settlement.records.claims import Claimable

__all__ = ["claim_app", "claims"]

_DAYS = 14

Agreement = Annotated[
    str, typer.Argument(metavar="AGREEMENT", help="The supplier's contract, by its name.", show_default=False)
]


def claims(
    folder: OptionalFolder = None,
    *,
    as_of: AsOf = None,
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="PERIOD", help="Only credits of this period.", show_default=False),
    ] = None,
    reminders: Annotated[
        bool, typer.Option("--reminders", help="Only what is open and has to be claimed soon.")
    ] = False,
    within: Annotated[
        int, typer.Option("--within", metavar="DAYS", min=0, help="How soon is soon, for --reminders.")
    ] = _DAYS,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""List what suppliers owe us as of a date: open and for how many days, claimed, or lapsed (CLAIM_MISSED).

    Without --as-of: today for a store; for a folder the day after the last month that its evidence speaks of.

    \b
    Examples:
      privity claims examples/halden --as-of 2026-04-20
      privity claims examples/halden --as-of 2026-04-20 --reminders --within 10
      privity claims --store .privity --json
    """
    from settlement.records.claims import reminders as urgent

    found = _claims(folder, as_of, period, store)
    chosen = urgent(found.claims, within) if reminders else found.claims
    if as_json:
        from api.shapes.statement import claim_shape

        print_json({"asOf": found.as_of.isoformat(), "claims": [claim_shape(each) for each in chosen]})
        return
    with screen() as console:
        console.print(f"As of {found.as_of.isoformat()}")
        console.print()
        if not chosen:
            soon = f" that has to be claimed within {within} days" if reminders else ""
            console.print(f"No supplier owes us a credit{soon}.")
            return
        console.print(_table(chosen))


def _claims(folder: Path | None, as_of: str | None, period: str | None, store: Path | None) -> ClaimList:
    from api.services.claims import claims_of_folder, claims_of_store

    within = None if period is None else read_period(period)
    if folder is not None:
        with Waiting() as waiting:
            return claims_of_folder(folder, read_date(as_of), within, waiting)
    with opened_store(store) as privity:
        day = read_date(as_of) or privity.today()
        return claims_of_store(privity.store, privity.reader, day, within)


def _table(chosen: Sequence[Claimable]) -> object:
    from api.cli.tables import status_text, table
    from api.cli.wording import money_text

    figures = ("Amount", "Days left")
    made = table(
        "Claim by", "Days left", "Agreement", "Vendor", "Month", "Amount", "Status", "Claimed",
        right=figures, whole=("Claim by", "Month", "Status", "Claimed"),
    )  # fmt: skip
    for each in chosen:
        made.add_row(
            "–" if each.claim_by is None else each.claim_by.isoformat(),
            "" if each.days_left is None else str(each.days_left),
            each.agreement,
            each.vendor,
            each.period.name,
            money_text(each.net),
            status_text(each.status.value),
            "" if each.claimed_at is None else each.claimed_at.isoformat(),
        )
    return made


_HELP = """Claim a supplier's credit, or write the evidence pack of a claim.

`privity claim AGREEMENT --period MONTH` records in the store that the credit is claimed today; `privity claims` lists
what can be claimed, and until when.

\b
Examples:
  privity claim uc-nimbrel --period 2026-03 --reason "sent by registered mail"
  privity claim pack uc-nimbrel examples/halden --period 2026-03 --out claim.zip
"""

claim_app = typer.Typer(cls=ByName.of("make"), help=_HELP, rich_markup_mode=None, no_args_is_help=True)


@claim_app.command("make", short_help="Claim a credit (the word make may be left out).")
def make(
    agreement: Agreement,
    *,
    period: PeriodName,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="DATE", help="When it was claimed; by default today.", show_default=False
        ),
    ] = None,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Claim the credit of a supplier's contract for a month: it becomes a Claim document among the contracts."""
    from api.services.claiming import ClaimOrder

    order = ClaimOrder(agreement, read_period(period), read_date(at), actor_named(actor), reason, key)
    with opened_store(store) as privity, Waiting():
        done = privity.commands.credit_claim(order)
    if as_json:
        from api.shapes.statement import claim_shape

        print_json({"claim": claim_shape(done)})
        return
    with screen() as console:
        console.print(_table([done]))


@claim_app.command("pack")
def pack(
    agreement: Agreement,
    folder: OptionalFolder = None,
    *,
    period: PeriodName,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="A .zip file, or a folder that is made.", show_default=False
        ),
    ],
    as_of: AsOf = None,
    store: StoreFolder = None,
) -> None:
    """Write the evidence pack of a claim: statement, explanation, breaches with their traces, and the evidence rows."""
    made = _pack(agreement, folder, period, as_of, store)
    _write(made, out)
    note(f"{out} is written: {', '.join(sorted(made.files))}.")


def _pack(
    agreement: str, folder: Path | None, period: str, as_of: str | None, store: Path | None
) -> ClaimPack:
    from api.services.claim_pack import pack_of_folder, pack_of_store
    from api.services.records import require_month

    month = read_period(period)
    require_month(month)
    if folder is not None:
        with Waiting() as waiting:
            return pack_of_folder(folder, agreement, month.name, read_date(as_of), waiting)
    with opened_store(store) as privity, Waiting():
        day = read_date(as_of) or privity.today()
        return pack_of_store(privity.store, privity.reader, agreement, month, day)


def _write(made: ClaimPack, out: Path) -> None:
    from api.errors import Fault, RequestError
    from api.services.claim_pack import zipped

    try:
        if out.suffix.lower() == ".zip":
            out.write_bytes(zipped(made))
            return
        out.mkdir(parents=True, exist_ok=True)
        for name in sorted(made.files):
            (out / name).write_bytes(made.files[name])
    except OSError as error:
        raise RequestError(
            Fault(
                "FILE",
                f"{out} cannot be written: {error.strerror}",
                "Name another file or folder",
                file=str(out),
            )
        ) from error
