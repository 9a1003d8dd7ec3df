"""The header reader: right about real files, and only ever a header or a ModelsError for anything else."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import BrokenModel, ModelsError, NotAModel
from models.gguf import read_header
from models.types import GgufHeader

Build = Callable[..., bytes]


def _read(tmp_path: Path, body: bytes) -> GgufHeader:
    path = tmp_path / "model.gguf"
    path.write_bytes(body)
    return read_header(path)


def test_reads_what_the_file_says(tmp_path: Path, gguf: Build) -> None:
    header = _read(tmp_path, gguf(pairs={"tokenizer.chat_template": "{{ messages }}", "general.license": "mit"}))
    assert (header.architecture, header.name, header.context, header.layers) == ("llama", "Tiny", 4096, 2)
    assert (header.parameters, header.vocabulary, header.quantisation) == (4096, 3, "F16")
    assert (header.heads, header.kv_heads, header.embedding) == (4, 2, 64)
    # 2 layers, 2 key-value heads of 16, keys and values, two bytes each
    assert header.kv_bytes_per_token == 2 * 2 * (16 + 16) * 2
    assert (header.chat_template, header.licence) == ("{{ messages }}", "mit")
    assert header.tensor_bytes == 8192


def test_no_template_and_no_file_type(tmp_path: Path, gguf: Build) -> None:
    header = _read(tmp_path, gguf(pairs={"general.file_type": None}))
    assert header.chat_template is None
    assert header.quantisation == "F16"  # the tensors say so


def test_layers_without_attention_keep_no_context(tmp_path: Path, gguf: Build) -> None:
    per_layer = _read(tmp_path, gguf(pairs={"llama.attention.head_count_kv": [0, 2, 0, 2]}))
    assert per_layer.kv_bytes_per_token == 4 * 32 * 2
    interval = _read(tmp_path, gguf(pairs={"llama.block_count": 8, "llama.full_attention_interval": 4}))
    assert interval.kv_bytes_per_token == 2 * 2 * 32 * 2


@pytest.mark.real
def test_the_real_files(model_cache: Path) -> None:
    smollm2 = read_header(model_cache / "SmolLM2-135M-Instruct.Q4_1.gguf")
    assert (smollm2.architecture, smollm2.context, smollm2.vocabulary) == ("llama", 8192, 49152)
    assert smollm2.chat_template is not None
    assert 134e6 < smollm2.parameters < 135e6
    gemma = model_cache / "gemma-3-270m-q4_k_m.gguf"
    if gemma.exists():
        assert read_header(gemma).chat_template is None


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b'{"model": 1}', "JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "pointer"),
        (struct.pack("<Q", 64) + b'{"__metadata__"', "safetensors"),
        (b"ggjt" + bytes(60), "old format"),
        (b"\x1f\x8b" + bytes(60), "compressed"),
        (b"some words", "something else"),
    ],
)
def test_says_what_a_wrong_file_is(tmp_path: Path, start: bytes, words: str) -> None:
    with pytest.raises(NotAModel, match=words):
        _read(tmp_path, start)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NotAModel, match="folder"):
        read_header(tmp_path)
    with pytest.raises(NotAModel, match="cannot be opened"):
        read_header(tmp_path / "absent.gguf")


@pytest.mark.parametrize(
    ("version", "code"), [(1, "model_too_old"), (4, "model_too_new"), (3 << 24, "big_endian_model")]
)
def test_versions_not_known_here(tmp_path: Path, gguf: Build, version: int, code: str) -> None:
    with pytest.raises(BrokenModel) as raised:
        _read(tmp_path, gguf(version=version))
    assert raised.value.code == code


def test_a_truncated_file_says_how_much_is_missing(tmp_path: Path, gguf: Build) -> None:
    whole = gguf()
    with pytest.raises(BrokenModel, match="incomplete") as raised:
        _read(tmp_path, whole[:-1000])
    assert raised.value.code == "truncated_model"
    assert raised.value.details["missing"] == 1000


@pytest.mark.parametrize("length", [5, 12, 25, 60, 200, 420])
def test_truncated_inside_the_header(tmp_path: Path, gguf: Build, length: int) -> None:
    with pytest.raises(BrokenModel) as raised:
        _read(tmp_path, gguf()[:length])
    assert raised.value.code == "truncated_model"


def _with_pair(gguf: Build, raw_value: bytes) -> bytes:
    """Return a model whose first property has this type and value."""
    key = b"general.architecture"
    body = gguf()
    at = body.index(key) + len(key)
    return body[:at] + raw_value


@pytest.mark.parametrize(
    "body",
    [
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1) + bytes(64),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 1 << 60) + bytes(64),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + struct.pack("<Q", 1 << 62) + bytes(64),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + struct.pack("<QcIQQ", 1, b"t", 2, 1 << 63, 1) + bytes(64),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + struct.pack("<QcI", 1, b"t", 1 << 31) + bytes(64),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + struct.pack("<QcIQQ", 1, b"t", 2, 1 << 39, 1 << 39) + bytes(64),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + struct.pack("<Q", 1 << 33) + bytes(64),
    ],
)
def test_claims_no_model_makes(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(BrokenModel, match="no model has") as raised:
        _read(tmp_path, body)
    assert raised.value.code == "hostile_model"


@pytest.mark.parametrize(
    "raw_value",
    [
        struct.pack("<IQ", 8, 1 << 40),  # a text of a terabyte
        struct.pack("<IIQ", 9, 8, 1 << 50),  # a list of many texts
        struct.pack("<IIQQ", 9, 8, 2, 1 << 40),  # a huge text in a list
        struct.pack("<IIQIQ", 9, 9, 1, 9, 1),  # lists in lists
        struct.pack("<I", 99),  # no such type
        struct.pack("<IIQ", 9, 77, 1),
    ],
)
def test_hostile_properties(tmp_path: Path, gguf: Build, raw_value: bytes) -> None:
    with pytest.raises(BrokenModel) as raised:
        _read(tmp_path, _with_pair(gguf, raw_value) + bytes(64))
    assert raised.value.code == "hostile_model"


def test_an_impossible_alignment(tmp_path: Path, gguf: Build) -> None:
    with pytest.raises(BrokenModel, match="alignment"):
        _read(tmp_path, gguf(pairs={"general.alignment": 1 << 40}))


def test_one_part_of_several(tmp_path: Path, gguf: Build) -> None:
    with pytest.raises(BrokenModel, match="--merge") as raised:
        _read(tmp_path, gguf(pairs={"split.count": 3}))
    assert raised.value.code == "split_model"


def test_without_an_architecture(tmp_path: Path, gguf: Build) -> None:
    with pytest.raises(BrokenModel, match="architecture"):
        _read(tmp_path, gguf(pairs={"general.architecture": None}))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_headers_give_a_header_or_a_models_error(tmp_path: Path, gguf: Build, data: st.DataObject) -> None:
    body = bytearray(gguf(elements=64, pairs={"tokenizer.chat_template": "{{ x }}", "x.flag": True, "x.float": 0.5}))
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(body) - 9))
        length = data.draw(st.sampled_from([1, 4, 8]))
        body[at : at + length] = data.draw(st.binary(min_size=length, max_size=length))
    end = data.draw(st.integers(0, len(body)))
    _header_or_error(tmp_path, bytes(body[: end or None]))


@pytest.mark.real
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_real_headers(tmp_path: Path, smollm2: Path, data: st.DataObject) -> None:
    with smollm2.open("rb") as file:
        body = bytearray(file.read(8192))
    at = data.draw(st.integers(0, len(body) - 9))
    body[at : at + 8] = data.draw(st.binary(min_size=8, max_size=8))
    _header_or_error(tmp_path, bytes(body))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=256))
def test_random_bytes_after_the_magic(tmp_path: Path, body: bytes) -> None:
    _header_or_error(tmp_path, b"GGUF\3\0\0\0" + body)


def _header_or_error(tmp_path: Path, body: bytes) -> None:
    with contextlib.suppress(ModelsError):
        assert isinstance(_read(tmp_path, body), GgufHeader)
