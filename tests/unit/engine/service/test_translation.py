"""The models library's errors keep their words, code and details."""

from __future__ import annotations

import pytest

from engine.errors import FiresideError, InvalidRequest, Unavailable
from engine.service.translation import translated
from models.errors import BrokenModel, DiskFull, ModelsError, NetworkOff, NotAModel, UnknownModel


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (UnknownModel("x"), InvalidRequest),
        (NotAModel("No."), InvalidRequest),
        (BrokenModel("No."), InvalidRequest),
        (DiskFull("Full.", needed=3, free=1, missing=2), Unavailable),
        (NetworkOff(), Unavailable),
    ],
)
def test_kinds(error: ModelsError, kind: type[FiresideError]) -> None:
    with pytest.raises(kind) as caught, translated():
        raise error
    assert (caught.value.message, caught.value.code) == (error.message, error.code)
    assert caught.value.details == error.details


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError
