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


def test_what_is_set_outlives_the_window() -> None:
    options, later = NextRun(), NextRun()
    options.set(None, "top_p", 0.5)
    options.set("t", "temperature", 0.2)
    options.set("u", "model", "m")
    options.set("u", "model", None)
    later.load(options.stored())

    assert options.stored() == later.stored() == {"t": {"temperature": 0.2}}


def test_a_file_that_was_tampered_with_is_bounded() -> None:
    options = NextRun()
    options.load([1])
    options.load({"t": {"temperature": "hot", "top_p": True, "tools": [], "model": "m"}, "u": 3, 4: {}})

    assert options.stored() == {"t": {"model": "m"}}
    for number in range(300):
        options.set(str(number), "model", "m")
    assert len(options.stored()) == 200
    assert "299" in options.stored()
