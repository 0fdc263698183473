"""Statements of record: as issued, their adjustment notes, and the steps that were taken."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of issued statements and of their steps."""
    op.create_table(
        "statement_document",
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("period_name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("net", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("line_causes", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("agreement", "consumer", "period_name", "number"),
    )
    op.create_index(
        op.f("ix_statement_document_period_name"), "statement_document", ["period_name"], unique=False
    )
    op.create_table(
        "statement_act",
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("period_name", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "consumer", "period_name", "seq"),
    )
    op.create_index(op.f("ix_statement_act_period_name"), "statement_act", ["period_name"], unique=False)
