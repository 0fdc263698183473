"""Orders about a right to terminate: which right, what is recorded, and how the right stands after it."""

from typing import TypeVar

from api.graphql.acts.types import OrderInput, RecordedAct, given, instant_of, recorded_act
from api.graphql.context import Info
from api.graphql.describing import described, described_input, said
from api.graphql.rights.types import TerminationRight, termination_right
from api.services.acts import ActOnRight, Recorded
from domain.termination.terms import Act

__all__ = ["RightOrderInput", "RightRecorded", "recorded_on_right"]


@described_input
class RightOrderInput(OrderInput):
    """Which right an order is about."""

    agreement: str = said("The agreement.")
    right: str = said("The name of its termination right.")


@described
class RightRecorded:
    """What every order about a right answers."""

    right: TerminationRight | None = said(
        "The right as it stands on the day; null: it was not known on that day yet."
    )
    act: RecordedAct = said("The act, as it was recorded.")


Answer = TypeVar("Answer", bound=RightRecorded)


def recorded_on_right(answer: type[Answer], info: Info, order: RightOrderInput, act: Act) -> Answer:
    """Record an act on a right, and answer in the order's own type. Raises RequestError where it is refused."""
    done = given(info, ActOnRight(order.agreement, order.right, act, instant_of(order)), order)
    return answer(right=_right_of(info, done), act=recorded_act(done))


def _right_of(info: Info, value: Recorded) -> TerminationRight | None:
    view = info.context.view
    found = view.rights(value.on)
    chosen = [each for each in found.statuses(value.agreement) if each.name == value.about]
    return termination_right(view, found, chosen[0]) if chosen else None
