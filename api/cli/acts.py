"""``privity agreement``, ``privity right``, ``privity relief``: acts under agreements, recorded in the store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.console import note, print_json, screen
from api.cli.options import AsJson, read_date
from api.cli.stored import Actor, Key, StoreFolder, actor_named, opened_store

if TYPE_CHECKING:
    from api.services.acts import ActOrder, Recorded
    from api.shapes import JsonValue
    from store.records import AuditEntry

__all__ = ["agreement_app", "audit", "relief_app", "right_app"]

Why = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit trail.", show_default=False)
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="WHEN",
        help="When it was done (2026-07-03T09:00Z, or a day); now where left out.",
        show_default=False,
    ),
]
Version = Annotated[
    int | None,
    typer.Option("--version", metavar="N", help="Which version; the last by default.", show_default=False),
]
AgreementArgument = Annotated[
    str, typer.Argument(metavar="AGREEMENT", help="The agreement.", show_default=False)
]
RightArgument = Annotated[
    str, typer.Argument(metavar="RIGHT", help="The right's name in the contract.", show_default=False)
]

agreement_app = typer.Typer(
    help="""The life of an agreement: propose it, sign it, put it in force, end it. Each step is recorded in the store,
and refused with the reason where it may not be taken.

\b
Examples:
  privity agreement propose sla-shop-v2.yaml --reason "faster responses"
  privity agreement move sla-shop --to negotiating --reason "sent to the customer"
  privity agreement sign sla-shop --party meridian-bank --by "A. Osei" --reason "signed in Leeds"
  privity agreement move sla-shop --to active --reason "begins in July"
""",
    rich_markup_mode=None,
)
right_app = typer.Typer(
    help="""Acts on a right to terminate: notify the breach, exercise it, waive it. `privity rights` says how it stands.

\b
Examples:
  privity right notify uc-cirrus chronic-availability --reason "letter of 3 July"
  privity right exercise uc-cirrus chronic-availability --reason "decided by the board"
  privity right waive uc-cirrus chronic-availability --reason "new terms agreed"
""",
    rich_markup_mode=None,
)
relief_app = typer.Typer(
    help="""Relief: claim it for time, tickets or items, and decide it. Only accepted relief counts.

\b
Examples:
  privity relief claim sla-shop --cause force_majeure --from 2026-03-04T09:00Z --to 2026-03-04T17:00Z \\
    --reason "the river rose"
  privity relief decide relief-sla-shop accepted --reason "undisputed"
""",
    rich_markup_mode=None,
)


@agreement_app.command("propose")
def propose(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="One document of kind Agreement.", show_default=False),
    ],
    *,
    reason: Why,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Propose an agreement, or the next version of one: its document says state: draft."""
    from api.errors import Fault, RequestError
    from api.services.acts import ProposeAgreement

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            Fault("FOLDER", f"{file} cannot be read: {error}", "Name a YAML file", file=str(file))
        ) from error
    _record(ProposeAgreement(text), store, actor, reason, key, as_json=as_json)


@agreement_app.command("sign")
def sign(
    agreement: AgreementArgument,
    *,
    party: Annotated[
        str, typer.Option("--party", metavar="PARTY", help="The party that signs.", show_default=False)
    ],
    reason: Why,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="NAME", help="The person who signs; by default --actor.", show_default=False
        ),
    ] = None,
    version: Version = None,
    at: At = None,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Record the signature of a party; with the second party's the version is agreed."""
    from api.services.acts import SignAgreement

    _record(
        SignAgreement(agreement, party, version, by, _instant(at)), store, actor, reason, key, as_json=as_json
    )


@agreement_app.command("move")
def move(
    agreement: AgreementArgument,
    *,
    to: Annotated[
        Literal["draft", "negotiating", "agreed", "active", "terminated", "expired"],
        typer.Option("--to", help="Where it is to stand.", show_default=False),
    ],
    reason: Why,
    version: Version = None,
    ends: Annotated[
        str | None,
        typer.Option("--ends", metavar="DATE", help="The last day of a terminated one.", show_default=False),
    ] = None,
    trigger: Annotated[
        Literal["new_agreement", "change", "customer_request"] | None,
        typer.Option("--trigger", help="What set it off.", show_default=False),
    ] = None,
    at: At = None,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Take an agreement a step on in its life."""
    from api.services.acts import MoveAgreement
    from domain.agreements import State
    from domain.life import Trigger

    order = MoveAgreement(
        agreement,
        State(to),
        version,
        read_date(ends),
        None if trigger is None else Trigger(trigger),
        _instant(at),
    )
    _record(order, store, actor, reason, key, as_json=as_json)


@right_app.command("notify")
def notify(
    agreement: AgreementArgument,
    right: RightArgument,
    *,
    reason: Why,
    at: At = None,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Serve notice of the breach that a right rests on, where its cure runs from notice."""
    _on_right(agreement, right, "breach", at, store, actor, reason, key, as_json=as_json)


@right_app.command("exercise")
def exercise(
    agreement: AgreementArgument,
    right: RightArgument,
    *,
    reason: Why,
    at: At = None,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Exercise a right that stands open: the agreement ends with its notice."""
    _on_right(agreement, right, "exercise", at, store, actor, reason, key, as_json=as_json)


@right_app.command("waive")
def waive(
    agreement: AgreementArgument,
    right: RightArgument,
    *,
    reason: Why,
    at: At = None,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Give up what has accrued of a right."""
    _on_right(agreement, right, "waive", at, store, actor, reason, key, as_json=as_json)


@relief_app.command("claim")
def claim(
    agreement: AgreementArgument,
    *,
    cause: Annotated[
        Literal["customer", "force_majeure", "maintenance", "other_supplier"],
        typer.Option("--cause", help="What caused it.", show_default=False),
    ],
    reason: Why,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="WHEN", help="When the excused time begins.", show_default=False),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="When it ends.", show_default=False)
    ] = None,
    ticket: Annotated[
        list[str] | None,
        typer.Option("--ticket", metavar="ID", help="An excused ticket.", show_default=False),
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="ID", help="An excused item.", show_default=False)
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="NAME", help="Only this service level.", show_default=False),
    ] = None,
    effect: Annotated[
        list[str] | None,
        typer.Option(
            "--effect",
            metavar="EFFECT",
            help="breach, credit or termination; all three by default.",
            show_default=False,
        ),
    ] = None,
    noticed: Annotated[
        str | None,
        typer.Option(
            "--noticed", metavar="WHEN", help="When it was notified; now by default.", show_default=False
        ),
    ] = None,
    clause: Annotated[
        str | None,
        typer.Option("--clause", metavar="TEXT", help="The clause it rests on.", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="A name for it.", show_default=False)
    ] = None,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Claim relief for a stretch of time, for tickets or for items."""
    from api.services.acts import ClaimRelief

    order = ClaimRelief(
        agreement,
        cause,
        name,
        _several(level),
        from_,
        to,
        _several(ticket),
        _several(item),
        _several(effect),
        noticed,
        clause,
    )
    _record(order, store, actor, reason, key, as_json=as_json)


@relief_app.command("decide")
def decide(
    relief: Annotated[str, typer.Argument(metavar="RELIEF", help="The relief's name.", show_default=False)],
    status: Annotated[
        Literal["accepted", "rejected", "withdrawn"],
        typer.Argument(help="What is decided.", show_default=False),
    ],
    *,
    reason: Why,
    at: At = None,
    store: StoreFolder = None,
    actor: Actor = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Accept, reject or withdraw a relief that is claimed. A period that is settled again counts an accepted one."""
    from api.services.acts import DecideRelief
    from domain.relief import ReliefStatus

    order = DecideRelief(relief, ReliefStatus(status), _instant(at))
    _record(order, store, actor, reason, key, as_json=as_json)


def audit(
    *,
    subject: Annotated[
        str | None,
        typer.Option("--about", metavar="NAME", help="Only what was about this.", show_default=False),
    ] = None,
    most: Annotated[int, typer.Option("--most", metavar="N", help="So many of the newest entries.")] = 50,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Print the audit trail: who did what, when and why, with what stood before and after; the newest first.

    \b
    Examples:
      privity audit
      privity audit --about sla-shop --json
    """
    with opened_store(store) as privity:
        entries = [
            each
            for each in privity.reader.audit(1_000_000).entries
            if subject is None or each.is_about(subject)
        ][:most]
    if as_json:
        print_json({"audit": [_entry_shape(each) for each in entries]})
        return
    from domain.instants import as_datetime

    with screen() as console:
        for each in entries:
            when = f"{as_datetime(each.at):%Y-%m-%d %H:%M} UTC"
            console.print(
                f"{when}  {each.actor}  {each.action}  {each.subject}", markup=False, highlight=False
            )
            for label, told in (("why", each.reason), ("before", each.before), ("after", each.after)):
                if told:
                    console.print(f"    {label}: {told}", markup=False, highlight=False, soft_wrap=True)
        if not entries:
            console.print("Nothing was ordered.")


def _entry_shape(each: AuditEntry) -> dict[str, JsonValue]:
    from domain.instants import isoformat
    from store.codec import read_json

    return {
        "at": isoformat(each.at),
        "actor": each.actor,
        "action": each.action,
        "subject": each.subject,
        "reason": each.reason,
        "key": each.key,
        "before": None if each.before is None else read_json(each.before),
        "after": None if each.after is None else read_json(each.after),
    }


# --------------------------------------------------------------------------------------------------- what they share


def _on_right(
    agreement: str,
    right: str,
    act: str,
    at: str | None,
    store: Path | None,
    actor: str | None,
    reason: str,
    key: str | None,
    *,
    as_json: bool,
) -> None:
    from api.services.acts import ActOnRight
    from domain.termination.terms import Act

    _record(ActOnRight(agreement, right, Act(act), _instant(at)), store, actor, reason, key, as_json=as_json)


def _record(
    order: ActOrder, store: Path | None, actor: str | None, reason: str, key: str | None, *, as_json: bool
) -> None:
    with opened_store(store) as privity:
        done = privity.commands.record(order, actor_named(actor), reason, key)
    if as_json:
        print_json(_recorded_shape(done))
        return
    note(f"{done.action}, {done.subject}, {done.on.isoformat()}: {_after(done)}. Recorded in {done.file}.")


def _after(done: Recorded) -> str:
    from store.codec import read_json

    told = read_json(done.after)
    words = [str(told.get("state") or told.get("status") or "")]
    if told.get("signedBy"):
        words.append(f"signed by {' and '.join(told['signedBy'])}")
    words += [f"ends on {told['ends']}"] if told.get("ends") else []
    return ", ".join(words)


def _recorded_shape(done: Recorded) -> dict[str, JsonValue]:
    from domain.instants import isoformat
    from store.codec import read_json

    return {
        "action": done.action,
        "subject": done.subject,
        "on": done.on.isoformat(),
        "recordedAt": isoformat(done.recorded_at),
        "document": done.file,
        "before": None if done.before is None else read_json(done.before),
        "after": read_json(done.after),
    }


def _several(values: list[str] | None) -> tuple[str, ...] | None:
    return tuple(values) if values else None


def _instant(text: str | None) -> int | None:
    """An instant, or a day, which is its own beginning in UTC."""
    from api.errors import Fault, RequestError
    from domain.errors import InvalidValue
    from domain.instants import instant, parse_instant

    if text is None:
        return None
    try:
        if "T" not in text:
            day = read_date(text)
            assert day is not None  # noqa: S101 - a text was given
            return instant(datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00"))
        return parse_instant(text)
    except InvalidValue as error:
        raise RequestError(Fault("DATE", str(error), value=text)) from error
