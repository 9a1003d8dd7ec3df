"""Fireside engine: everything the app does, without a window."""
