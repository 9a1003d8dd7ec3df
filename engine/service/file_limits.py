"""What callers may ask of files and vector stores, checked at the front door; the bounds are the API's own."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import InvalidRequest
from engine.types import JsonObject

MAX_FILE = 512 * 1024**2
MAX_UPLOAD = 8 * 1024**3
MAX_PART = 64 * 1024**2
UPLOAD_SECONDS = 3600
MAX_NEW_STORE_FILES = 500
MAX_BATCH = 2000
MAX_ATTRIBUTES = 16
MAX_RESULTS = 50
PURPOSES = (
    *("assistants", "batch", "fine-tune", "vision", "user_data", "evals"),
    *("assistants_output", "batch_output", "fine-tune-results"),
)
AUTO_CHUNKING: JsonObject = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}
_RANKERS = ("none", "auto", "default-2024-11-15", "default_2024_08_21")
_MAX_NAME_BYTES = 255
_UNFIT = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # categories: control, invisible, half characters, line ends


def clean_filename(untrusted: str) -> str:
    """Return the last part of a name without what cannot be shown or saved; "upload" if nothing is left."""
    name = re.split(r"[/\\]", untrusted)[-1]
    name = unicodedata.normalize("NFC", "".join(c for c in name if unicodedata.category(c) not in _UNFIT)).strip()
    if name.strip(". ") == "":
        return "upload"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 32:
        stem, dot, ending = name, "", ""
    room = _MAX_NAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + ending


def check_purpose(purpose: str) -> None:
    """Raises InvalidRequest for a purpose that the API does not know."""
    if purpose not in PURPOSES:
        raise InvalidRequest(f"'purpose' must be one of {', '.join(PURPOSES)}.", param="purpose", code="invalid_value")


def check_file_expiry(seconds: int | None) -> None:
    """Raises InvalidRequest unless from an hour to 30 days, or None."""
    if seconds is not None:
        _whole("expires_after.seconds", seconds, 3600, 2_592_000)


def check_store_expiry(days: int | None) -> None:
    """Raises InvalidRequest unless from 1 to 365 days, or None."""
    if days is not None:
        _whole("expires_after.days", days, 1, 365)


def checked_chunking(value: JsonObject | None, param: str = "chunking_strategy") -> JsonObject:
    """Return the strategy as it will be used; None and "auto" are 800 and 400 tokens. Raises InvalidRequest."""
    if value is None or value == {"type": "auto"}:
        return AUTO_CHUNKING
    if not isinstance(value, Mapping) or value.get("type") != "static":
        raise InvalidRequest(f"'{param}.type' must be 'auto' or 'static'.", param=f"{param}.type", code="invalid_value")
    static = value.get("static")
    if not isinstance(static, Mapping):
        raise InvalidRequest(f"'{param}.static' is missing.", param=f"{param}.static")
    size = _whole(f"{param}.static.max_chunk_size_tokens", static.get("max_chunk_size_tokens"), 100, 4096)
    overlap = _whole(f"{param}.static.chunk_overlap_tokens", static.get("chunk_overlap_tokens"), 0, size // 2)
    return {"type": "static", "static": {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}}


def check_attributes(value: Mapping[str, Any] | None, param: str = "attributes") -> None:
    """At most 16 pairs; keys of 64 characters; strings of 512, finite numbers or booleans. Raises InvalidRequest."""
    if value is None:
        return
    if not isinstance(value, Mapping) or len(value) > MAX_ATTRIBUTES:
        raise InvalidRequest(f"'{param}' must be an object of up to {MAX_ATTRIBUTES} pairs.", param=param)
    for key, each in value.items():
        if not isinstance(key, str) or not 0 < len(key) <= 64:
            raise InvalidRequest(f"A key in '{param}' must have 1 to 64 characters.", param=param)
        finite = isinstance(each, int | float) and math.isfinite(each)
        if not finite and not (isinstance(each, str) and len(each) <= 512):
            raise InvalidRequest(
                f"'{param}.{key}' must be a string of up to 512 characters, a number or a boolean.",
                param=f"{param}.{key}",
            )


def check_search(queries: Sequence[str], limit: int, threshold: float, ranker: str) -> None:
    """Check a search. Raises InvalidRequest."""
    if not queries or len(queries) > 16 or any(not isinstance(q, str) or not q.strip() for q in queries):
        raise InvalidRequest("'query' must be 1 to 16 texts that are not empty.", param="query")
    if max(map(len, queries)) > 4096:
        raise InvalidRequest("'query' has more than 4096 characters.", param="query", code="string_above_max_length")
    _whole("max_num_results", limit, 1, MAX_RESULTS)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise InvalidRequest(
            "'ranking_options.score_threshold' must be a number from 0 to 1.", param="ranking_options.score_threshold"
        )
    if ranker not in _RANKERS:
        raise InvalidRequest(
            f"'ranking_options.ranker' must be one of {', '.join(_RANKERS)}.", param="ranking_options.ranker"
        )


def no_file(file_id: str, param: str) -> InvalidRequest:
    """Return the refusal of a file id that names nothing stored here."""
    return InvalidRequest(f"No file found with id '{file_id}'.", code="file_not_found", param=param)


def no_vector_store(vector_store_id: str, param: str) -> InvalidRequest:
    """Return the refusal of a vector store id that names nothing stored here."""
    return InvalidRequest(
        f"No vector store found with id '{vector_store_id}'.", code="vector_store_not_found", param=param
    )


def _whole(param: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidRequest(
            f"'{param}' must be a whole number from {least} to {most}.", param=param, code="invalid_value"
        )
    return value
