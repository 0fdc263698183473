"""Fetching a thing again by its id."""

from collections.abc import Callable
from typing import Annotated

import strawberry

from api.graphql.agreements.levels import service_level
from api.graphql.agreements.types import agreement
from api.graphql.breaches.types import breach
from api.graphql.context import Info, view_of
from api.graphql.describing import answered, described
from api.graphql.ids import Node, decode
from api.graphql.parties.types import known_party
from api.graphql.rights.types import termination_right
from api.graphql.runs.types import settlement_run
from api.graphql.services.types import known_service
from api.graphql.statements.types import Statement, adjustment, statement
from api.graphql.view import View
from domain.attainment import LevelOn
from domain.errors import InvalidValue
from domain.instants import parse_date
from domain.periods import Period

__all__ = ["NodeQueries"]


@described
class NodeQueries:
    """Fetching a thing again by its id."""

    @answered
    def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id.")],  # noqa: A002
    ) -> Node | None:
        """The thing of an id; null where there is none of that id."""
        kind, *names = decode(id) or ("",)
        find = _FINDERS.get((kind, len(names)))
        return None if find is None else find(view_of(info), *names)


def _agreement(view: View, name: str, version: str) -> Node | None:
    found = view.contracts().version(name, int(version)) if version.isdigit() else None
    return None if found is None else agreement(view, found)


def _level(view: View, name: str, version: str, level: str, service: str) -> Node | None:
    held = view.contracts().version(name, int(version)) if version.isdigit() else None
    found = (
        []
        if held is None
        else [each for each in held.levels if each.name == level and service in each.services]
    )
    return service_level(view, LevelOn(held, found[0], service)) if held is not None and found else None


def _breach(view: View, *names: str) -> Node | None:
    """By agreement, level, service, customer if measured for one, and period."""
    period = names[-1]
    asked = _period(period)
    settled = None if asked is None else view.settled_at_end_of(asked)
    for each in () if settled is None else settled.breaches:
        attainment = each.attainment
        if (*attainment.of.order(), attainment.period.name) == names:
            return None if settled is None else breach(view, settled, each)
    return None


def _statement(view: View, name: str, consumer: str, period: str) -> Node | None:
    asked = _period(period)
    settled = None if asked is None else view.settled(asked)
    for each in () if settled is None else settled.statements_of(name):
        if (each.consumer, each.period.name) == (consumer, period):
            return None if settled is None else statement(view, settled, each)
    return None


def _note(view: View, name: str, consumer: str, period: str, number: str) -> Node | None:
    found = _statement(view, name, consumer, period)
    record = found.record if isinstance(found, Statement) else None
    for note in () if record is None else record.notes:
        if str(note.number) == number and isinstance(found, Statement):
            return adjustment(found, note)
    return None


def _right(view: View, name: str, right: str, day: str) -> Node | None:
    try:
        found = view.rights(parse_date(day))
    except InvalidValue:
        return None
    chosen = [each for each in found.statuses(name) if each.name == right]
    return termination_right(view, found, chosen[0]) if chosen else None


def _run(view: View, run_id: str) -> Node | None:
    run = view.reader.run(run_id) or next(
        (each for each in view.reader.unfinished_runs() if each.id == run_id), None
    )
    return None if run is None else settlement_run(view, run)


def _period(name: str) -> Period | None:
    try:
        return Period.parse(name)
    except InvalidValue:
        return None


_FINDERS: dict[tuple[str, int], Callable[..., Node | None]] = {
    ("Party", 1): known_party,
    ("Service", 1): known_service,
    ("Agreement", 2): _agreement,
    ("ServiceLevel", 4): _level,
    ("Breach", 4): _breach,
    ("Breach", 5): _breach,
    ("Statement", 3): _statement,
    ("Statement", 4): _note,
    ("TerminationRight", 3): _right,
    ("SettlementRun", 1): _run,
}
