"""Model-written Python, run in a jailed child process: one session per thread, files in /mnt/data."""
