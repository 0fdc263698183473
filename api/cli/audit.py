"""``privity audit``: who did what, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, screen
from api.cli.options import AsJson
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.shapes.parts import JsonValue
    from store.records import AuditEntry

__all__ = ["audit"]


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
