"""Files and uploads on the wire."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest
from engine.server.wire.files import create_file_of, file_json, part_json, upload_json
from engine.types import StoredFile, Upload, UploadPart

FILE = StoredFile(id="file-1", created_at=1, filename="a", purpose="vision", bytes=2, sha256="secret", expires_at=9)


def test_a_form_nests_with_brackets_and_counts_in_text() -> None:
    form = {"purpose": "user_data", "expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}

    read = create_file_of(form)

    assert read.given() == {"purpose": "user_data", "expires_after": {"anchor": "created_at", "seconds": 3600}}
    assert create_file_of({"purpose": "batch"}).expires_after is None


@pytest.mark.parametrize(
    ("form", "param"),
    [
        ({}, "purpose"),
        ({"purpose": "assistants_output"}, "purpose"),
        ({"purpose": "vision", "expires_after[seconds]": "3600"}, "expires_after.anchor"),
        ({"purpose": "vision", "expires_after[anchor]": "created_at"}, "expires_after.seconds"),
        (
            {"purpose": "vision", "expires_after[anchor]": "created_at", "expires_after[seconds]": "3599"},
            "expires_after.seconds",
        ),
        (
            {"purpose": "vision", "expires_after[anchor]": "created_at", "expires_after[seconds]": "٣٦٠٠"},
            "expires_after.seconds",
        ),
        (
            {"purpose": "vision", "expires_after[anchor]": "now", "expires_after[seconds]": "3600"},
            "expires_after.anchor",
        ),
    ],
)
def test_a_wrong_form_is_refused_by_field(form: dict[str, str], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        create_file_of(form)

    assert caught.value.param == param


def test_objects_have_the_apis_fields_and_no_others() -> None:
    assert set(file_json(FILE)) == {
        *("id", "object", "bytes", "created_at", "expires_at", "filename", "purpose", "status", "status_details")
    }
    upload = Upload(id="u", created_at=1, filename="a", purpose="vision", bytes=2, mime_type="x", expires_at=3601)
    assert upload_json(upload)["file"] is None
    assert upload_json(upload, FILE)["file"] == file_json(FILE)
    part = UploadPart(id="p", created_at=1, upload_id="u", bytes=2, sha256="secret")
    assert part_json(part) == {"id": "p", "object": "upload.part", "created_at": 1, "upload_id": "u"}
