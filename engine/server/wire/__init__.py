"""Shapes of the wire: what requests may hold, and how the engine's values look as JSON."""
