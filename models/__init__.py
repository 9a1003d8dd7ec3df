"""Model files: which there are, whether they fit this machine, where they come from and where they lie."""
