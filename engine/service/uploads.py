"""Uploads at the front door: large files in parts."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from engine.errors import InvalidRequest, NotFound
from engine.service.file_limits import (
    MAX_PART,
    MAX_UPLOAD,
    UPLOAD_SECONDS,
    check_file_expiry,
    check_purpose,
    clean_filename,
)
from engine.service.files import Files
from engine.store import Store
from engine.store.blobs import Incoming
from engine.types import StoredFile, Upload, UploadPart

_MD5 = re.compile(r"[0-9a-fA-F]{32}")


class Uploads:
    """Files of up to 8 GB that arrive in parts of up to 64 MB; an upload expires after an hour."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store = store
        self._files = files

    def create(
        self, *, filename: str, purpose: str, size: int, mime_type: str, expires_after: int | None = None
    ) -> Upload:
        """Begin an upload of `size` bytes. Raises InvalidRequest."""
        check_purpose(purpose)
        check_file_expiry(expires_after)
        if not 0 <= size <= MAX_UPLOAD:
            raise InvalidRequest(f"'bytes' must be from 0 to {MAX_UPLOAD} (8 GB).", param="bytes", code="invalid_value")
        self._expire()
        return self._store.uploads.create(
            filename=clean_filename(filename),
            purpose=purpose,
            size=size,
            mime_type=mime_type[:255],
            lifetime=UPLOAD_SECONDS,
            expires_after=expires_after,
        )

    def get(self, upload_id: str) -> tuple[Upload, StoredFile | None]:
        """Return an upload and the file it became, if that is still there. Raises NotFound."""
        self._expire()
        upload = self._store.uploads.get(upload_id)
        if upload.file_id is None:
            return upload, None
        try:
            return upload, self._files.get(upload.file_id)
        except NotFound:
            return upload, None

    def receive(self) -> Incoming:
        """Return a place to write up to 64 MB into, for `add_part`."""
        return self._store.files.receive(MAX_PART)

    def add_part(self, upload_id: str, incoming: Incoming) -> UploadPart:
        """Keep what was received. Raises NotFound, InvalidRequest unless pending, Unavailable."""
        self._expire()
        return self._store.uploads.add_part(upload_id, incoming)

    def complete(self, upload_id: str, part_ids: Sequence[str], md5: str | None = None) -> tuple[Upload, StoredFile]:
        """Join the parts in this order into a file; takes as long as copying it does.

        Raises NotFound; InvalidRequest for what does not fit, after which it can be tried again; Unavailable.
        """
        if md5 is not None and not _MD5.fullmatch(md5):
            raise InvalidRequest("'md5' must be 32 hexadecimal digits.", param="md5", code="invalid_value")
        self._expire()
        upload, file = self._store.uploads.complete(upload_id, part_ids, md5)
        self._files.announce(file)
        return upload, file

    def cancel(self, upload_id: str) -> Upload:
        """Give it up with its parts. Raises NotFound, InvalidRequest unless pending."""
        self._expire()
        return self._store.uploads.cancel(upload_id)

    def _expire(self) -> None:
        self._store.uploads.expire(int(time.time()))
