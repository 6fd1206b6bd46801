"""Alembic's way in: one connection handed over by `store.migrate`."""

from alembic import context

from store.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
