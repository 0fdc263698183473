"""Evidence as the schema shows it: the rows that a figure was measured from."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.services.types as services
from api.graphql.describing import answered, described, said
from api.graphql.paging import Connection, Place, edges_of, offset_of, page_size
from api.graphql.view import View
from api.services.reading import EvidencePage
from api.services.reading import EvidenceRow as RowValue
from domain.attainment import Attainment
from domain.instants import as_datetime, instant

if TYPE_CHECKING:
    from api.graphql.services.types import Service

__all__ = ["Evidence", "EvidenceConnection", "evidence_page", "outage_page"]


@described
class Evidence:
    """One row of evidence: an outage, or a ticket."""

    kind: str = said("outage or ticket.")
    key: str = said("The outage's or the ticket's own id; empty where an outage has none.")
    from_: datetime = strawberry.field(
        name="from", description="When the outage began, or the ticket was opened."
    )
    to: datetime | None = said("When it ended or was resolved; null: not yet.")
    detail: str | None = said("The cause of an outage, or the priority of a ticket.")
    source: str | None = said("The system that it comes from.")
    recorded_at: datetime | None = said("When it was recorded; null: the row does not say.")
    file: str = said("The file that it was read from.")
    line: int = said("The line in that file.")
    row: strawberry.Private[RowValue]
    view: strawberry.Private[View]

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")] | None:
        """The service that it names."""
        return services.known_service(self.view, self.row.service)


EvidenceConnection = Connection[Evidence]


def evidence_page(
    view: View, attainment: Attainment, known_at: datetime | None, first: int | None, after: str | None
) -> EvidenceConnection:
    """A page of the rows behind an attainment, by start, id, file and line, as known at an instant."""
    size, offset = page_size(first), offset_of(after)
    return _connected(view, view.evidence(attainment, known_at, size, offset), offset)


def outage_page(
    view: View,
    service: str,
    from_: datetime | None,
    to: datetime | None,
    first: int | None,
    after: str | None,
) -> EvidenceConnection:
    """A page of the recorded outages of a service that reach into a span of time, oldest first."""
    size, offset = page_size(first), offset_of(after)
    start, end = (None if each is None else instant(each) for each in (from_, to))
    return _connected(view, view.reader.outages(service, start, end, size, offset), offset)


def _connected(view: View, found: EvidencePage, offset: int) -> EvidenceConnection:
    entries: list[tuple[Evidence, Place]] = [
        (_evidence(view, row), (str(offset + index),)) for index, row in enumerate(found.rows)
    ]
    edges, info = edges_of(entries, more_before=offset > 0, more_after=offset + len(found.rows) < found.total)
    return Connection(edges=edges, page_info=info, total_count=found.total)


def _evidence(view: View, row: RowValue) -> Evidence:
    return Evidence(
        kind=row.kind,
        key=row.id,
        from_=as_datetime(row.start),
        to=None if row.end is None else as_datetime(row.end),
        detail=row.detail,
        source=row.source,
        recorded_at=None if row.recorded_at is None else as_datetime(row.recorded_at),
        file=row.file,
        line=row.line,
        row=row,
        view=view,
    )
