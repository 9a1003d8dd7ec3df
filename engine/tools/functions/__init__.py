"""What answers a function's calls when no API client does."""
