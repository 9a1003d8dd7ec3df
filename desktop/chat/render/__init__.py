"""Turns the Markdown of an answer into blocks and paints them."""
