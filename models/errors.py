"""Errors of the models library; each has a stable code, a sentence with a next step, and details to fill translations.

ModelsError
├── UnknownModel        no such id in the catalogue or the library
├── NotAModel           the file is something else: a web page, an archive, a text
├── BrokenModel         a model file that is truncated, damaged, hostile or of a version not known here
├── BadCatalogue        the catalogue shipped with the app is damaged
├── ModelInUse          the file cannot be removed or replaced while something reads it
├── DiskFull            not enough room for the file
└── DownloadFailed      a file could not be fetched
    ├── NetworkOff          downloads are switched off in the settings
    ├── SourceUnreachable   no answer, or the connection dropped again and again (worth another try)
    ├── SourceRefused       the source says no: not found, licence not accepted, token missing
    ├── WrongHash           what arrived is not what was published
    └── HostileArchive      a wheel or archive that would write elsewhere or swell beyond its size
"""

from __future__ import annotations

from typing import Any


class ModelsError(Exception):
    """An expected failure: `code` for programs, `message` for people, `details` to fill translated texts."""

    code = "models_error"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        if code is not None:
            self.code = code


class UnknownModel(ModelsError):
    """Nothing in the catalogue or the library has that id."""

    code = "unknown_model"

    def __init__(self, model_id: str) -> None:
        super().__init__(
            f"No model is called '{model_id}'. `fireside models list` shows the ones there are.", id=model_id
        )


class NotAModel(ModelsError):
    """The file is not a model at all."""

    code = "not_a_model"


class BrokenModel(ModelsError):
    """The file starts like a model but cannot be used."""

    code = "broken_model"


class BadCatalogue(ModelsError):
    """The catalogue's data file does not hold what it must."""

    code = "bad_catalogue"


class ModelInUse(ModelsError):
    """The system refuses to touch the file while it is open."""

    code = "model_in_use"
    retryable = True


class DiskFull(ModelsError):
    """The disk has no room: details `needed`, `free` and `missing` are bytes."""

    code = "disk_full"
    retryable = True


class DownloadFailed(ModelsError):
    """A model could not be fetched."""

    code = "download_failed"


class NetworkOff(DownloadFailed):
    """The user does not allow connections."""

    code = "network_off"

    def __init__(self) -> None:
        super().__init__("Downloads are switched off. Allow them in the settings under Privacy, or import a file.")


class SourceUnreachable(DownloadFailed):
    """The source did not answer, or kept dropping the connection."""

    code = "source_unreachable"
    retryable = True


class SourceRefused(DownloadFailed):
    """The source answered, but will not give the file."""

    code = "source_refused"


class WrongHash(DownloadFailed):
    """The bytes differ from the published ones; they were thrown away."""

    code = "wrong_hash"


class HostileArchive(DownloadFailed):
    """The archive is not what a model's archive looks like; nothing of it was kept."""

    code = "hostile_archive"
