"""``privity run``: one period of the store, settled and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, note, print_json, screen
from api.cli.options import AsJson, AsOf, PeriodName, read_date
from api.cli.stored import Actor, Key, Reason, StoreFolder, actor_named, opened_store

if TYPE_CHECKING:
    from api.shapes.parts import JsonValue
    from domain.periods import Period
    from store.records import Run

__all__ = ["run", "run_shape"]

IfMissing = Annotated[
    bool, typer.Option("--if-missing", help="Print what is stored where the period was settled before.")
]


def run(
    period: PeriodName,
    *,
    store: StoreFolder = None,
    as_of: AsOf = None,
    if_missing: IfMissing = False,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    r"""Settle one period from the contracts and the evidence in the store, keep the result, and print it.

    Only what new evidence or documents can have changed is worked out again. Run again, it gives the same hash.

    \b
    Examples:
      privity run --period 2026-03
      privity run --period 2026-03 --as-of 2026-05-15 --reason "late evidence of Nimbrel"
    """
    from api.services.outgrown import outgrown_shape, outgrown_text

    asked = _period(period)
    with opened_store(store) as privity:
        earlier = privity.reader.runs(asked) if if_missing else ()
        if earlier:
            done = earlier[0]
        else:
            with Waiting() as waiting:
                done = privity.commands.settlement_run(
                    asked, read_date(as_of), actor_named(actor), reason, key, waiting
                )
        settlement = privity.reader.settlement_of(done.id)
        changed = privity.reader.outgrown(asked)
    if as_json:
        from api.shapes.settlement import settlement_shape

        print_json(
            {
                "run": run_shape(done),
                "settlement": settlement_shape(settlement),
                "statementsToAdjust": outgrown_shape(changed),
            }
        )
        return
    from api.cli.settlement_view import print_settlement

    with screen() as console:
        print_settlement(console, settlement)
    what = "stored before" if earlier else f"{done.settled} agreements settled, {done.kept} kept"
    note(
        f"Run {done.id}: {what}. Input {(done.input_hash or '')[:12]}, output {(done.output_hash or '')[:12]}."
    )
    for month, views in changed.items():
        note(f"{outgrown_text(month, views)}.")


def run_shape(done: Run) -> dict[str, JsonValue]:
    """A run in JSON."""
    from domain.instants import isoformat

    return {
        "id": done.id,
        "period": done.period.name,
        "asOf": done.as_of.isoformat(),
        "status": done.status.value,
        "startedAt": isoformat(done.started_at),
        "finishedAt": None if done.finished_at is None else isoformat(done.finished_at),
        "actor": done.actor,
        "reason": done.reason,
        "inputHash": done.input_hash,
        "outputHash": done.output_hash,
        "documents": done.documents,
        "engine": done.engine,
        "settled": done.settled,
        "kept": done.kept,
    }


def _period(text: str) -> Period:
    from api.errors import PeriodError
    from domain.errors import InvalidValue
    from domain.periods import Period

    try:
        return Period.parse(text)
    except InvalidValue as error:
        raise PeriodError(text, f'"{text}" is not a period') from error
