"""Files and uploads on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.errors import InvalidRequest
from engine.server.wire.body import Body, parse
from engine.server.wire.fields import ObjectId
from engine.types import JsonObject, StoredFile, Upload, UploadPart

Purpose = Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]


class FileExpiry(Body):
    """When a file goes by itself."""

    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=3600, le=2_592_000)]


class CreateFile(Body):
    """Fields of the form of `POST /v1/files`, beside the file."""

    purpose: Purpose
    expires_after: FileExpiry | None = None


FILE_FIELDS = frozenset({"purpose", "expires_after[anchor]", "expires_after[seconds]"})


def create_file_of(untrusted: dict[str, str]) -> CreateFile:
    """Read the form's fields, where numbers are text and nesting is brackets. Raises InvalidRequest."""
    body: dict[str, Any] = {name: value for name, value in untrusted.items() if "[" not in name}
    expiry: dict[str, Any] = {
        name[len("expires_after[") : -1]: value for name, value in untrusted.items() if "[" in name
    }
    if "seconds" in expiry:
        if not (expiry["seconds"].isascii() and expiry["seconds"].isdigit() and len(expiry["seconds"]) < 10):
            raise InvalidRequest(
                "Invalid type for 'expires_after.seconds': expected an integer.",
                code="invalid_type",
                param="expires_after.seconds",
            )
        expiry["seconds"] = int(expiry["seconds"])
    return parse(CreateFile, {**body, **({"expires_after": expiry} if expiry else {})})


class CreateUpload(Body):
    """Body of `POST /v1/uploads`."""

    bytes: Annotated[int, Field(ge=0, le=8 * 1024**3)]
    filename: Annotated[str, Field(min_length=1, max_length=1024)]
    mime_type: Annotated[str, Field(max_length=255)]
    purpose: Purpose
    expires_after: FileExpiry | None = None


class CompleteUpload(Body):
    """Body of `POST /v1/uploads/{id}/complete`."""

    part_ids: Annotated[list[ObjectId], Field(max_length=100_000)]
    md5: str | None = None


def file_json(file: StoredFile) -> JsonObject:
    """Return the API's file object; a stored file is processed at once."""
    return {
        "id": file.id,
        "object": "file",
        "bytes": file.bytes,
        "created_at": file.created_at,
        "expires_at": file.expires_at,
        "filename": file.filename,
        "purpose": file.purpose,
        "status": "processed",
        "status_details": None,
    }


def upload_json(upload: Upload, file: StoredFile | None = None) -> JsonObject:
    """Return the API's upload object, with the file it became."""
    return {
        "id": upload.id,
        "object": "upload",
        "bytes": upload.bytes,
        "created_at": upload.created_at,
        "expires_at": upload.expires_at,
        "filename": upload.filename,
        "purpose": upload.purpose,
        "status": upload.status,
        "file": None if file is None else file_json(file),
    }


def part_json(part: UploadPart) -> JsonObject:
    """Return the API's upload part object."""
    return {
        "id": part.id,
        "object": "upload.part",
        "created_at": part.created_at,
        "upload_id": part.upload_id,
    }
