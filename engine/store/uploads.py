"""Stored uploads: parts that arrive in any order and become one file."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import delete, select

from engine.errors import InvalidRequest
from engine.ids import new_id
from engine.store import tables
from engine.store.blobs import Blobs, Incoming
from engine.store.database import Database
from engine.store.files import Files, release
from engine.store.records import Records
from engine.types import StoredFile, Upload, UploadPart, UploadStatus


class Uploads:
    """Uploads by id; a completed, cancelled or expired one keeps no parts."""

    def __init__(self, database: Database, blobs: Blobs, files: Files) -> None:
        self._database = database
        self._blobs = blobs
        self._files = files
        self._records = Records(database, tables.uploads, Upload, "upload")
        self._parts = Records(database, tables.upload_parts, UploadPart, "upload part")

    def create(
        self, *, filename: str, purpose: str, size: int, mime_type: str, lifetime: int, expires_after: int | None = None
    ) -> Upload:
        """Store a pending upload of `size` bytes that expires after `lifetime` seconds."""
        now = int(time.time())
        upload = Upload(
            id=new_id("upload"),
            created_at=now,
            filename=filename,
            purpose=purpose,
            bytes=size,
            mime_type=mime_type,
            expires_at=now + lifetime,
            expires_after=expires_after,
        )
        self._records.insert([upload])
        return upload

    def get(self, upload_id: str) -> Upload:
        """Raises NotFound."""
        return self._records.get(upload_id)

    def add_part(self, upload_id: str, incoming: Incoming) -> UploadPart:
        """Keep what was received as a part. Raises NotFound, InvalidRequest if the upload is not pending."""
        part = UploadPart(
            id=new_id("part"),
            created_at=int(time.time()),
            upload_id=upload_id,
            bytes=incoming.size,
            sha256=incoming.finish(),
        )
        with self._database.transaction() as connection:
            upload = self._pending(upload_id)
            of_upload = select(tables.upload_parts.c.bytes).where(tables.upload_parts.c.upload_id == upload_id)
            received = sum(connection.execute(of_upload).scalars())
            if received + part.bytes > upload.bytes:
                raise InvalidRequest(
                    f"The parts of {upload_id} would have {received + part.bytes} bytes together; it was created for "
                    f"{upload.bytes}. Cancel it and create another one.",
                    code="upload_too_large",
                    param="data",
                )
            self._blobs.place(incoming)
            self._parts.insert([part])
        return part

    def complete(self, upload_id: str, part_ids: Sequence[str], md5: str | None = None) -> tuple[Upload, StoredFile]:
        """Join the parts in the given order into a file. May take long: it reads and writes all bytes.

        Raises NotFound; InvalidRequest for an upload that is not pending, unknown or repeated parts, a size other
        than announced, or another MD5; Unavailable.
        """
        upload = self._pending(upload_id)
        parts = self._ordered(upload, part_ids)
        with self._blobs.receive(upload.bytes) as whole:
            for part in parts:
                for piece in self._blobs.read(part.sha256):
                    whole.write(piece)
            if md5 is not None and whole.md5 != md5.lower():
                raise InvalidRequest(
                    f"The content of {upload_id} has another MD5 than the request says. Send the parts again.",
                    code="checksum_mismatch",
                    param="md5",
                )
            whole.finish()
            with self._database.transaction():
                self._pending(upload_id)
                file = self._files.create(
                    whole, filename=upload.filename, purpose=upload.purpose, expires_after=upload.expires_after
                )
                self._records.update(upload_id, {"file_id": file.id})
                return self._end(upload_id, "completed"), file

    def cancel(self, upload_id: str) -> Upload:
        """Give up the upload and its parts. Raises NotFound, InvalidRequest if it is not pending."""
        with self._database.transaction():
            self._pending(upload_id)
            return self._end(upload_id, "cancelled")

    def expire(self, now: int) -> None:
        """Give up the pending uploads whose time is over."""
        late = select(tables.uploads.c.id).where(tables.uploads.c.expires_at <= now, tables.PENDING)
        with self._database.read() as connection:
            found = connection.execute(late).scalars().all()
        for upload_id in found:
            with self._database.transaction():
                if self._records.get(upload_id).status == "pending":  # nobody was quicker
                    self._end(upload_id, "expired")

    def _pending(self, upload_id: str) -> Upload:
        upload = self._records.get(upload_id)
        if upload.status != "pending":
            raise InvalidRequest(
                f"Upload {upload_id} is {upload.status}; only a pending one can go on. Create another one.",
                code="upload_not_pending",
                param="upload_id",
                status=upload.status,
            )
        return upload

    def _ordered(self, upload: Upload, part_ids: Sequence[str]) -> list[UploadPart]:
        if len(set(part_ids)) != len(part_ids):
            raise InvalidRequest("'part_ids' names a part twice.", param="part_ids")
        of_upload = select(tables.upload_parts.c.id).where(tables.upload_parts.c.upload_id == upload.id)
        with self._database.read() as connection:
            known = set(connection.execute(of_upload).scalars())
            unknown = next((part_id for part_id in part_ids if part_id not in known), None)
            if unknown is not None:
                raise InvalidRequest(f"Upload {upload.id} has no part '{unknown}'.", param="part_ids")
            parts = [self._parts.get(part_id) for part_id in part_ids]
        size = sum(part.bytes for part in parts)
        if size != upload.bytes:
            raise InvalidRequest(
                f"The parts have {size} bytes together; {upload.id} was created for {upload.bytes}. Send what is "
                "missing and complete it again.",
                code="upload_size_mismatch",
                param="part_ids",
            )
        return parts

    def _end(self, upload_id: str, status: UploadStatus) -> Upload:
        """Leave the upload in its last status, without parts. Inside a transaction."""
        mine = tables.upload_parts.c.upload_id == upload_id
        with self._database.transaction() as connection:
            digests = set(connection.execute(select(tables.upload_parts.c.sha256).where(mine)).scalars())
            connection.execute(delete(tables.upload_parts).where(mine))
            for sha256 in digests:
                release(self._database, self._blobs, sha256)
            return self._records.update(upload_id, {"status": status})
