"""What the result of a call says about how it went; pure."""

from __future__ import annotations

import re

_FAILURE = re.compile(r"\s*(?:[\w.]{0,60}(?:error|exception)\b|traceback|错误|出错)", re.IGNORECASE)


def failed(untrusted_result: str) -> bool:
    """Return whether a function reported that it could not do what was asked, so that another attempt may help."""
    return _FAILURE.match(untrusted_result) is not None
