"""Mail: who, when, what, and what was attached; in any encoding, nested, and broken."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from engine.retrieval.parsing import mail
from engine.retrieval.problems import Unreadable


def _read(tmp_path: Path, content: bytes) -> list[str]:
    path = tmp_path / "a.eml"
    path.write_bytes(content)
    return [block.text for block in mail.read(path)]


def test_a_message_with_attachments_and_another_inside(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("inside")
    message = EmailMessage()
    message["Subject"] = "报价单"
    message["From"] = "a@example.com"
    message["Date"] = "Tue, 23 Jan 2024 10:00:00 +0800"
    message.set_content("Hello.\n\nSecond.")
    message.add_alternative("<p>Hello in HTML", subtype="html")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="价格.pdf")
    message.add_attachment(inner)

    assert _read(tmp_path, message.as_bytes()) == [
        "报价单",
        "From: a@example.com\nDate: Tue, 23 Jan 2024 10:00:00 +0800",
        "Hello.",
        "Second.",
        "Inner",
        "inside",
        "Attachments:\n- 价格.pdf",
    ]


def test_only_html_in_an_old_encoding(tmp_path: Path) -> None:
    head = b"Subject: x\nContent-Type: text/html; charset=nonsense\n\n"

    assert _read(tmp_path, head + "<h1>学费</h1><p>学费为九千八百元。".encode("gb18030")) == [
        "x",
        "学费",
        "学费为九千八百元。",
    ]


@pytest.mark.parametrize("content", [b"", b"no headers at all\n\nbody"])
def test_what_is_no_mail_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="header"):
        _read(tmp_path, content)


def test_malformed_headers_do_not_stop_it(tmp_path: Path) -> None:
    found = _read(tmp_path, b"Subject: =?utf-8?b?broken\nFrom: <<<>>>,,;\nDate: yesterday\n\nbody")

    assert found[-1] == "body"
