"""`breachDetected` on a real store: told are the breaches that a new run finds, and no others."""

import asyncio
import threading
from datetime import date
from pathlib import Path
from typing import Any

from api.graphql.context import Context
from api.graphql.runs.board import Board
from api.graphql.schema import build_schema
from api.services.stored import StoredReader
from domain.periods import Period
from store.records import Run
from tests.api.graphql.conftest import E3
from tests.api.services.stored_folders import empty_store, fill

APRIL = Period.parse("2026-04")
LATER = b"outage_id,service,started_at,ended_at\nlate-news,wan,2026-04-28T10:00:00Z,2026-04-28T18:00:00Z\n"
"""Eight hours of the carrier's, that nobody knew of when April was first settled."""
WATCH = """subscription {
  breachDetected(responsible: "telco") { attainment { period serviceLevel { agreement { name } } } } }"""


def test_only_what_a_run_finds_anew_is_told(tmp_path: Path) -> None:
    looked = threading.Event()

    class Seen(StoredReader):
        def runs(self, period: Period | None = None) -> tuple[Run, ...]:
            found = super().runs(period)
            looked.set()
            return found

    with empty_store(tmp_path) as privity:
        fill(privity, E3)
        privity.commands.settlement_run(APRIL, None, "ada", "month end")
        context = Context.of(Seen(privity.store), privity.commands, lambda: date(2026, 5, 2), Board())

        async def first_told() -> Any:
            told = await build_schema().subscribe(WATCH, context_value=context)
            waiting = asyncio.ensure_future(anext(told))
            await asyncio.to_thread(looked.wait, 30)
            privity.commands.evidence_submit("outages-later.csv", LATER, "ada", "the carrier's own report")
            privity.commands.settlement_run(APRIL, None, "ada", "late evidence")
            return await asyncio.wait_for(waiting, 30)

        answer = asyncio.run(first_told())
    # The bank's SLA was broken before; the carrier's own promise is what is new.
    assert answer.errors is None
    assert answer.data == {
        "breachDetected": {
            "attainment": {"period": "2026-04", "serviceLevel": {"agreement": {"name": "uc-telco"}}}
        }
    }
