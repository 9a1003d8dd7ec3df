"""The hub source against a local server that answers as the hub does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from models.errors import ModelsError, NetworkOff, SourceRefused, SourceUnreachable, WrongHash
from models.sources import huggingface
from models.sources.plan import Plan, SourceOptions
from models.transfer import Stop, Stopped
from models.types import CatalogueEntry, Source

Entry = Callable[..., CatalogueEntry]
BODY = b"model" * 1000


def _resolve(site: Any, entry: CatalogueEntry, *, token: str = "") -> Plan:
    return huggingface.resolve(entry, entry.sources[0], SourceOptions(hub_endpoint=site.url + "/", token=token), Stop())


def test_a_large_file(site: Any, entry: Entry) -> None:
    site.add_hub_file("maker/tiny", "abc", "tiny.gguf", BODY)
    plan = _resolve(site, entry(BODY))
    (piece,) = plan.pieces
    assert piece.url == f"{site.url}/maker/tiny/resolve/abc/tiny.gguf"
    assert (piece.size, piece.sha256, piece.target) == (len(BODY), hashlib.sha256(BODY).hexdigest(), "tiny.gguf")
    assert plan.assembly == "files"
    assert piece.headers == {}
    assert "authorization" not in {key.lower() for key in site.seen[0].headers}


def test_without_a_pin_the_announced_hash_counts(site: Any, entry: Entry) -> None:
    site.add_hub_file("maker/tiny", "abc", "tiny.gguf", BODY)
    plan = _resolve(site, entry(BODY, sha256=None))
    assert plan.pieces[0].sha256 == hashlib.sha256(BODY).hexdigest()


def test_a_file_that_was_replaced_at_the_hub(site: Any, entry: Entry) -> None:
    site.add_hub_file("maker/tiny", "abc", "tiny.gguf", b"another")
    with pytest.raises(WrongHash) as raised:
        _resolve(site, entry(BODY))
    assert raised.value.code == "changed_at_source"


def test_a_folder_with_small_files(site: Any, entry: Entry) -> None:
    source = Source(kind="huggingface", repo="m/e", files=("model.safetensors", "config.json", "1_Pooling/config.json"))
    site.add_hub_file("m/e", "main", "model.safetensors", BODY)
    site.add_hub_file("m/e", "main", "config.json", b"{}", large=False)
    site.add_hub_file("m/e", "main", "1_Pooling/config.json", b"[]", large=False)
    plan = _resolve(site, entry(BODY, source, format="folder", file="e", kind="embedding"))
    assert [piece.target for piece in plan.pieces] == list(source.files)
    assert plan.pieces[1].sha256 is None
    assert plan.pieces[1].git_sha1 is not None
    assert plan.size == len(BODY) + 4


def test_a_token_is_sent_when_the_user_gave_one(site: Any, entry: Entry) -> None:
    site.add_hub_file("maker/tiny", "abc", "tiny.gguf", BODY)
    plan = _resolve(site, entry(BODY), token="hf_secret")
    assert plan.pieces[0].headers == {"Authorization": "Bearer hf_secret"}
    sent = {key.lower(): value for key, value in site.seen[0].headers.items()}
    assert sent["authorization"] == "Bearer hf_secret"


@pytest.mark.parametrize(
    ("status", "headers", "kind", "code"),
    [
        (404, {"X-Error-Code": "EntryNotFound"}, SourceRefused, "not_at_source"),
        (404, {"X-Error-Code": "RevisionNotFound"}, SourceRefused, "not_at_source"),
        (403, {"X-Error-Code": "GatedRepo"}, SourceRefused, "access_denied"),
        (401, {}, SourceRefused, "access_denied"),
        (500, {}, SourceUnreachable, "source_unreachable"),
        (429, {}, SourceUnreachable, "source_unreachable"),
    ],
)
def test_what_the_hub_refuses(
    site: Any, entry: Entry, status: int, headers: dict[str, str], kind: type[ModelsError], code: str
) -> None:
    site.add("/maker/tiny/resolve/abc/tiny.gguf", status=status, headers=headers)
    with pytest.raises(kind) as raised:
        _resolve(site, entry(BODY))
    assert raised.value.code == code


def test_an_address_that_is_no_hub(site: Any, entry: Entry) -> None:
    site.add("/maker/tiny/resolve/abc/tiny.gguf", b"<html>", headers={"Content-Type": "text/html"})
    with pytest.raises(SourceRefused, match="no hash") as raised:
        _resolve(site, entry(BODY, sha256=None))
    assert raised.value.code == "no_hash"


def test_nobody_there(entry: Entry) -> None:
    body = entry(BODY)
    with pytest.raises(SourceUnreachable, match="cannot be reached"):
        huggingface.resolve(body, body.sources[0], SourceOptions(hub_endpoint="http://127.0.0.1:9"), Stop())


def test_stopping(site: Any, entry: Entry) -> None:
    stop = Stop()
    stop.set()
    with pytest.raises(Stopped):
        huggingface.resolve(entry(BODY), entry(BODY).sources[0], SourceOptions(hub_endpoint=site.url), stop)
    assert site.seen == []


def test_the_librarys_own_offline_switch(site: Any, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub
    from huggingface_hub.errors import OfflineModeIsEnabled

    def offline(*_unused: object, **_named: object) -> None:
        raise OfflineModeIsEnabled("offline")

    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", offline)
    with pytest.raises(NetworkOff):
        _resolve(site, entry(BODY))
