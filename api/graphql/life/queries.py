"""Questions about what falls due, and about versions of agreements."""

from base64 import b64encode
from dataclasses import replace
from datetime import date
from json import dumps
from typing import Annotated

import strawberry

from api.errors import RequestError
from api.graphql.context import Info, view_of
from api.graphql.describing import After, AsOf, First, answered, described, said
from api.graphql.errors import InvalidInput
from api.graphql.foresight.comparisons import Comparison, comparison
from api.graphql.life.types import CalendarEntry, calendar_entry
from api.graphql.paging import Connection, page
from api.printing.dossier import dossier_pdf
from api.services.agenda import calendar_of
from api.services.differences import difference
from api.services.dossier import Gathered, gathered, months_of_dossier
from api.services.foresight import grounds_of_store
from api.shapes.dossier import dossier_shape
from domain.periods import Period

__all__ = ["LifeQueries"]

_MANY = 1_000_000


@described
class TermDifference:
    """A term that two versions say otherwise."""

    path: str = said("Where it stands in the document.")
    clause: str | None = said("The clause of what it belongs to.")
    before: str | None = said("What the earlier version says; null: nothing.")
    after: str | None = said("What the later version says; null: nothing.")


@described
class AgreementDifference:
    """What one version of an agreement says otherwise than another, and what that would have changed."""

    agreement: str = said("The agreement.")
    from_: int = strawberry.field(name="from", description="The earlier version.")
    to: int = said("The later version.")
    differences: list[TermDifference] = said("Every term that they say otherwise.")
    effect: Comparison | None = said(
        "The asked period as it was, and as it would have been under the later version's terms; null: none was asked."
    )


@described
class Dossier:
    """All about an agreement or a party as of a date: rights, breaches, money, relief, acts, what falls due."""

    subject: str = said("The agreement, or the party.")
    as_of: date = said("The date.")
    months: list[Period] = said("The months that it is about.")
    found: strawberry.Private[Gathered]

    @answered
    def json(self) -> str:
        """The dossier as JSON, every figure exact; the command line prints the same."""
        return dumps(dossier_shape(self.found), ensure_ascii=False)

    @answered
    def pdf(self) -> str:
        """The dossier as a PDF, in base64; the same bytes whenever it is made as of the same date."""
        return b64encode(dossier_pdf(self.found)).decode()


@described
class LifeQueries:
    """Questions about what falls due, and about versions of agreements."""

    @answered
    def calendar(
        self,
        info: Info,
        from_: Annotated[
            date | None,
            strawberry.argument(name="from", description="The first day; that of `asOf` where left out."),
        ] = None,
        to: Annotated[
            date | None, strawberry.argument(description="The last day; a year later where left out.")
        ] = None,
        agreement: Annotated[str | None, strawberry.argument(description="Only of this agreement.")] = None,
        as_of: AsOf = None,
        first: First = None,
        after: After = None,
    ) -> Connection[CalendarEntry]:
        """What falls due: ends and renewals, notices, reviews, rights that lapse, claims, escalations; by day."""
        view = view_of(info).at(as_of)
        try:
            found = calendar_of(view.rights().settling, from_, to, agreement)
        except RequestError as error:
            raise InvalidInput(str(error)) from error
        return page(
            found,
            lambda each: (each.day.isoformat(), each.agreement, each.kind, each.what, each.clause, each.who),
            lambda each: calendar_entry(view, each),
            first,
            after,
        )

    @answered
    def agreement_difference(
        self,
        info: Info,
        agreement: Annotated[str, strawberry.argument(description="The agreement.")],
        from_: Annotated[int, strawberry.argument(name="from", description="The earlier version.")],
        to: Annotated[int, strawberry.argument(description="The later version, which may be a draft.")],
        effect: Annotated[
            Period | None,
            strawberry.argument(description="A month, quarter or year to settle under the later terms."),
        ] = None,
    ) -> AgreementDifference:
        """What a version says otherwise, and what its terms would have made of a period. Nothing is stored."""
        view = view_of(info)
        sources = view.reader.document_sources().sources
        try:
            grounds = None
            if effect is not None:
                grounds = (grounds_of_store(view.reader, effect.day_after), effect)
            found = difference(sources, f"{agreement}:{from_}", f"{agreement}:{to}", grounds)
        except RequestError as error:
            raise InvalidInput(str(error)) from error
        changed = found.effect
        under = (
            view
            if changed is None or effect is None
            else replace(view, behind=changed.portfolio, as_of=effect.last)
        )
        return AgreementDifference(
            agreement=found.agreement,
            from_=found.before,
            to=found.after,
            differences=[
                TermDifference(path=each.path, clause=each.clause, before=each.before, after=each.after)
                for each in found.rows
            ],
            effect=None if changed is None else comparison(under, changed.found.comparison),
        )

    @answered
    def dossier(
        self,
        info: Info,
        subject: Annotated[
            str, strawberry.argument(description="An agreement, or a party such as a vendor.")
        ],
        from_: Annotated[
            Period | None,
            strawberry.argument(name="from", description="The first month; the last twelve where left out."),
        ] = None,
        as_of: AsOf = None,
        *,
        is_review: Annotated[
            bool,
            strawberry.argument(description="Only the months since the last review: the pack for the next."),
        ] = False,
    ) -> Dossier:
        """The dossier of an agreement or a party: every line cites its clause and the evidence that it rests on."""
        view = view_of(info).at(as_of)
        settling = view.rights().settling
        try:
            months = months_of_dossier(settling, subject, from_, is_review=is_review)
            found = gathered(settling, subject, months, view.reader.audit(_MANY).entries)
        except RequestError as error:
            raise InvalidInput(str(error)) from error
        return Dossier(subject=subject, as_of=settling.as_of, months=list(months), found=found)
