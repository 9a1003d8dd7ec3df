"""The steps; each is short, goes both ways and never changes once released."""
