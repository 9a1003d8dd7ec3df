"""Small widgets that pages are built from, one file each."""
