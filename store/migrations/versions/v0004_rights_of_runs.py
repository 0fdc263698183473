"""How termination rights stood when a period was settled."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each run room for the rights; of what was stored before, none are known."""
    op.add_column("settlement_run", sa.Column("rights", sa.Text(), nullable=True))
