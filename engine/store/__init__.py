"""What Fireside remembers, in SQLite; the only package that knows SQLAlchemy."""

from engine.store.store import Store

__all__ = ["Store"]
