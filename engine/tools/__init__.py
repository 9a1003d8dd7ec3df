"""Functions and tools: what answers calls, checks them, and measures how well models make them."""
