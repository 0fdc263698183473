"""What every command that records an act shares: the options of an order, and what is said of what was recorded.

The problem: nine commands take the same five options (why, who, which store, a key of its own, JSON or words). Said in
each, they would differ one day.

Example: a command that is decorated with `ordering` and has the parameter ``giver: Giver`` has ``--reason``,
``--actor``, ``--store``, ``--key`` and ``--json``; ``giver.record(order)`` gives the order and prints what came of it.

Limits: typer reads a command's parameters from its signature, so `ordering` writes one in which the giver's options
stand in the giver's place.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_type_hints

import typer

from api.cli.console import note, print_json
from api.cli.options import AsJson, read_date
from api.cli.stored import Actor, Key, StoreFolder, actor_named, opened_store

if TYPE_CHECKING:
    from api.services.acts import ActOrder, Recorded
    from api.shapes.parts import JsonValue

__all__ = ["AgreementArgument", "At", "Giver", "Version", "ordering", "when"]

At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="WHEN",
        help=(
            "When it was done (2026-07-03T09:00Z, or a day); now where left out. An act that is dated back counts from "
            "that day on, but answers as of a day before today do not know it."
        ),
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
_Why = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit trail.", show_default=False)
]


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives an order, why, to which store; and whether the answer is printed as JSON."""

    reason: str
    store: Path | None
    actor: str | None
    key: str | None
    as_json: bool

    def record(self, order: ActOrder) -> None:
        """Give an order, and print what was recorded. Raises RequestError where it may not be done."""
        with opened_store(self.store) as privity:
            done = privity.commands.record(order, actor_named(self.actor), self.reason, self.key)
        if self.as_json:
            print_json(_shape(done))
            return
        note(
            f"{done.action}, {done.subject}, {done.on.isoformat()}: {_after(done)}. Recorded in {done.file}."
        )
        if done.warning is not None:
            note(f"Warning: {done.warning}.")


_OPTIONS: dict[str, object] = {
    "reason": _Why,
    "store": StoreFolder,
    "actor": Actor,
    "key": Key,
    "as_json": AsJson,
}
_DEFAULTS: dict[str, object] = {"store": None, "actor": None, "key": None, "as_json": False}


def ordering(command: Callable[..., None]) -> Callable[..., None]:
    """A command that gives an order: its parameter ``giver`` becomes the options that make a `Giver`."""
    hints = get_type_hints(command, include_extras=True)
    own = [each for each in inspect.signature(command).parameters.values() if each.name != "giver"]
    given = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS.get(name, inspect.Parameter.empty)
        )
        for name in _OPTIONS
    ]
    types = {**{each.name: hints[each.name] for each in own}, **_OPTIONS}

    @functools.wraps(command)
    def ordered(**arguments: object) -> None:
        giver = Giver(**{name: arguments.pop(name) for name in _OPTIONS})  # type: ignore[arg-type]
        command(**arguments, giver=giver)

    parameters = [each.replace(annotation=types[each.name]) for each in (*own, *given)]
    ordered.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    ordered.__annotations__ = {**types, "return": None}
    return ordered


def when(text: str | None) -> int | date | None:
    """An instant, or a day on the agreement's own clocks."""
    from api.errors import Fault, RequestError
    from domain.errors import InvalidValue
    from domain.instants import parse_instant

    if text is None or "T" not in text:
        return read_date(text)
    try:
        return parse_instant(text)
    except InvalidValue as error:
        raise RequestError(Fault("DATE", str(error), value=text)) from error


def _after(done: Recorded) -> str:
    from store.codec import read_json

    told = read_json(done.after)
    words = [str(told.get("state") or told.get("status") or "")]
    if told.get("signedBy"):
        words.append(f"signed by {' and '.join(told['signedBy'])}")
    words += [f"ends on {told['ends']}"] if told.get("ends") else []
    return ", ".join(words)


def _shape(done: Recorded) -> dict[str, JsonValue]:
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
        "warning": done.warning,
    }
