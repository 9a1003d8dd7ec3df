"""The room for discussions among several assistants."""
