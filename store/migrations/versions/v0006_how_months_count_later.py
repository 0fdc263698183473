"""How the measured levels of a month count in later months, where something of them is excused."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it; what was kept before has none, and is measured again by whoever asks."""
    op.add_column("agreement_result", sa.Column("weighed", sa.Text(), nullable=True))
