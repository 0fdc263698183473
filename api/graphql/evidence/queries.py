"""Questions about the evidence itself: how good it is, source by source."""

from datetime import datetime

from api.graphql.context import Info
from api.graphql.describing import answered, described, said
from domain.evidence_quality import SourceQuality
from domain.instants import as_datetime

__all__ = ["EvidenceQueries", "EvidenceSourceQuality"]


@described
class EvidenceSourceQuality:
    """How good the records of one source are: facts to look at before anybody argues about a figure."""

    kind: str = said("What the records are of: outages, tickets and others.")
    source: str | None = said("Who or what recorded them; null: the records do not say.")
    rows: int = said("How many different records there are.")
    quarantined: int = said("How many could not be read, and count for nothing.")
    repeated: int = said("How many said again what another had said; they count once.")
    superseded: int = said("How many were corrected by a later record, and count no more.")
    open: int = said("How many tell of what has not ended: an outage, a ticket, an item not delivered.")
    late: int = said("How many were recorded after the moment that was asked about, and do not count yet.")
    skewed: int = said("How many were recorded before what they tell of began: a clock somewhere is wrong.")
    ahead: int = said("How many tell of something that lies in the future.")
    out_of_order: int = said("How many stand in their file after a record of something later.")
    days_without: int = said("On how many days between its first and its last record it recorded nothing.")
    first: datetime | None = said("The earliest moment that it tells of.")
    last: datetime | None = said("The latest moment that it tells of.")


@described
class EvidenceQueries:
    """Questions about the evidence."""

    @answered
    def evidence_sources(self, info: Info) -> list[EvidenceSourceQuality]:
        """How good the stored evidence is, source by source."""
        return [_shown(each) for each in info.context.reader.evidence_quality()]


def _shown(value: SourceQuality) -> EvidenceSourceQuality:
    return EvidenceSourceQuality(
        kind=value.kind,
        source=value.source or None,
        rows=value.rows,
        quarantined=value.quarantined,
        repeated=value.repeated,
        superseded=value.superseded,
        open=value.still_open,
        late=value.late,
        skewed=value.skewed,
        ahead=value.ahead,
        out_of_order=value.out_of_order,
        days_without=value.days_without,
        first=None if value.first is None else as_datetime(value.first),
        last=None if value.last is None else as_datetime(value.last),
    )
