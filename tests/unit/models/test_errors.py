"""The errors: codes are stable and unique enough to translate by."""

from __future__ import annotations

from models import errors
from models.errors import DownloadFailed, ModelsError, NetworkOff, SourceUnreachable, UnknownModel


def test_every_class_has_its_own_code() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, ModelsError)]
    codes = [c.code for c in classes]
    assert len(set(codes)) == len(codes)


def test_message_details_and_a_narrower_code() -> None:
    error = SourceUnreachable("No answer. Try again.", code="source_nonsense", host="hub")
    assert (error.code, error.details, str(error)) == ("source_nonsense", {"host": "hub"}, "No answer. Try again.")
    assert error.retryable
    assert not DownloadFailed("x").retryable


def test_messages_give_a_next_step() -> None:
    assert "models list" in UnknownModel("x").message
    assert "settings" in NetworkOff().message
