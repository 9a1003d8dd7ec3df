"""The settings page, generated from the engine's declarations."""
