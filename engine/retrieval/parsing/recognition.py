"""Reads the words in pictures with small local models, Chinese and English; the only importer of rapidocr."""

from __future__ import annotations

import importlib.util
import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.retrieval.folding import collapse, plain

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

_SURE = 0.5
"""Words the model is less sure of are stains more often than words."""
_LEAST_SIDE = 16
_LARGEST_SIDE = 2400
_SAME_ROW = 0.5  # of a line's height


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of a picture: `top` and `height` as parts of the picture's height."""

    text: str
    top: float
    height: float


def installed() -> bool:
    """Return whether the library is there; it is left out of small builds."""
    return importlib.util.find_spec("rapidocr") is not None and importlib.util.find_spec("onnxruntime") is not None


class Recognition:
    """Loads its models, which come with the library, with the first picture; takes seconds a page."""

    def __init__(self) -> None:
        self._engine: Any = None

    def lines(self, picture: Image.Image) -> list[Seen]:
        """Return the lines in a picture from the top down; those that stand in one row as one."""
        picture = picture.convert("RGB")
        if min(picture.size) < _LEAST_SIDE:
            return []
        picture.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
        import numpy as np

        found = self._loaded()(np.asarray(picture))
        if found.txts is None or found.boxes is None:
            return []
        rows = zip(found.txts, found.scores, found.boxes, strict=True)
        pieces = [
            (float(min(y for _, y in box)), float(max(y for _, y in box)), float(min(x for x, _ in box)), text)
            for text, score, box in rows
            if score >= _SURE and text.strip()
        ]
        return list(_rows(sorted(pieces), picture.height))

    def _loaded(self) -> Any:
        if self._engine is None:
            from rapidocr import RapidOCR

            threads = max(1, (os.cpu_count() or 2) // 2)
            self._engine = RapidOCR(
                params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": threads}
            )
        return self._engine


def _rows(pieces: list[tuple[float, float, float, str]], height: int) -> list[Seen]:
    rows: list[list[tuple[float, float, float, str]]] = []
    for piece in pieces:
        top, bottom = piece[:2]
        if rows and top - rows[-1][0][0] < (bottom - top) * _SAME_ROW:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [
        Seen(
            collapse(plain(" ".join(text for *_, text in sorted(row, key=lambda piece: piece[2])))),
            row[0][0] / height,
            (row[0][1] - row[0][0]) / height,
        )
        for row in rows
    ]
