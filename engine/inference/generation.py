"""One answer as a coroutine: gets a sequence, reads what the cache does not hold, writes until something ends it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.errors import Cancelled
from engine.inference import plain
from engine.inference.batching import Begin, Full, Read, Want, Work
from engine.inference.decision import log_probabilities
from engine.inference.elements import Elements
from engine.inference.failures import context_exceeded
from engine.inference.guide import Guide
from engine.inference.kvcache import Sequences
from engine.inference.native import Model, Sampler
from engine.inference.speculation import Lookup
from engine.inference.textflow import TextFlow
from engine.types import JsonObject


@dataclass(frozen=True)
class Cut:
    """A rendered prompt in tokens, and what ends its answer besides the model's own end."""

    tokens: list[int]
    stops: tuple[str, ...] = ()
    text: str = ""


@dataclass(slots=True)
class Lane:
    """A sequence with its model and the books about it; `logits` of the next token after what was read last."""

    model: Model
    books: Sequences
    seq: int = -1
    row: int = 0
    kept: Any = None
    cached: int = 0
    owner: str = ""
    heard: Callable[[int, int], None] = field(default=lambda _done, _cached: None)

    @property
    def length(self) -> int:
        return len(self.books[self.seq].tokens)

    def logits(self) -> Any:
        """Return them, to be changed at will; shape: vocabulary."""
        return self.model.logits(self.row) if self.kept is None else self.kept

    def open(self, tokens: Sequence[int], goal: int) -> Generator[Want, Any, None]:
        """Have a prompt read, in a sequence that may grow to `goal` tokens; `heard` follows (done, cached)."""
        plan = yield Begin(tokens, min(goal, self.model.length), self.owner)
        self.seq, self.cached = plan.seq, plan.keep
        self.heard(self.cached, self.cached)
        if plan.ready:
            # A copy: whatever steers this answer writes into it.
            self.kept = self.books[self.seq].logits.copy()
            return
        rest = tokens[self.cached :]
        try:
            self.row = yield Read(rest, heard=lambda done: self.heard(self.cached + done, self.cached))
        except Full:
            raise context_exceeded(len(tokens), self.model.length) from None
        self.kept = None
        self.heard(len(tokens), self.cached)
        self.books.prompt_read(self.seq, self.model.logits(self.row).copy())

    def go_on(self, tokens: Sequence[int], outputs: int = 1) -> Generator[Want, Any, None]:
        """Have what was written read; the logits are then those after the first of the last `outputs` tokens."""
        self.row = yield Read(tokens, outputs)
        self.kept = None

    def next_row(self) -> None:
        """Go to the logits after the next of several tokens that were read at once."""
        self.row += 1

    def take_back(self, count: int) -> None:
        """Unread the last tokens."""
        if count:
            length = self.length - count
            self.model.cut(self.seq, length)
            self.books.cut(self.seq, length)

    def draw(self, sampler: Sampler) -> int:
        return sampler.sample(self.model.context, self.row) if self.kept is None else sampler.draw(self.kept)


class Generation:
    """One answer: reads the prompt, then writes until something ends it."""

    def __init__(
        self,
        lane: Lane,
        prompt: Cut,
        args: JsonObject,
        emit: Callable[[JsonObject], None],
        guide: Guide | None,
        *,
        way: plain.Way | None = None,
        lookup: Lookup | None = None,
    ) -> None:
        """`way`: how a model that was not taught the template's calls has been asked; `lookup` guesses words ahead."""
        self._lane, self._prompt, self._emit, self._guide = lane, prompt.tokens, emit, guide
        self._text = prompt.text
        self._vocabulary = lane.model.vocabulary
        self._sampling: JsonObject = args["sampling"]
        self._special: bool = args["special"] and way is None
        self._words = way == "words"
        self._elements = Elements(self._send) if way == "calls" else None
        self._shape = Elements(lambda _text, _tokens, _logprobs: None)  # as above, but never behind what is written
        self._names = [tool["function"]["name"] for tool in (args["demand"] or {}).get("tools", ())]
        send = self._elements.take if self._elements is not None else self._send
        self._flow = TextFlow(send, (*self._sampling["stop"], *prompt.stops), code_fences=args["code_fences"])
        self._lookup = lookup if guide is None and self._sampling["logprobs"] is None else None
        self._ahead: deque[int] = deque()  # guessed tokens that were read and not drawn yet

    def run(self) -> Work:
        sampler = Sampler(self._sampling, self._vocabulary)
        strict = Sampler(self._sampling, self._vocabulary, strict=True)
        lane, start, middle = self._lane, time.monotonic(), None
        lane.heard = self._report
        try:
            yield from lane.open(self._prompt, len(self._prompt) + self._sampling["max_tokens"])
            middle = time.monotonic()
            finish = yield from self._write_whole(sampler, strict)
        except Cancelled:
            finish = "cancelled"
            self._flow.finish()
        finally:
            sampler.close()
            strict.close()
        end = time.monotonic()
        return {
            "finish": finish,
            "prompt_tokens": len(self._prompt),
            "completion_tokens": self._flow.tokens,
            "cached_tokens": lane.cached,
            "read_seconds": (middle or end) - start,
            "write_seconds": end - (middle or end),
            "seed": sampler.seed,
            "prompt": self._text,
        }

    def _write_whole(self, sampler: Sampler, strict: Sampler) -> Generator[Want, Any, str]:
        if self._elements is not None:
            self._send(plain.OPENING, 0, [])
        try:
            finish = yield from self._write(sampler, strict)
        except Cancelled:
            finish = "cancelled"
        finally:
            self._lane.take_back(len(self._ahead))
        self._flow.finish()
        if self._elements is not None:
            self._elements.finish()
            self._send(plain.CLOSING, 0, [])
        return finish

    def _write(self, sampler: Sampler, strict: Sampler) -> Generator[Want, Any, str]:
        lane, guide = self._lane, self._guide
        limit = self._sampling["max_tokens"]
        while True:
            if self._flow.tokens >= limit:
                return "length"
            if self._shape.naming and not self._wants_known():
                return "stop"
            tokens = self._next(sampler, strict, limit - self._flow.tokens)
            if not tokens:
                return "stop"
            if any([self._add(token) for token in tokens]) or (guide is not None and guide.finished):
                return "stop"
            if self._elements is not None and self._elements.repeated:
                return "stop"
            if self._was_guessed(tokens):
                continue
            if lane.length + len(tokens) > lane.model.length:
                return "length"
            try:
                yield from self._read(tokens, limit - self._flow.tokens)
            except Full:
                return "length"

    def _next(self, sampler: Sampler, strict: Sampler, most: int) -> list[int]:
        """Return the tokens that come next: those a grammar forces, else one that is drawn; none when it is the end."""
        tokens = self._guide.forced()[:most] if self._guide is not None else []
        if self._elements is not None:
            tokens = self._up_to_name(tokens)
        if tokens:
            return tokens
        token = self._draw(sampler, strict)
        if self._vocabulary.ends(token):
            return []
        return self._up_to_name([token]) if self._elements is not None else [token]

    def _was_guessed(self, tokens: list[int]) -> bool:
        """Return whether the token has been read already, on a guess; all later guesses are wrong if it has not."""
        if self._ahead and [self._ahead[0]] == tokens:
            self._ahead.popleft()
            self._lane.next_row()
            if self._lookup is not None:
                self._lookup.hit()
            return True
        self._lane.take_back(len(self._ahead))
        self._ahead.clear()
        return False

    def _read(self, tokens: list[int], most: int) -> Generator[Want, Any, None]:
        guessed: list[int] = []
        if self._lookup is not None:
            entry = self._lane.books[self._lane.seq]
            room = min(most, self._lane.model.length - len(entry.tokens) - 1)
            guessed = self._lookup.guess(entry.tokens, tokens[0], room)
        yield from self._lane.go_on([*tokens, *guessed], 1 + len(guessed))
        self._ahead.extend(guessed)

    def _up_to_name(self, tokens: list[int]) -> list[int]:
        """Return the tokens as far as a further call's name, where the model is asked what it would write."""
        for index, token in enumerate(tokens):
            self._shape.take(self._vocabulary.piece(token).decode("utf-8", "ignore"), 1, [])
            if self._shape.naming:
                return tokens[: index + 1]
        return tokens

    def _wants_known(self) -> bool:
        """Return whether the model, left alone, would go on with a function that exists; else it has no more calls.

        Without this a grammar turns every made-up function into one more call of a real one.
        """
        token = int(self._lane.logits().argmax())
        begun = self._vocabulary.piece(token).decode("utf-8", "ignore").strip()
        return bool(begun) and any(name.startswith(begun) or begun.startswith(name) for name in self._names)

    def _draw(self, sampler: Sampler, strict: Sampler) -> int:
        """Choose the next token: freely, or among those the grammar allows."""
        if self._guide is None or not self._guide.constrained:
            return self._lane.draw(sampler)
        self._guide.mask(self._lane.logits())
        token = self._lane.draw(strict)
        sampler.note(token)
        return token

    def _add(self, token: int) -> bool:
        """Pass a token on; True when a stop string ended the answer."""
        piece = self._vocabulary.piece(token, special=self._special)
        alternatives = self._sampling["logprobs"]
        logprob = None if alternatives is None else self._logprob(token, alternatives)
        if self._guide is not None:
            self._guide.take(token, piece)
        return self._flow.add(piece, logprob)

    def _logprob(self, token: int, alternatives: int) -> JsonObject:
        """Return the token's log probability, before sampling bends it, and the best others, as chat completions do."""
        logits = log_probabilities(self._lane.logits())
        best = np.argpartition(logits, -alternatives)[-alternatives:] if alternatives else np.empty(0, dtype=int)
        ordered = sorted((int(i) for i in best), key=lambda i: -float(logits[i]))
        return {
            **self._scored(token, float(logits[token])),
            "top_logprobs": [self._scored(i, float(logits[i])) for i in ordered],
        }

    def _scored(self, token: int, value: float) -> JsonObject:
        piece = self._vocabulary.piece(token, special=True)
        return {"token": piece.decode("utf-8", "replace"), "logprob": max(value, -9999.0), "bytes": list(piece)}

    def _send(self, text: str, tokens: int, logprobs: list[JsonObject]) -> None:
        self._emit({"text": text, "tokens": tokens, "logprobs": logprobs, "words": self._words})

    def _report(self, done: int, cached: int) -> None:
        self._emit({"read": done, "total": len(self._prompt), "cached": cached})
