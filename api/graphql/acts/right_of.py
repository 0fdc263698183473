"""The right that an act was about, as it stands on the day of the act."""

from api.graphql.context import Info
from api.graphql.rights.types import TerminationRight, termination_right
from api.services.acts import Recorded

__all__ = ["right_of"]


def right_of(info: Info, value: Recorded) -> TerminationRight | None:
    """The right on the act's day; None where it was not known to stand on that day yet."""
    view = info.context.view
    found = view.rights(value.on)
    chosen = [each for each in found.statuses(value.agreement) if each.name == value.about]
    return termination_right(view, found, chosen[0]) if chosen else None
