"""Constrained decoding with llguidance: which tokens may come next under a grammar, over one model's vocabulary.

The only importer of llguidance; runs in the inference worker, beside the vocabulary it masks.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from llguidance.llamacpp import lltokenizer_from_vocab
from numpy.typing import NDArray

from engine.errors import InvalidRequest


class Constrainer:
    """Grammars over one vocabulary. Making it takes about a second for 150,000 tokens, so it is kept with the model."""

    def __init__(self, vocabulary: Any, tokenize: Callable[[str], Sequence[int]], end_tokens: Sequence[int]) -> None:
        """`vocabulary` is a llama.cpp pointer; `tokenize` parses special tokens; `end_tokens` end an answer."""
        with warnings.catch_warnings():  # llguidance 1.9 still asks llama.cpp by a name that has been renamed
            warnings.simplefilter("ignore", DeprecationWarning)
            self._tokenizer: LLTokenizer = lltokenizer_from_vocab(vocabulary, eos_token=list(end_tokens))
        self._tokenize = tokenize

    def literal(self, text: str) -> str:
        """Return Lark terms for a text: special tokens by their number, all else quoted."""
        terms: list[str] = []
        plain: list[int] = []
        for token in self._tokenize(text):
            if self._tokenizer.is_special_token(token):
                terms += self._quoted(plain)
                terms.append(f"<[{token}]>")
                plain = []
            else:
                plain.append(token)
        return " ".join(terms + self._quoted(plain))

    def _quoted(self, tokens: list[int]) -> list[str]:
        text = self._tokenizer.decode_bytes(tokens).decode("utf-8") if tokens else ""
        return [json.dumps(text, ensure_ascii=False)] if text else []

    def matcher(self, grammar: str) -> Matcher:
        """Start a grammar. Raises InvalidRequest (code bad_schema) if it, or a schema inside it, cannot be used."""
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
        if matcher.is_error():
            reason = matcher.get_error().splitlines()[0][:300]
            raise InvalidRequest(
                f"This JSON schema cannot be used to guide the model: {reason}", code="bad_schema", reason=reason
            )
        return Matcher(matcher, self._tokenizer.vocab_size)


class Matcher:
    """One answer under a grammar, token by token."""

    def __init__(self, matcher: LLMatcher, vocabulary_size: int) -> None:
        self._matcher = matcher
        self._mask = np.zeros((vocabulary_size + 31) // 32, dtype=np.int32)
        self._size = vocabulary_size

    @property
    def done(self) -> bool:
        """Whether the grammar is complete and takes nothing more."""
        return bool(self._matcher.is_stopped())

    @property
    def complete(self) -> bool:
        """Whether the answer may end here."""
        return bool(self._matcher.is_accepting())

    def forced(self) -> list[int]:
        """Return the tokens that must come next; they need no sampling."""
        return [] if self.done else list(self._matcher.compute_ff_tokens())

    def allowed(self) -> NDArray[np.bool_]:
        """Return for each token of the vocabulary whether it may come next."""
        self._matcher.unsafe_compute_mask_ptr(self._mask.ctypes.data, self._mask.nbytes)
        return np.unpackbits(self._mask.view(np.uint8), bitorder="little")[: self._size].astype(np.bool_)

    def apply(self, logits: NDArray[np.float32]) -> None:
        """Set the logits (shape: vocabulary) of tokens that may not come next to minus infinity, in place."""
        allowed = self.allowed()
        logits[: self._size][~allowed] = -np.inf
        logits[self._size :] = -np.inf

    def accept(self, token: int) -> bool:
        """Take the token that was chosen; False if it breaks the grammar."""
        return bool(self._matcher.consume_token(token))
