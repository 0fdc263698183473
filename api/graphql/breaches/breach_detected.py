"""Watching for broken promises as settlements find them.

The problem: a wall board or a chat room wants to say that a promise was broken when a settlement finds it, and not to
ask every minute for everything and compare.

Example: ``subscription { breachDetected(responsible: "nimbrel") { attainment { period value } } }`` gives, whenever
a run has ended, each breach of its period in which Nimbrel has a part and that the period's run before did not have.

Limits: only what is found from the subscription on. A breach whose figures changed is not told again; the store is
looked at every second, so that runs of other processes are seen too.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from api.graphql.breaches.queries import has_part
from api.graphql.breaches.types import Breach, breach
from api.graphql.context import Context, Info
from api.graphql.describing import described, watched
from api.graphql.view import Settled, order_of
from api.services.reading import Reader, Run, RunStatus
from settlement.results import Breach as BreachValue

__all__ = ["BreachDetectedSubscription"]

_LOOK_EVERY = 1.0


@described
class BreachDetectedSubscription:
    """Watching for broken promises."""

    @watched
    async def breach_detected(
        self,
        info: Info,
        agreement: Annotated[
            str | None, strawberry.argument(description="Only levels of this agreement.")
        ] = None,
        responsible: Annotated[
            str | None,
            strawberry.argument(
                description="Only breaches in which this party has a part of its own, or answers for one."
            ),
        ] = None,
    ) -> AsyncGenerator[Breach, None]:
        """Each breach that a settlement finds and the period's settlement before it did not have."""
        context: Context = info.context
        known = {run.id for run in await asyncio.to_thread(context.reader.runs)}
        while True:
            runs = await asyncio.to_thread(context.reader.runs)
            for run in reversed(runs):
                if run.id in known or run.status is not RunStatus.DONE:
                    continue
                known.add(run.id)
                context.renew_view()
                for settled, found in await asyncio.to_thread(_new_in, context.reader, runs, run):
                    if agreement in {None, found.attainment.of.agreement.name} and has_part(
                        found, responsible
                    ):
                        yield breach(context.view, settled, found)
            await asyncio.sleep(_LOOK_EVERY)


def _new_in(reader: Reader, runs: tuple[Run, ...], run: Run) -> list[tuple[Settled, BreachValue]]:
    """The breaches of a run that the run of the same period before it did not have, in their fixed order."""
    settlement = reader.settlement_of(run.id)
    settled = Settled.of(settlement, None, reader.portfolio_behind(settlement))
    before = next(
        (
            each
            for each in runs[runs.index(run) + 1 :]
            if each.period == run.period and each.status is RunStatus.DONE
        ),
        None,
    )
    had = (
        set()
        if before is None
        else {order_of(each.attainment) for each in reader.settlement_of(before.id).breaches}
    )
    return [(settled, each) for each in settled.breaches if order_of(each.attainment) not in had]
