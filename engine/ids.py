"""Identifiers in the Assistants API's form: a prefix that names the kind, then 24 random characters."""

from __future__ import annotations

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """Return e.g. `thread_uCIK4JvAtuJJD3g500z34kDS`; prefixes: asst, thread, msg, run, step, call, file, vs …"""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(24))
