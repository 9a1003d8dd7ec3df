"""The reader without a process gives passages in groups and stops when told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.retrieval import direct
from engine.retrieval.direct import DirectReader
from engine.store.chunks import NewChunk


def test_it_reads_in_groups_and_stops_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "_GROUP", 3)
    path = tmp_path / "a.txt"
    path.write_text("\n\n".join(f"Paragraph {n} is about number {n}. " * 8 for n in range(40)))
    groups: list[int] = []
    cancel = CancelToken()

    def take(passages: Sequence[NewChunk], total: int) -> None:
        groups.append(len(passages))

    values = {"max_tokens": 100, "overlap": 0, "on_passages": take, "on_pages": lambda *_: None, "cancel": cancel}
    reading = DirectReader().read(path, "a.txt", **values)  # type: ignore[arg-type]
    assert sum(groups) == reading.count > 3
    assert groups[0] == 3

    cancel.set()
    with pytest.raises(Cancelled):
        DirectReader().read(path, "a.txt", **values)  # type: ignore[arg-type]
    DirectReader().rest()
