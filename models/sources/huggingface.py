"""The hub: turn a repository's file names into addresses, sizes and hashes, through the hub's own library.

Only that is asked of the library. Its downloader keeps a cache of its own layout, cannot be paused, and does not
share progress, disk check and resume with the other sources, so the bytes come by `models.transfer` from the
address the library names; the hash the hub announces (or the catalogue's) decides whether they are accepted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from models.errors import ModelsError, NetworkOff, SourceRefused, SourceUnreachable, WrongHash
from models.sources.plan import Piece, Plan, SourceOptions
from models.transfer import Stop, host_of, refusal
from models.types import CatalogueEntry, Source

if TYPE_CHECKING:
    from huggingface_hub.file_download import HfFileMetadata

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SHA1: Final = re.compile(r"[0-9a-f]{40}")
_SECONDS: Final = 15.0


def resolve(entry: CatalogueEntry, source: Source, options: SourceOptions, stop: Stop) -> Plan:
    """Ask the hub about every file of the model. Raises SourceUnreachable, SourceRefused, NetworkOff, Stopped."""
    pieces = []
    for name in source.files:
        stop.check()
        target = name if entry.format == "folder" else entry.file
        weights = name == source.files[0]
        piece = _piece(source, name, target, entry.sha256 if weights else None, options)
        if weights and piece.sha256 is None:
            raise SourceRefused(
                f"{host_of(piece.url)} announces no hash for {entry.name}, so what it sends could not be checked. "
                "Choose another source.",
                code="no_hash",
            )
        pieces.append(piece)
    return Plan(assembly="files", pieces=tuple(pieces))


def _piece(source: Source, name: str, target: str, pinned: str | None, options: SourceOptions) -> Piece:
    # The library takes a fifth of a second to import, which a list of installed models need not pay.
    from huggingface_hub import hf_hub_url

    url = hf_hub_url(source.repo, name, revision=source.revision, endpoint=options.hub_endpoint.rstrip("/") or None)
    found = _metadata(url, options)
    etag = found.etag or ""
    if found.size is None:
        raise SourceUnreachable(
            f"{host_of(url)} did not answer like a model hub. Check the model hub address in the settings.",
            code="source_nonsense",
            host=host_of(url),
        )
    if pinned and _SHA256.fullmatch(etag) and etag != pinned:
        raise WrongHash(
            f"{host_of(url)} now has a different file under this name than the one this Fireside knows. Choose another "
            "source, or update Fireside.",
            code="changed_at_source",
            expected=pinned,
            announced=etag,
        )
    return Piece(
        url=url,
        size=found.size,
        sha256=pinned or (etag if _SHA256.fullmatch(etag) else None),
        git_sha1=etag if not pinned and _SHA1.fullmatch(etag) else None,
        target=target,
        headers={"Authorization": f"Bearer {options.token}"} if options.token else {},
    )


def _metadata(url: str, options: SourceOptions) -> HfFileMetadata:
    import httpx2
    from huggingface_hub import get_hf_file_metadata
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled

    try:
        # False, not None: a token that another program stored is not ours to send.
        return get_hf_file_metadata(
            url, token=options.token or False, timeout=_SECONDS, endpoint=options.hub_endpoint.rstrip("/") or None
        )
    except OfflineModeIsEnabled as error:
        raise NetworkOff from error
    except GatedRepoError as error:
        raise refusal(403, host_of(url)) from error
    except HfHubHTTPError as error:
        raise _answered(error.response.status_code, url) from error
    except (httpx2.HTTPError, OSError) as error:
        raise _unreachable(url, type(error).__name__) from error


def _answered(status: int, url: str) -> ModelsError:
    if status == 429 or status >= 500:
        return _unreachable(url, f"status {status}")
    return refusal(status, host_of(url))


def _unreachable(url: str, reason: str) -> SourceUnreachable:
    return SourceUnreachable(
        f"{host_of(url)} cannot be reached ({reason}). Check the connection and the proxy settings, then resume; "
        "or choose another source, or import the file by hand.",
        host=host_of(url),
        reason=reason,
    )
