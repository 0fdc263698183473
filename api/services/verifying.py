"""Whether a store still says what it said: every file of evidence and every settlement gives its hash.

The problem: figures are put before a vendor's lawyers months after they were settled, and nobody may have touched what
they rest on since.

Example: ``verified(store, reader.runs(), rebuilt).faults`` is empty in a sound store; after one row of a stored
settlement was changed it names the run whose output hash no longer comes out.

Limits: whoever can write the hashes, too, is not found out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.services.engine import rules
from store.mappers import output_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from api.services.storing import Store
    from settlement.results import Settlement
    from store.records import Run
    from store.repositories.settlements import RunHead

__all__ = ["Verified", "verified"]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a store's check found: ``faults``, and runs ``superseded`` by later ones that cannot be compared."""

    faults: tuple[str, ...]
    superseded: tuple[str, ...]


def verified(store: Store, runs: Iterable[Run], rebuilt: Callable[[RunHead], Settlement]) -> Verified:
    """What does not hash to what it should, and what can no longer be compared, both in words.

    ``rebuilt`` gives the settlement of a run as it is stored. A run that was settled again since and that another
    version of the rules wrote is not accused: nothing rests on it any more, and this version writes such results in
    another form.
    """
    found = [f"{path}: gone or changed" for path in store.lake.damaged()]
    superseded: list[str] = []
    with store.reading() as work:
        last = {head.run.id for head in work.settlements.heads()}
    for run in runs:
        with store.reading() as work:
            head = work.settlements.head(run.id)
        if head is not None and output_hash(rebuilt(head)) == run.output_hash:
            continue
        if head is not None and run.id not in last and run.engine != rules():
            superseded.append(
                f"the run {run.id} was settled by another version ({run.engine}), and {run.period.name} again "
                "since: whether it gives its output hash cannot be told, and no figure of today rests on it"
            )
        else:
            found.append(_not_as_hashed(run))
    with store.reading() as work:
        found += work.statements.faults()
    return Verified(tuple(found), tuple(superseded))


def _not_as_hashed(run: Run) -> str:
    """What it means that a run does not hash to what it should: other rules write what they give in another form."""
    if run.engine != rules():
        return (
            f"the run {run.id} was settled by another version ({run.engine}), whose results this one writes otherwise: "
            f"whether it gives its output hash cannot be told; settle {run.period.name} again"
        )
    return f"the run {run.id} does not give its output hash {run.output_hash}"
