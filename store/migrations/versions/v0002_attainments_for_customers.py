"""Attainments that are measured for each customer by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each attainment room for its customer; what was stored before was measured over all of them."""
    op.add_column("attainment", sa.Column("customer", sa.String(), nullable=True))
