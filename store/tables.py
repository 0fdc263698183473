"""The tables of the store.

The problem: documents, the catalogue of evidence, settlements and the audit trail have to last, on one machine's SQLite
file and on a PostgreSQL server alike, with every number exact.

Example: an attainment of 99.856481... % is stored as the fraction "1078450/10800", never as a float.

Limits: these classes never leave `store`; `store.mappers` gives domain values. ``table=True`` models validate nothing:
domain types do. Instants are integers (microseconds), days are ISO text, exact numbers are text like "n/d", and what is
only ever read as a whole (a trace, a statement's lines) is one JSON text of such values. Rows are added, never changed,
but for how far a run has come.
"""

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

__all__ = [
    "AgreementResultRow",
    "AttainmentRow",
    "AttemptRow",
    "AuditRow",
    "BatchRow",
    "BreachRow",
    "DocumentLoadRow",
    "DocumentRow",
    "DocumentSetFileRow",
    "DocumentSetRow",
    "DocumentTextRow",
    "KeyRow",
    "QuarantinedRowRow",
    "RunResultRow",
    "RunRow",
    "SettledMonthRow",
    "SourceRow",
    "StatementActRow",
    "StatementDocumentRow",
    "StatementRow",
]


# ---------------------------------------------------------------------------------------------- documents


class DocumentTextRow(SQLModel, table=True):
    """The text of one document file, named by its hash."""

    __tablename__ = "document_text"
    sha256: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)


class DocumentSetRow(SQLModel, table=True):
    """A complete set of documents, named by what its files say; ``holidays`` are the dates resolved at loading."""

    __tablename__ = "document_set"
    id: str = Field(primary_key=True)
    digest: str = Field(index=True)
    holidays: str = Field(sa_type=Text)


class DocumentSetFileRow(SQLModel, table=True):
    """Which text stands under which file name in a set."""

    __tablename__ = "document_set_file"
    set_id: str = Field(primary_key=True, foreign_key="document_set.id")
    file: str = Field(primary_key=True)
    text_sha256: str = Field(foreign_key="document_text.sha256")


class DocumentRow(SQLModel, table=True):
    """One document of a set: kind, name, version, and the hash of what it says whatever its layout."""

    __tablename__ = "document"
    set_id: str = Field(primary_key=True, foreign_key="document_set.id")
    position: int = Field(primary_key=True)
    kind: str
    name: str = Field(index=True)
    version: int
    file: str
    sha256: str


class DocumentLoadRow(SQLModel, table=True):
    """That a set was loaded, and since when it therefore holds; the last load holds now."""

    __tablename__ = "document_load"
    id: int | None = Field(default=None, primary_key=True)
    set_id: str = Field(foreign_key="document_set.id")
    recorded_at: int = Field(sa_type=BigInteger, index=True)


# ----------------------------------------------------------------------------------------------- evidence


class SourceRow(SQLModel, table=True):
    """One file of evidence that was taken in (`store.lake.catalogue.SourceEntry`)."""

    __tablename__ = "evidence_source"
    __table_args__ = (UniqueConstraint("key", "revision", name="uq_evidence_source_key_revision"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str
    revision: int
    file: str
    sha256: str
    reading: str
    recorded_at: int = Field(sa_type=BigInteger)
    counts: str = Field(sa_type=Text)
    notices: str = Field(sa_type=Text)


class BatchRow(SQLModel, table=True):
    """One immutable Parquet file of a source."""

    __tablename__ = "evidence_batch"
    source_id: int = Field(primary_key=True, foreign_key="evidence_source.id")
    sha256: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    rows: int


class QuarantinedRowRow(SQLModel, table=True):
    """One row of a file that could not be read, and why."""

    __tablename__ = "quarantined_row"
    source_id: int = Field(primary_key=True, foreign_key="evidence_source.id")
    position: int = Field(primary_key=True)
    file: str
    line: int = Field(sa_type=BigInteger)
    reason: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)


# -------------------------------------------------------------------------------------------- settlements


class RunRow(SQLModel, table=True):
    """One settlement run that was finished: what it read, what it gave, who asked for it."""

    __tablename__ = "settlement_run"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    period_name: str = Field(index=True)
    period: str = Field(sa_type=Text)
    as_of: str
    started_at: int = Field(sa_type=BigInteger)
    finished_at: int = Field(sa_type=BigInteger)
    actor: str
    reason: str = Field(sa_type=Text)
    key: str | None = None
    set_id: str = Field(foreign_key="document_set.id")
    documents: str
    evidence_hash: str
    last_source: int
    input_hash: str = Field(index=True)
    output_hash: str
    engine: str
    settled: int
    kept: int
    quarantine: str = Field(sa_type=Text)
    sources: str = Field(sa_type=Text)
    findings: str = Field(sa_type=Text)
    rights: str | None = Field(default=None, sa_type=Text)


class AttemptRow(SQLModel, table=True):
    """A settlement run from its first moment on; the one table whose rows are changed, as no figure rests on them."""

    __tablename__ = "run_attempt"
    id: int | None = Field(default=None, primary_key=True)
    period_name: str = Field(index=True)
    period: str = Field(sa_type=Text)
    as_of: str
    status: str = Field(index=True)
    started_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    actor: str
    reason: str = Field(sa_type=Text)
    key: str | None = None
    documents: str
    stage: str
    done: int
    total: int
    failure: str | None = Field(default=None, sa_type=Text)


class SettledMonthRow(SQLModel, table=True):
    """The money of one month of a run, which no agreement has for itself."""

    __tablename__ = "settled_month"
    run_seq: int = Field(primary_key=True, foreign_key="settlement_run.seq")
    month: str = Field(primary_key=True)
    credit_impact: str = Field(sa_type=Text)


class AgreementResultRow(SQLModel, table=True):
    """What one agreement came to in one month, named by everything that could have changed it."""

    __tablename__ = "agreement_result"
    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(unique=True)
    agreement: str = Field(index=True)
    month: str
    findings: str = Field(sa_type=Text)
    weighed: str | None = Field(default=None, sa_type=Text)


class RunResultRow(SQLModel, table=True):
    """Which results a run consists of; a result whose inputs did not change serves many runs."""

    __tablename__ = "run_result"
    run_seq: int = Field(primary_key=True, foreign_key="settlement_run.seq")
    month: str = Field(primary_key=True)
    result_id: int = Field(primary_key=True, foreign_key="agreement_result.id")


class AttainmentRow(SQLModel, table=True):
    """What a service level came to; exact numbers as text."""

    __tablename__ = "attainment"
    result_id: int = Field(primary_key=True, foreign_key="agreement_result.id")
    position: int = Field(primary_key=True)
    agreement: str = Field(index=True)
    version: int
    level: str
    service: str
    customer: str | None = None
    period_name: str
    period: str = Field(sa_type=Text)
    status: str = Field(index=True)
    unit: str
    threshold: str | None = None
    value: str | None = Field(default=None, sa_type=Text)
    compared: str | None = Field(default=None, sa_type=Text)
    numerator: str | None = Field(default=None, sa_type=Text)
    denominator: str | None = Field(default=None, sa_type=Text)
    margin: str | None = Field(default=None, sa_type=Text)


class BreachRow(SQLModel, table=True):
    """A missed attainment (by its place in the same result) and its trace."""

    __tablename__ = "breach"
    result_id: int = Field(primary_key=True, foreign_key="agreement_result.id")
    position: int = Field(primary_key=True)
    attainment: str = Field(sa_type=Text)
    trace: str = Field(sa_type=Text)
    credits: str = Field(sa_type=Text)


class StatementRow(SQLModel, table=True):
    """The credits of an agreement for one consumer and month."""

    __tablename__ = "statement"
    result_id: int = Field(primary_key=True, foreign_key="agreement_result.id")
    position: int = Field(primary_key=True)
    agreement: str = Field(index=True)
    consumer: str
    period_name: str
    currency: str
    gross: str
    net: str
    statement: str = Field(sa_type=Text)


# --------------------------------------------------------------------------------- statements of record


class StatementDocumentRow(SQLModel, table=True):
    """A statement as it was issued (number 1), or a note to it (2 and on): text that nothing ever changes.

    ``said`` is the statement, or the note's difference; ``sha256`` is its hash. ``run_id`` is the run it was made from.
    """

    __tablename__ = "statement_document"
    agreement: str = Field(primary_key=True)
    consumer: str = Field(primary_key=True)
    period_name: str = Field(primary_key=True, index=True)
    number: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    run_id: str
    currency: str
    net: str
    said: str = Field(sa_type=Text)
    sha256: str
    causes: str = Field(sa_type=Text)
    line_causes: str = Field(sa_type=Text)
    explanation: str | None = Field(default=None, sa_type=Text)


class StatementActRow(SQLModel, table=True):
    """One step of an issued statement; its status is folded from these. ``lines`` are those that a dispute is about."""

    __tablename__ = "statement_act"
    agreement: str = Field(primary_key=True)
    consumer: str = Field(primary_key=True)
    period_name: str = Field(primary_key=True, index=True)
    seq: int = Field(primary_key=True)
    act: str
    at: int = Field(sa_type=BigInteger)
    actor: str
    reason: str = Field(sa_type=Text)
    number: int
    lines: str = Field(sa_type=Text)


# --------------------------------------------------------------------------------------------- who did it


class AuditRow(SQLModel, table=True):
    """Who did what, when and why, with what stood there before and after."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger, index=True)
    actor: str
    action: str
    subject: str
    reason: str = Field(sa_type=Text)
    key: str | None = None
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)


class KeyRow(SQLModel, table=True):
    """The answer that was given to an order with a key, so that the same order again is answered and not repeated."""

    __tablename__ = "idempotency_key"
    key: str = Field(primary_key=True)
    action: str
    order_hash: str
    answer: str = Field(sa_type=Text)
