"""Runs: a pure state machine, what fits the prompt, and the threads that carry both out."""
