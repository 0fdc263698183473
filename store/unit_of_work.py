"""One order, one transaction: everything it changes and who gave it, or nothing at all.

The problem: a settlement whose money is stored and whose audit entry is not cannot be defended.

Example::

    with writing(database) as work:
        work.documents.add(content, now)
        work.audit.write(now, "ada", "portfolioLoad", ...)

Limits: one unit is one transaction of one database; Parquet batches are published before it, and count only through it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import Session

from store.database import Database
from store.repositories.attempts import Attempts
from store.repositories.audit import Audit
from store.repositories.documents import Documents
from store.repositories.evidence import Evidence
from store.repositories.settlements import Settlements
from store.repositories.statements import StatementRecords

__all__ = ["UnitOfWork", "reading", "writing"]


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """The repositories of one session."""

    documents: Documents
    evidence: Evidence
    settlements: Settlements
    attempts: Attempts
    statements: StatementRecords
    audit: Audit

    @classmethod
    def of(cls, session: Session) -> "UnitOfWork":
        """All repositories on one session."""
        return cls(
            Documents(session),
            Evidence(session),
            Settlements(session),
            Attempts(session),
            StatementRecords(session),
            Audit(session),
        )


@contextmanager
def writing(database: Database) -> Iterator[UnitOfWork]:
    """A unit that is committed at its end, and rolled back where anything is raised."""
    with database.writing() as session:
        yield UnitOfWork.of(session)


@contextmanager
def reading(database: Database) -> Iterator[UnitOfWork]:
    """A unit that only reads, one state of the store."""
    with database.reading() as session:
        yield UnitOfWork.of(session)
