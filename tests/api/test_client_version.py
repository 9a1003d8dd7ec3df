"""The client under test is the one that was asked for."""

from __future__ import annotations

import os

import openai


def test_the_client_is_the_version_asked_for() -> None:
    assert openai.__version__ == os.environ.get("FIRESIDE_CLIENT", "1.65.5")
