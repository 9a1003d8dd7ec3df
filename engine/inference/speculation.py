"""Prompt lookup: guesses the next words where the text repeats itself, and stops guessing where it does not pay; pure.

An answer that quotes a document or edits code goes on as the text before it did. The guess is read together with the
last word, and every token of it is drawn from the model's own logits, so it changes what is computed, never what is
drawn. Whether it pays is judged by counts alone: the same answer is guessed in the same way every time.
"""

from __future__ import annotations

from array import array

_LONGEST_MATCH, _SHORTEST_MATCH = 6, 3  # tokens that must have come before in the same order
_FIRST_GUESS, _LONGEST_GUESS = 4, 16
_PATIENCE = 12  # guesses without any hit after which a while passes without
_LOOK_BACK = 16_384


_WORTH_IT = 0.15  # above this cost guesses did not win through the whole engine, whatever they saved in decodings


def lookup_at(cost: float) -> Lookup | None:
    """Return guesses for one answer where they cost so little that they pay; see `Lookup` for the cost."""
    return Lookup(cost) if cost <= _WORTH_IT else None


class Lookup:
    """Guesses for one answer. `cost` of reading one more token in a batch, as a part of what the first one costs."""

    def __init__(self, cost: float) -> None:
        self._cost = cost
        self._size = _FIRST_GUESS
        self._open = self._good = 0
        self._balance = 0.0  # decodings saved less what the guesses cost, forgetting slowly
        self._pause = 0
        self.guessed = self.hits = 0

    def guess(self, before: array[int], token: int, most: int) -> list[int]:
        """Return tokens likely to follow `token`, which stands after `before`; at most `most`, often none."""
        self._learn()
        if self._pause:
            self._pause -= 1
            return []
        found = _continuation(before, token, min(self._size, most))
        self._open = len(found)
        self.guessed += len(found)
        return found

    def hit(self) -> None:
        """The next guessed token was drawn."""
        self._good += 1
        self.hits += 1

    def _learn(self) -> None:
        """Judge the last guess: longer next time if all of it was right, a pause if guessing has not paid."""
        if not self._open:
            return
        self._balance = 0.8 * self._balance + self._good - self._cost * self._open
        self._size = min(_LONGEST_GUESS, 2 * self._size) if self._good == self._open else max(2, self._good + 1)
        if self._balance < -2.0 * max(self._cost, 0.1):
            self._pause, self._balance, self._size = _PATIENCE, 0.0, _FIRST_GUESS
        self._open = self._good = 0


def _continuation(before: array[int], token: int, most: int) -> list[int]:
    """Return what followed the last place where the end of the text stood before."""
    if most <= 0:
        return []
    text = before[-_LOOK_BACK:]
    text.append(token)
    data, width = text.tobytes(), text.itemsize
    found = -1
    for size in range(_SHORTEST_MATCH, _LONGEST_MATCH + 1):  # nearly always the first finds nothing and is the last
        wanted = data[-size * width :]
        at = data.rfind(wanted, 0, len(data) - width)
        while at >= 0 and at % width:  # found across the border of two tokens
            at = data.rfind(wanted, 0, at + len(wanted) - 1)
        if at < 0:
            break
        found = at // width + size
    return text[found : found + most].tolist() if found >= 0 else []
