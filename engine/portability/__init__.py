"""Data that comes from elsewhere or goes there: bounded, untrusted, and taken piece by piece."""
