"""The command line: `fireside` and its commands, one file each."""
