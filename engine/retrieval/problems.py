"""Why a file cannot be read, in words for its owner; the codes are those of the API's `last_error`."""

from __future__ import annotations

from engine.errors import FiresideError


class Unreadable(FiresideError):
    """The file is of a kind we know, but broken, locked, empty or too large."""

    code = "invalid_file"


class Unsupported(Unreadable):
    """The file is of a kind we cannot read."""

    code = "unsupported_file"
