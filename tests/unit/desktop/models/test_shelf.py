"""The shelf joins catalogue, disk and downloads into cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.models import shelf
from engine.events import DownloadChanged
from engine.inference.scripted import ScriptedBackend
from engine.service import Engine
from models.fit import Fit, Reason
from models.types import DownloadState, Problem
from tests.support.gguf import write_gguf


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    write_gguf(tmp_path / "models" / "mine.gguf", name="Mine")
    with Engine(tmp_path, backend=ScriptedBackend()) as opened:
        yield opened


def test_what_is_installed_and_what_could_be_are_told_apart(engine: Engine) -> None:
    cards = {card.id: card for card in shelf.read(engine)}
    mine = next(card for card in cards.values() if card.installed)
    starter = cards[engine.models.catalogue().starter.id]

    assert (mine.section, mine.kind, mine.name("en"), mine.default) == ("installed", "chat", "Mine", True)
    assert mine.summary("en") == ""
    assert starter.section == "chat"
    assert starter.name("zh_CN") != ""
    assert starter.summary("zh_CN") != starter.summary("en")
    assert {card.section for card in cards.values()} == {"installed", "chat", "search"}
    assert sum(card.recommended for card in cards.values()) <= 1


def test_every_reason_of_the_fit_has_words() -> None:
    import inspect
    import re

    import models.fit

    codes = set(re.findall(r'Reason\(\s*"([a-z_]+)"', inspect.getsource(models.fit)))

    assert codes <= set(shelf.REASONS)
    assert set(shelf.VERDICTS) == {"well", "tight", "no"}


def _fit(*codes: str) -> Fit:
    reasons = tuple(Reason(code, {}) for code in codes)
    return Fit(
        verdict="well", context=1, memory=1, tokens_per_second=1.0, measured=False, on_gpu=False, reasons=reasons
    )


def test_only_reasons_that_matter_are_told() -> None:
    assert [r.code for r in shelf.reasons(_fit("context_limited", "short_context"))] == ["short_context"]
    assert [r.code for r in shelf.reasons(_fit("slow", "context_limited"))] == ["context_limited"]
    assert [r.code for r in shelf.reasons(_fit("fits"))] == ["fits"]


def test_a_downloads_state_is_an_event(engine: Engine) -> None:
    problem = Problem(code="source_unreachable", message="No answer.")
    event = shelf.as_event(DownloadState(id="m", status="connecting", received=3, problem=problem))

    assert (event.state, event.done, event.total, event.error_code) == ("running", 3, 0, "source_unreachable")


def test_a_download_that_is_over_leaves_no_trace(engine: Engine) -> None:
    card = shelf.read(engine)[0]
    running = shelf.with_download(card, DownloadChanged(model_id=card.id, state="running", done=1, total=2))

    assert running.download is not None
    for state in ("done", "cancelled"):
        event = DownloadChanged(model_id=card.id, state=state, done=2, total=2)
        assert shelf.with_download(running, event).download is None
