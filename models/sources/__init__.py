"""Where models come from: a hub, a package index, a file on this disk."""
