"""Which models the page shows and what it says about each: values only, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from desktop.words import QT_TRANSLATE_NOOP, Words
from engine.events import DownloadChanged
from engine.types import ModelCard
from models.fit import Fit, Reason
from models.types import CatalogueEntry, DownloadState, InstalledModel

if TYPE_CHECKING:
    from engine.service import Engine

Section = Literal["installed", "chat", "search"]

VERDICTS: dict[str, Words] = {
    "well": QT_TRANSLATE_NOOP("Shelf", "Runs well here"),
    "tight": QT_TRANSLATE_NOOP("Shelf", "Runs, but only just"),
    "no": QT_TRANSLATE_NOOP("Shelf", "Too large for this computer"),
}
REASONS: dict[str, Words] = {
    "too_large": QT_TRANSLATE_NOOP("Shelf", "needs {needed} of memory, this computer has {memory}"),
    "runs_on_gpu": QT_TRANSLATE_NOOP("Shelf", "on the graphics card"),
    "little_memory_left": QT_TRANSLATE_NOOP("Shelf", "takes {needed} of {memory} of memory"),
    "memory_busy": QT_TRANSLATE_NOOP("Shelf", "close other programs first: {missing} of memory are missing now"),
    "short_context": QT_TRANSLATE_NOOP("Shelf", "remembers only {context} tokens here"),
    "context_limited": QT_TRANSLATE_NOOP("Shelf", "reads up to {context} tokens at once"),
    "slow": QT_TRANSLATE_NOOP("Shelf", "slow"),
    "fits": QT_TRANSLATE_NOOP("Shelf", "takes {needed} of memory"),
}
LANGUAGES: dict[str, Words] = {
    "zh": QT_TRANSLATE_NOOP("Shelf", "Chinese"),
    "en": QT_TRANSLATE_NOOP("Shelf", "English"),
}
MANY_LANGUAGES = QT_TRANSLATE_NOOP("Shelf", "{count} languages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One model: from the catalogue, on this disk, or both."""

    id: str
    entry: CatalogueEntry | None
    installed: InstalledModel | None
    fit: Fit | None
    download: DownloadChanged | None = None
    default: bool = False
    loaded: bool = False
    recommended: bool = False
    rank: int = 0
    grade: ModelCard | None = None
    graded: tuple[int, int] | None = None  # cases done and all cases, while it is being graded

    @property
    def section(self) -> Section:
        if self.installed is not None:
            return "installed"
        kind = self.entry.kind if self.entry else "chat"
        return "chat" if kind == "chat" else "search"

    @property
    def kind(self) -> str:
        return self.installed.kind if self.installed else self.entry.kind if self.entry else "chat"

    @property
    def size(self) -> int:
        return self.installed.size if self.installed else self.entry.size if self.entry else 0

    def name(self, language: str) -> str:
        if self.entry is not None:
            return self.entry.name_zh if language == "zh_CN" else self.entry.name
        return self.installed.name if self.installed else self.id

    def summary(self, language: str) -> str:
        if self.entry is None:
            return ""
        return self.entry.summary_zh if language == "zh_CN" else self.entry.summary


def read(engine: Engine) -> tuple[Card, ...]:
    """Ask the engine for everything the page shows. Blocks."""
    installed = {model.id: model for model in engine.models.installed()}
    loaded = {model.model_id for model in engine.models.loaded()}
    settings = engine.settings.current
    downloads = {state.id: as_event(state) for state in engine.models.downloads()}
    entries = {entry.id: entry for entry in engine.models.catalogue().entries}
    advice = engine.models.recommend()
    best = next((r.entry.id for r in advice if r.fit.verdict == "well"), None)
    ranks = {r.entry.id: number for number, r in enumerate(advice)}
    default = _default(engine, installed)
    cards = []
    for model_id in [*installed, *(name for name in entries if name not in installed)]:
        cards.append(
            Card(
                id=model_id,
                entry=entries.get(model_id),
                installed=installed.get(model_id),
                fit=engine.models.fit(model_id),
                download=downloads.get(model_id),
                default=model_id in (default, settings.default_embedder),
                loaded=model_id in loaded,
                recommended=model_id == best,
                rank=ranks.get(model_id, 0),
                grade=engine.grading.card(model_id) if model_id in installed else None,
            )
        )
    return tuple(cards)


def _default(engine: Engine, installed: Mapping[str, InstalledModel]) -> str:
    """Return the chat model that answers where none is named."""
    if not any(model.kind == "chat" for model in installed.values()):
        return ""
    return engine.models.resolve("default").id


def as_event(state: DownloadState) -> DownloadChanged:
    """Return a download's state in the form its events have."""
    words = {"connecting": "running", "downloading": "running", "installing": "verifying"}
    problem = state.problem
    return DownloadChanged(
        model_id=state.id,
        state=words.get(state.status, state.status),  # type: ignore[arg-type]
        done=state.received,
        total=state.total or 0,
        speed=state.speed or 0.0,
        eta=state.seconds_left,
        error_code=problem.code if problem else "",
        error=problem.message if problem else "",
    )


def with_download(card: Card, event: DownloadChanged) -> Card:
    """Return the card with a download's new state; one that is over leaves no trace."""
    over = event.state in ("done", "cancelled")
    return replace(card, download=None if over else event)


def reasons(fit: Fit) -> Iterable[Reason]:
    """Return the reasons worth a word: a limited context only where nothing graver is to be said."""
    grave = [r for r in fit.reasons if r.code not in ("context_limited", "fits", "slow")]
    return grave or [r for r in fit.reasons if r.code in ("context_limited", "fits")][:1]
