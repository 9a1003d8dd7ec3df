"""Read the header of a GGUF file that nobody vouches for: every count and length is bounded before it is used."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from models.errors import BrokenModel, NotAModel
from models.types import KV_ELEMENT_BYTES, GgufHeader

# Real files have some 50 pairs, some 1,000 tensors, names under 100 characters and templates under 100 kB.
_MAX_PAIRS: Final = 4_096
_MAX_TENSORS: Final = 65_536
_MAX_NAME: Final = 1_024
_MAX_STRING: Final = 4 * 1024 * 1024
_MAX_ELEMENTS: Final = 4_000_000
_MAX_KEPT_ELEMENTS: Final = 1_024
_MAX_HEADER: Final = 256 * 1024 * 1024
_MAX_DIMENSION: Final = 1 << 40
_MAX_TENSOR: Final = 1 << 44
_WINDOW: Final = 1024 * 1024

_STRING, _ARRAY = 8, 9
_SCALARS: Final = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
# ggml type -> (name, elements in a block, bytes of a block); from ggml.h.
_TENSOR_TYPES: Final = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
}
# general.file_type -> the name people know the quantisation by; from llama.h.
_FILE_TYPES: Final = {
    **{0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S"},
    **{12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K"},
    **{19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL"},
    **{26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16"},
    **{36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4"},
}

_Value = bool | int | float | str | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _List:
    """An array too long, or of a kind of no interest, to keep: only its length is."""

    length: int


class _Reader:
    """Little-endian reads from the start of a file; running past its end is a broken model, never a huge buffer."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = min(size, _MAX_HEADER)
        self._truncated = size <= _MAX_HEADER
        self._window = b""
        self._start = 0
        self._at = 0

    @property
    def position(self) -> int:
        return self._start + self._at

    def take(self, length: int) -> bytes:
        """Return exactly `length` bytes; callers bound it first."""
        if self._at + length > len(self._window):
            self._refill(length)
        piece = self._window[self._at : self._at + length]
        self._at += length
        return piece

    def skip(self, length: int) -> None:
        if self._at + length <= len(self._window):
            self._at += length
            return
        self._check(length)
        self._start, self._window, self._at = self.position + length, b"", 0

    def scalar(self, form: str) -> int | float | bool:
        value: int | float | bool = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value

    def unsigned(self, form: str = "<Q") -> int:
        return int(self.scalar(form))

    def string(self, limit: int, what: str) -> str:
        untrusted_length = self.unsigned()
        if untrusted_length > limit:
            raise _hostile(f"{what} of {untrusted_length:,} bytes")
        return self.take(untrusted_length).decode("utf-8", "replace")

    def skip_strings(self, count: int) -> None:
        """Pass over `count` texts: vocabularies have hundreds of thousands, so this loop is kept tight."""
        unpack = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if self._at + 8 > len(self._window):
                self._refill(8)
            untrusted_length = unpack(self._window, self._at)[0]
            if untrusted_length > _MAX_STRING:
                raise _hostile(f"a text of {untrusted_length:,} bytes")
            self._at += 8
            self.skip(untrusted_length)

    def _refill(self, length: int) -> None:
        self._check(length)
        start = self.position
        self._stream.seek(start)
        self._window = self._stream.read(max(length, min(_WINDOW, self._size - start)))
        self._start, self._at = start, 0
        if len(self._window) < length:
            raise _cut_off()

    def _check(self, length: int) -> None:
        if self.position + length > self._size:
            raise _cut_off() if self._truncated else _hostile(f"a header of more than {_MAX_HEADER:,} bytes")


@dataclass(slots=True)
class _Tensors:
    """Sums over the tensor table."""

    count: int
    parameters: int = 0
    bytes: int = 0
    end: int = 0
    last_offset: int = 0
    by_type: Counter[str] | None = None


def read_header(path: Path) -> GgufHeader:
    """Return what the file says about itself.

    Raises NotAModel for anything that is not GGUF, and BrokenModel when it is truncated, of a version not known
    here, in several parts, or claims sizes no model has. Costs some tens of milliseconds, memory in the megabytes.
    """
    try:
        with path.open("rb") as stream:
            size = path.stat().st_size
            return _read(stream, size, path.name)
    except (IsADirectoryError, FileNotFoundError, PermissionError) as error:
        if path.is_dir():
            raise NotAModel(f"'{path.name}' is a folder, not a GGUF file.", file=path.name) from error
        raise NotAModel(
            f"'{path.name}' cannot be opened: {error.strerror}. Check that it is still there and may be read.",
            code="unreadable",
            file=path.name,
        ) from error
    except OSError as error:
        raise BrokenModel(
            f"'{path.name}' cannot be read: {error.strerror}. Check the disk it lies on.",
            code="unreadable",
            file=path.name,
        ) from error


def _read(stream: BinaryIO, size: int, name: str) -> GgufHeader:
    reader = _Reader(stream, size)
    _check_magic(stream.read(64), size, name)
    reader.skip(4)
    version = _version(reader.unsigned("<I"), name)
    tensor_count, pair_count = reader.unsigned(), reader.unsigned()
    if tensor_count > _MAX_TENSORS:
        raise _hostile(f"{tensor_count:,} tensors")
    if pair_count > _MAX_PAIRS:
        raise _hostile(f"{pair_count:,} properties")
    pairs = _read_pairs(reader, pair_count)
    parts = _integer(pairs, "split.count")
    if parts > 1:
        raise BrokenModel(
            f"'{name}' is one part of a model in {parts} files. Join them with `llama-gguf-split --merge` first.",
            code="split_model",
            parts=parts,
        )
    tensors = _read_tensors(reader, tensor_count)
    _check_complete(reader.position, pairs, tensors, size, name)
    return _header(version, pairs, tensors, size)


def _read_pairs(reader: _Reader, count: int) -> dict[str, _Value | _List]:
    pairs: dict[str, _Value | _List] = {}
    for _ in range(count):
        key = reader.string(_MAX_NAME, "a property name")
        kind = reader.unsigned("<I")
        pairs[key] = _read_value(reader, kind)
    return pairs


def _read_value(reader: _Reader, kind: int) -> _Value | _List:
    if kind == _STRING:
        return reader.string(_MAX_STRING, "a text")
    if kind == _ARRAY:
        return _read_array(reader)
    form = _SCALARS.get(kind)
    if form is None:
        raise _hostile(f"a property of unknown type {kind}")
    return reader.scalar(form)


def _read_array(reader: _Reader) -> tuple[int, ...] | _List:
    kind, length = reader.unsigned("<I"), reader.unsigned()
    if length > _MAX_ELEMENTS:
        raise _hostile(f"a list of {length:,} elements")
    if kind == _STRING:
        reader.skip_strings(length)
        return _List(length)
    form = _SCALARS.get(kind)
    if form is None:
        # The format allows lists of lists; no model has any, and refusing them bounds the depth at one.
        raise _hostile(f"a list of type {kind}")
    if length <= _MAX_KEPT_ELEMENTS and form not in ("<f", "<d"):
        return tuple(int(reader.scalar(form)) for _ in range(length))
    reader.skip(length * struct.calcsize(form))
    return _List(length)


def _read_tensors(reader: _Reader, count: int) -> _Tensors:
    sums = _Tensors(count, by_type=Counter())
    for _ in range(count):
        reader.skip(_bounded_name(reader))
        dimensions = reader.unsigned("<I")
        if dimensions > 8:
            raise _hostile(f"a tensor of {dimensions:,} dimensions")
        elements = 1
        for _ in range(dimensions):
            untrusted_side = reader.unsigned()
            if untrusted_side > _MAX_DIMENSION:
                raise _hostile(f"a tensor {untrusted_side:,} elements wide")
            elements *= untrusted_side
        if elements > _MAX_TENSOR:
            raise _hostile(f"a tensor of {elements:,} elements")
        kind, offset = reader.unsigned("<I"), reader.unsigned()
        sums.parameters += elements
        sums.last_offset = max(sums.last_offset, offset)
        known = _TENSOR_TYPES.get(kind)
        if known and sums.by_type is not None:  # a type newer than this table is llama.cpp's to judge
            name, block, block_bytes = known
            length = -(-elements // block) * block_bytes
            sums.bytes += length
            sums.end = max(sums.end, offset + length)
            sums.by_type[name] += length
    return sums


def _bounded_name(reader: _Reader) -> int:
    untrusted_length = reader.unsigned()
    if untrusted_length > _MAX_NAME:
        raise _hostile(f"a tensor name of {untrusted_length:,} bytes")
    return untrusted_length


def _check_complete(header_end: int, pairs: dict[str, _Value | _List], tensors: _Tensors, size: int, name: str) -> None:
    alignment = _integer(pairs, "general.alignment") or 32
    if not 1 <= alignment <= _WINDOW:
        raise _hostile(f"an alignment of {alignment:,} bytes")
    data = -(-header_end // alignment) * alignment
    needed = data + max(tensors.end, tensors.last_offset)
    if needed > size:
        raise BrokenModel(
            f"'{name}' is incomplete: it has {size:,} of at least {needed:,} bytes. Download or copy it again.",
            code="truncated_model",
            file=name,
            size=size,
            needed=needed,
            missing=needed - size,
        )


def _header(version: int, pairs: dict[str, _Value | _List], tensors: _Tensors, size: int) -> GgufHeader:
    architecture = _text(pairs, "general.architecture")
    if not architecture:
        raise BrokenModel("The file does not say which architecture it is of. Download it from another source.")

    def number(key: str) -> int:
        return _integer(pairs, f"{architecture}.{key}")

    tokens = pairs.get("tokenizer.ggml.tokens")
    common = tensors.by_type.most_common(1) if tensors.by_type else []
    fallback = common[0][0] if common else ""
    return GgufHeader(
        version=version,
        architecture=architecture,
        name=_text(pairs, "general.name"),
        parameters=tensors.parameters,
        context=number("context_length"),
        layers=number("block_count"),
        embedding=number("embedding_length"),
        heads=number("attention.head_count"),
        kv_heads=number("attention.head_count_kv") or number("attention.head_count"),
        kv_bytes_per_token=_kv_bytes_per_token(pairs, architecture),
        vocabulary=tokens.length if isinstance(tokens, _List) else number("vocab_size"),
        quantisation=_FILE_TYPES.get(_integer(pairs, "general.file_type", -1), fallback),
        licence=_text(pairs, "general.license"),
        chat_template=_text(pairs, "tokenizer.chat_template") or None,
        tensors=tensors.count,
        tensor_bytes=tensors.bytes,
        file_size=size,
        experts=number("expert_count"),
        experts_used=number("expert_used_count"),
        pooling=f"{architecture}.pooling_type" in pairs,
    )


def _kv_bytes_per_token(pairs: dict[str, _Value | _List], architecture: str) -> int:
    """Memory one token of context takes in half precision, over all layers that keep keys and values."""

    def number(key: str) -> int:
        return _integer(pairs, f"{architecture}.{key}")

    layers, heads, width = number("block_count"), number("attention.head_count"), number("embedding_length")
    side = width // heads if heads else 0
    key_side = number("attention.key_length") or side
    value_side = number("attention.value_length") or side
    per_layer = pairs.get(f"{architecture}.attention.head_count_kv")
    if isinstance(per_layer, tuple):
        kv_heads = sum(per_layer)
    else:
        interval = number("full_attention_interval") or 1
        kv_heads = (layers // interval) * (number("attention.head_count_kv") or heads)
    return max(0, kv_heads * (key_side + value_side) * KV_ELEMENT_BYTES)


def _integer(pairs: dict[str, _Value | _List], key: str, default: int = 0) -> int:
    value = pairs.get(key)
    if isinstance(value, tuple):
        return max(value, default=default)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _text(pairs: dict[str, _Value | _List], key: str) -> str:
    value = pairs.get(key)
    return value if isinstance(value, str) else ""


def _version(raw: int, name: str) -> int:
    if raw in (2, 3):
        return raw
    if raw and not raw & 0xFFFF:
        raise BrokenModel(
            f"'{name}' was made for big-endian machines and cannot be read here. Get the ordinary file.",
            code="big_endian_model",
            file=name,
        )
    if raw < 2:
        raise BrokenModel(
            f"'{name}' is in the outdated GGUF version {raw}. Get a newer file of this model.",
            code="model_too_old",
            version=raw,
        )
    raise BrokenModel(
        f"'{name}' is GGUF version {raw}; this Fireside knows versions 2 and 3. Update Fireside, or get another file.",
        code="model_too_new",
        version=raw,
    )


def _check_magic(untrusted_start: bytes, size: int, name: str) -> None:
    if untrusted_start[:4] == b"GGUF":
        return
    raise NotAModel(f"'{name}' is not a GGUF model: {_what_it_is(untrusted_start, size)}", file=name, size=size)


def _what_it_is(untrusted_start: bytes, size: int) -> str:
    """Say in a sentence what the file is instead, and what to do about it."""
    head = untrusted_start.lstrip().lower()
    if size == 0:
        return "it is empty. Download it again."
    if untrusted_start.startswith(b"PK"):
        return "it is a zip archive (or a wheel). Unpack it and choose the .gguf file inside."
    if head.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "it is a saved web page. Use the page's download link, not the address of the page."
    if head.startswith(b"version https://git-lfs"):
        return "it is only a pointer to the real file. Fetch it with `git lfs pull`, or download it directly."
    if untrusted_start[:4] in (b"ggml", b"lmgg", b"ggjt", b"tjgg", b"ggla", b"fmgg"):
        return "it is in llama.cpp's old format. Get the model as .gguf."
    if len(untrusted_start) > 8 and untrusted_start[8:9] == b"{":
        return "it is a safetensors file. Get the model as .gguf, or import the whole folder of an embedding model."
    if head.startswith((b"{", b"[")):
        return "it is a JSON text. Choose the .gguf file."
    if untrusted_start.startswith((b"\x1f\x8b", b"7z", b"Rar!", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        return "it is a compressed archive. Unpack it first."
    return "its first bytes are something else. Check that the right file was chosen."


def _cut_off() -> BrokenModel:
    return BrokenModel(
        "The file ends in the middle of its header: it is incomplete. Download or copy it again.",
        code="truncated_model",
    )


def _hostile(claim: str) -> BrokenModel:
    return BrokenModel(
        f"The file claims {claim}, which no model has: it is damaged or made to harm. Do not use it.",
        code="hostile_model",
        claim=claim,
    )
