"""The pinned Qt binding keeps Python's books; some releases lose a reference to None with every call and crash."""

from __future__ import annotations

import sys

import pytest
from pytestqt.qtbot import QtBot

CALLS = 200


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_calls_into_qt_keep_the_reference_count_of_none(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    label = QLabel("a")
    qtbot.addWidget(label)
    before = sys.getrefcount(None)

    for _ in range(CALLS):
        label.setText("b")

    assert abs(sys.getrefcount(None) - before) < CALLS / 2
