"""The page of assistants: a list and an editor."""
