"""The details panel: what the next run is set to, what a thread is, and all that is known of a run."""
