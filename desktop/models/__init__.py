"""The page of models: what fits this machine, downloads, and what is installed."""
