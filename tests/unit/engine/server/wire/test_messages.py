"""Messages on the wire, both ways."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest
from engine.server.wire.body import parse
from engine.server.wire.messages import CreateMessage, message_json
from engine.types import ImageFilePart, ImageUrlPart, JsonObject, Message, TextPart


def test_text_alone_and_as_parts_are_the_same() -> None:
    alone = parse(CreateMessage, {"role": "user", "content": "x"}).to_new()
    parts = parse(CreateMessage, {"role": "user", "content": [{"type": "text", "text": "x"}]}).to_new()

    assert alone == parts
    assert alone.content == (TextPart(text="x"),)


def test_an_image_in_a_data_url_is_taken() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}

    (part,) = parse(CreateMessage, {"role": "user", "content": [image]}).to_new().content

    assert part == ImageUrlPart(url="data:image/png;base64,AA==", detail="auto")


@pytest.mark.parametrize("url", ["https://x/a.png", "file:///etc/passwd", "data:text/html,x", ""])
def test_nothing_is_fetched(url: str) -> None:
    image = {"type": "image_url", "image_url": {"url": url}}

    with pytest.raises(InvalidRequest, match="offline"):
        parse(CreateMessage, {"role": "user", "content": [image]})


def test_files_are_named_by_id() -> None:
    attached: JsonObject = {"file_id": "file_1", "tools": [{"type": "file_search"}]}
    image = {"type": "image_file", "image_file": {"file_id": "file_2"}}

    new = parse(CreateMessage, {"role": "user", "content": [image], "attachments": [attached]}).to_new()

    assert new.content == (ImageFilePart(file_id="file_2", detail="auto"),)
    assert new.attachments == (attached,)


def test_a_reason_is_an_object() -> None:
    message = Message(
        id="m", created_at=1, thread_id="t", role="assistant", content=(), incomplete_reason="run_cancelled"
    )

    assert message_json(message)["incomplete_details"] == {"reason": "run_cancelled"}
