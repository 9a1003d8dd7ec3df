"""Errors of the models library in the engine's own kinds, with the same words, code and details."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import FiresideError, InvalidRequest, Unavailable
from models.errors import BrokenModel, ModelsError, NotAModel, UnknownModel


def translate(error: ModelsError) -> FiresideError:
    """Return the error as callers of the engine know it."""
    wrong = isinstance(error, UnknownModel | NotAModel | BrokenModel)
    kind: type[FiresideError] = InvalidRequest if wrong else Unavailable
    translated = kind(error.message, code=error.code)
    translated.details = dict(error.details)
    return translated


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the models library raises inside as a FiresideError."""
    try:
        yield
    except ModelsError as error:
        raise translate(error) from error
