"""Mail messages: who wrote what to whom and when, the text, and the names of what was attached."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from engine.retrieval.document import Block
from engine.retrieval.folding import collapse
from engine.retrieval.parsing import charset, markup, plaintext
from engine.retrieval.parsing.limits import MAX_CHARACTERS, too_long
from engine.retrieval.problems import Unreadable

_HEADERS = ("From", "To", "Cc", "Date")
_MAX_PARTS = 1000
_MAX_NESTED = 5


def read(path: Path) -> Iterator[Block]:
    """Yield the blocks of an .eml file. Raises Unreadable."""
    if path.stat().st_size > 4 * MAX_CHARACTERS:
        raise too_long(MAX_CHARACTERS)
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    if not message.keys():
        raise Unreadable("This file has no header lines as a mail message has.")
    yield from _message(message, 1)


def _message(message: EmailMessage, level: int) -> Iterator[Block]:
    yield Block(text=_header(message, "Subject") or "(no subject)", kind="heading", level=level)
    lines = [f"{name}: {value}" for name in _HEADERS if (value := _header(message, name))]
    if lines:
        yield Block(text="\n".join(lines))
    body = message.get_body(("plain", "html"))
    if isinstance(body, EmailMessage):
        yield from _body(body)
    attached = []
    for count, part in enumerate(message.walk()):
        if count >= _MAX_PARTS:
            break
        if part.get_content_type() == "message/rfc822" and level < _MAX_NESTED:
            yield from _nested(part, level)
        elif part.get_content_disposition() == "attachment" and (name := part.get_filename()):
            attached.append(collapse(name))
    if attached:
        yield Block(text="\n".join(["Attachments:", *(f"- {name}" for name in attached)]))


def _nested(part: email.message.Message, level: int) -> Iterator[Block]:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], EmailMessage):
        yield from _message(payload[0], level + 1)


def _body(body: EmailMessage) -> Iterator[Block]:
    payload = body.get_payload(decode=True)
    untrusted = payload if isinstance(payload, bytes) else b""
    try:
        text = untrusted.decode(body.get_content_charset() or "utf-8")
        text = text.replace("\r\n", "\n")
    except (UnicodeDecodeError, LookupError):
        try:
            text = charset.decode(untrusted, declared=True)
        except ValueError:
            return
    if body.get_content_subtype() == "html":
        yield from markup.blocks(text)
    else:
        for block in plaintext.blocks(text):
            yield Block(text=block.text)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return collapse(str(message.get(name, "")))[:1000]
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""  # the library trips over some malformed headers
