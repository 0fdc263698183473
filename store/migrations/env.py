"""How Alembic reaches the tables.

The problem: migrations run within the program, on the connection it already has, and never on one of their own.

Example: ``Database.migrate`` hands its connection over in ``config.attributes``.

Limits: there is no run without a connection.
"""

from alembic import context
from sqlmodel import SQLModel

import store.tables  # noqa: F401 - the tables describe themselves to SQLModel.metadata when they are imported

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
