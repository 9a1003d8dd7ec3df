"""What Alembic runs for every command: the steps, on the connection that `engine.store.migrate` opened."""

from alembic import context

from engine.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
