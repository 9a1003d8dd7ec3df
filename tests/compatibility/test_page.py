"""The compatibility page is what the server does, and leaves out nothing that the client can send."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.api_versions.prepare import python_of
from tests.compatibility.page import PAGE, page
from tests.compatibility.semantics import REFUSED, SEMANTICS, meaning
from tests.compatibility.surface import endpoints

_OURS = {f"{method} {path}": set(parameters) for method, path, parameters in endpoints()}


def test_every_parameter_has_its_words() -> None:
    silent = [
        f"{endpoint} {each}" for endpoint, known in _OURS.items() for each in known if not meaning(endpoint, each)
    ]
    assert silent == [], "say in semantics.py what becomes of these"


def test_no_words_are_left_over() -> None:
    used = {each for known in _OURS.values() for parameter in known for each in _endings(parameter)}
    stale = [key for key in SEMANTICS if key.split(" ")[-1] not in used]
    assert stale == []


def _endings(parameter: str) -> list[str]:
    parts = parameter.split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.compatibility.page"


@pytest.fixture(scope="module")
def sendable() -> dict[str, list[str]]:
    """What the newest client can send."""
    script = Path(__file__).with_name("client_surface.py")
    ended = subprocess.run([str(python_of("3.54.0")), str(script)], capture_output=True, check=True, timeout=120)
    found: dict[str, list[str]] = json.loads(ended.stdout)
    return found


def test_the_client_can_send_nothing_that_the_page_leaves_out(sendable: dict[str, list[str]]) -> None:
    missing = [
        f"{endpoint} {parameter}"
        for endpoint, parameters in sendable.items()
        for parameter in parameters
        if not (parameter in _OURS[endpoint] or f"{{{parameter}}}" in endpoint or _named(endpoint, parameter))
    ]
    assert missing == []


def _named(endpoint: str, parameter: str) -> bool:
    """Tell whether a parameter is refused by name, or inside one that is kept as it comes."""
    return parameter in REFUSED.get(endpoint, {}) or parameter.startswith("filters.")
