"""The nouns: parts travel as the API's JSON, statuses know their end, usage adds up."""

from __future__ import annotations

import pytest

from engine.types import (
    UNSET,
    ImageFilePart,
    ImageUrlPart,
    Message,
    Part,
    RefusalPart,
    RunStatus,
    TextPart,
    Usage,
    part_from_json,
    part_to_json,
)

PARTS: list[Part] = [
    TextPart(text="你好", annotations=({"type": "file_path"},)),
    ImageFilePart(file_id="file-1", detail="low"),
    ImageUrlPart(url="data:image/png;base64,AA=="),
    RefusalPart(refusal="no"),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_parts_survive_the_way_to_json_and_back(part: Part) -> None:
    assert part_from_json(part_to_json(part)) == part


@pytest.mark.parametrize("data", [{}, {"type": "video"}, {"type": "text"}, {"type": "text", "text": {}}])
def test_what_is_no_part_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        part_from_json(data)


def test_five_statuses_end_a_run() -> None:
    assert {status.value for status in RunStatus if status.terminal} == {
        *("cancelled", "failed", "completed", "incomplete", "expired")
    }


def test_the_text_of_a_message_is_its_text_parts() -> None:
    message = Message(id="msg_1", created_at=0, thread_id="thread_1", role="user", content=(*PARTS, TextPart(text="!")))

    assert message.text == "你好!"


def test_usage_adds_up() -> None:
    both = Usage(prompt_tokens=3, completion_tokens=2, cached_tokens=1) + Usage(prompt_tokens=10, completion_tokens=5)

    assert both == Usage(prompt_tokens=13, completion_tokens=7, cached_tokens=1)
    assert both.total_tokens == 20


def test_unset_is_not_none() -> None:
    assert not UNSET
    assert UNSET is not None
    assert repr(UNSET) == "UNSET"
