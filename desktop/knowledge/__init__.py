"""The room for files and stores that assistants will search."""
