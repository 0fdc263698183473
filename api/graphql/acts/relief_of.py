"""The relief that an act was about, as it stands after it."""

from api.errors import Fault, RequestError
from api.graphql.acts.types import ClaimedRelief, claimed_relief
from api.graphql.context import Info
from api.services.acts import Recorded

__all__ = ["relief_of"]


def relief_of(info: Info, value: Recorded) -> ClaimedRelief:
    """The relief as it stands after an act."""
    view = info.context.view
    for each in view.contracts().portfolio.reliefs:
        if each.name == value.about:
            return claimed_relief(view, each)
    raise RequestError(Fault("NAME", f"{value.about} is in the contracts no longer", "Load it again"))
