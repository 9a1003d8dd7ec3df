"""Long threads and long answers stay light: bounded widgets, and only the last block laid out again."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from desktop.chat.transcript import MOST_ITEMS
from engine.inference.scripted import Reply
from engine.types import NewMessage, TextPart

Open = Callable[..., Any]


def _long_thread(driver: Any, count: int) -> str:
    messages = [
        NewMessage(role="user" if n % 2 == 0 else "assistant", content=(TextPart(text=f"message {n}"),))
        for n in range(count)
    ]
    return str(driver.app.engine.threads.create(messages=messages, title="Long").id)


def test_a_thread_of_five_thousand_messages_opens_with_few_widgets(open_app: Open) -> None:
    driver = open_app()
    thread = _long_thread(driver, 5000)

    driver.pages.open_thread(thread)
    driver.until(lambda: driver.items and driver.items[-1].text() == "message 4999")
    transcript = driver.chat.transcript
    bar = transcript.verticalScrollBar()

    assert len(driver.items) == 50
    assert bar.value() == bar.maximum()

    for _ in range(8):
        before = driver.items[0].text()
        bar.setValue(0)
        driver.until(lambda first=before: driver.items[0].text() != first)
        driver.settle()
    assert len(driver.items) <= MOST_ITEMS
    assert transcript._latest.isVisible()
    texts = driver.texts()
    numbers = [int(text.split()[1]) for text in texts]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[-1] < 4999

    bar.setValue(bar.maximum())
    driver.until(lambda last=numbers[-1]: int(driver.items[-1].text().split()[1]) > last)
    driver.settle()
    numbers = [int(text.split()[1]) for text in driver.texts()]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    transcript.jump_to_latest()
    driver.until(lambda: driver.items and driver.items[-1].text() == "message 4999")
    assert bar.value() == bar.maximum()
    assert len(driver.app.window.findChildren(QWidget)) < 2500


def test_what_is_seen_stays_in_place_when_older_messages_arrive(open_app: Open) -> None:
    driver = open_app()
    driver.pages.open_thread(_long_thread(driver, 300))
    driver.until(lambda: len(driver.items) == 50)
    transcript = driver.chat.transcript
    bar = transcript.verticalScrollBar()

    bar.setValue(300)
    seen, offset = transcript._anchor()
    driver.until(lambda: len(driver.items) == 100)

    assert seen.y() - bar.value() == offset


def test_streaming_does_not_lay_out_old_blocks(open_app: Open) -> None:
    gates = {300: threading.Event(), 600: threading.Event()}
    text = "\n\n".join(f"Paragraph {n} has some words." for n in range(200))
    driver = open_app([Reply(text=text, gates=gates)])
    driver.say("Long, please")
    driver.until(lambda: len(driver.items) == 2 and len(driver.items[1].body.blocks) > 40)
    driver.qtbot.wait(60)
    body = driver.items[1].body
    layouts, blocks = body.layouts, len(body.blocks)

    gates[300].set()
    driver.until(lambda: len(body.blocks) > blocks + 20)
    driver.qtbot.wait(60)
    grown = len(body.blocks) - blocks
    repaints = 60

    assert body.layouts - layouts <= grown + repaints
    gates[600].set()
    driver.answered()
    assert len(body.blocks) == 200


def test_scrolling_up_while_it_writes_is_respected(open_app: Open) -> None:
    gate = threading.Event()
    text = "\n\n".join(f"Paragraph {n} has some words." for n in range(80))
    driver = open_app([Reply(text=text, gates={400: gate})])
    driver.say("Long, please")
    transcript = driver.chat.transcript
    bar = transcript.verticalScrollBar()
    driver.until(lambda: len(driver.items) == 2 and bar.maximum() > 800)
    assert transcript.following

    bar.setValue(100)
    assert not transcript.following
    gate.set()
    driver.answered()
    assert bar.value() == 100
    assert transcript._latest.isVisible()

    transcript._latest.click()
    assert bar.value() == bar.maximum()


def test_qt_calls_do_not_eat_references_to_none(qtbot: Any) -> None:
    label = QLabel("x")
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(200):
        label.setText(str(number))
    lost = before - sys.getrefcount(None)

    assert lost < 100  # PySide6 6.12 on Python 3.11 loses one for each call and crashes after some thousand
