"""Identifiers look as the API's do and do not repeat."""

from __future__ import annotations

import re

from engine.ids import new_id


def test_an_id_is_its_prefix_and_24_letters_or_digits() -> None:
    assert re.fullmatch(r"thread_[A-Za-z0-9]{24}", new_id("thread"))


def test_ids_do_not_repeat() -> None:
    assert len({new_id("msg") for _ in range(1000)}) == 1000
