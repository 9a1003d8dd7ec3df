"""What is set for the next run: by thread, given back field by field, and taken along when a chat gets its thread."""

from __future__ import annotations

from desktop.chat.nextrun import NextRun


def test_each_thread_has_its_own() -> None:
    options = NextRun()
    options.set("t", "temperature", 0.2)
    options.set("t", "model", "m")
    options.set("t", "model", None)

    assert options.of("t") == {"temperature": 0.2}
    assert options.of("other") == {}
    options.reset("t")
    assert options.of("t") == {}


def test_a_new_chat_keeps_what_was_set_before_its_first_message() -> None:
    options = NextRun()
    options.set(None, "top_p", 0.5)
    options.move("t")

    assert options.of("t") == {"top_p": 0.5}
    assert options.of(None) == {}
