"""The evidence pack of a claim: everything a supplier needs to check it, and nothing that it must take on trust.

The problem: a claim is paid when it comes with its proof: the statement, how it was worked out, whose failure broke
which promise, and the very rows of evidence with file and line.

Example: ``claim_pack(...)`` of uc-cirrus for 2026-03 has statement.pdf, statement.xlsx, statement.json, claim.json,
breaches.json, evidence.csv, and contents.txt with the hash of each.

Limits: the customers' breaches are those in which the supplier is answerable. The same claim gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from api.errors import Fault, RequestError, UnknownNameError
from api.printing.statement import made_at, statement_pdf, statement_xlsx
from api.services.claims import claims_of_store
from api.services.evidence_rows import rows_behind
from api.services.reading import LevelKey
from api.services.records import StatementView, explanation_of, statement_view
from api.services.settling import settled_folder
from api.shapes.settlement import breach_shape, ordered_breaches
from api.shapes.statement import claim_shape, statement_record_shape
from domain.agreements import AgreementType
from domain.instants import as_datetime, isoformat
from settlement.explain import line_explanations
from settlement.records.claims import Claimable, claimables
from settlement.records.documents import document_of
from settlement.records.record import document_explanation
from settlement.settle import Settling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from api.services.folders import Progress
    from api.services.stored import StoredReader
    from api.services.storing import Store
    from domain.explanation import Explanation
    from domain.periods import Period
    from settlement.results import Settlement

__all__ = ["ClaimPack", "pack_of_folder", "pack_of_store", "zipped"]

_COLUMNS = ("kind", "id", "service", "start", "end", "detail", "source", "recorded_at", "file", "line")


@dataclass(frozen=True, slots=True)
class ClaimPack:
    """The files of a pack by name, the instant that they are dated by, and the claim."""

    claim: Claimable
    made_at: int
    files: Mapping[str, bytes]


def pack_of_folder(
    folder: Path, agreement: str, period: str, as_of: date | None, progress: Progress | None = None
) -> ClaimPack:
    """The pack of one supplier's credit for a month of a folder. Raises RequestError where there is none."""
    settled = settled_folder(folder, period, as_of, progress)
    settlement = settled.settlement
    month = settlement.period
    found = [each for each in settlement.statements if each.agreement == agreement and each.period == month]
    listed = claimables(settled.portfolio, found, settlement.as_of)
    claim = _claim(settlement, listed, agreement, month)
    settling = Settling.of(settled.portfolio, settled.evidence, settlement.as_of)
    statement = next(each for each in found if each.consumer == claim.consumer)
    trees = line_explanations(settling, month, agreement, claim.consumer)
    tree = document_explanation(statement, trees)
    view = StatementView(
        agreement, claim.consumer, month, None, document_of(statement), None, settlement.as_of, statement
    )
    return _packed(claim, view, tree, settlement, settling)


def pack_of_store(
    store: Store, reader: StoredReader, agreement: str, period: Period, as_of: date
) -> ClaimPack:
    """The pack of one supplier's credit for a settled month. Raises RequestError where there is none."""
    view = statement_view(store, reader, agreement, period, None)
    listed = claims_of_store(store, reader, as_of, period).claims
    head = reader.head_of(period)
    if head is None or view.run is None:
        raise LookupError(f"{period.name} has no settlement of {agreement}.")
    settlement = reader.settlement_by(head)
    claim = _claim(settlement, listed, agreement, period)
    tree = None if view.record is None else view.record.issued.explanation
    if tree is None:
        tree = explanation_of(reader, view)
    return _packed(claim, view, tree, settlement, reader.settling_of(view.run))


def zipped(pack: ClaimPack) -> bytes:
    """The pack as one file, dated by the statement."""
    made, when = BytesIO(), as_datetime(pack.made_at)
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name in sorted(pack.files):
            moment = (max(when.year, 1980), when.month, when.day, when.hour, when.minute, when.second)
            entry = ZipInfo(name, moment)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, pack.files[name])
    return made.getvalue()


def _claim(
    settlement: Settlement, listed: tuple[Claimable, ...], agreement: str, period: Period
) -> Claimable:
    found = [each for each in listed if (each.agreement, each.period) == (agreement, period)]
    if found:
        return found[0]
    statements = {each.agreement for each in settlement.statements if each.type is AgreementType.UC}
    if agreement in statements:
        raise RequestError(
            Fault(
                "CLAIM",
                f"{agreement} owes us no credit for {period.name}",
                "privity claims lists what is due",
            )
        )
    raise UnknownNameError("supplier's contract with a statement", agreement, statements)


def _packed(
    claim: Claimable, view: StatementView, tree: Explanation, settlement: Settlement, settling: Settling
) -> ClaimPack:
    files = {
        "claim.json": _json(claim_shape(claim)),
        "statement.pdf": statement_pdf(view, tree),
        "statement.xlsx": statement_xlsx(view, tree),
        "statement.json": _json(statement_record_shape(view, tree)),
        "breaches.json": _json(
            [
                breach_shape(breach)
                for breach in ordered_breaches(settlement)
                if breach.attainment.of.agreement.name == claim.agreement
                or any(claim.vendor in row.answerables for row in breach.trace.responsibilities)
            ]
        ),
        "evidence.csv": _evidence(claim, view, settling),
    }
    hashes = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]
    files["contents.txt"] = ("\n".join(hashes) + "\n").encode()
    return ClaimPack(claim, made_at(view), files)


def _evidence(claim: Claimable, view: StatementView, settling: Settling) -> bytes:
    """The rows behind the statement's lines, each once, with where it stands."""
    rows = {
        (
            row.kind,
            row.id,
            row.service,
            isoformat(row.start),
            "" if row.end is None else isoformat(row.end),
            row.detail or "",
            row.source or "",
            "" if row.recorded_at is None else isoformat(row.recorded_at),
            row.file,
            row.line,
        )
        for line in view.document.lines
        for row in rows_behind(
            settling, LevelKey(claim.agreement, line.service_level, line.service), claim.period
        )
    }
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    ordered = sorted(rows, key=lambda row: (row[3], row[1], row[8], row[9]))
    writer.writerows(ordered)
    return text.getvalue().encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
