"""Runs the steps on the connection that it is handed, inside its transaction."""

from alembic import context

from simulator.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
