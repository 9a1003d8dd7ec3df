"""Writes tiny GGUF files: a real header and no sense, for tests in which a scripted backend does the talking."""

from __future__ import annotations

import struct
from pathlib import Path

_STRING, _UINT32 = 8, 4


def write_gguf(path: Path, *, name: str = "Tiny", context: int = 4096, architecture: str = "llama") -> Path:
    """Write a complete, valid file of a model with one layer and one tensor."""
    pairs: list[tuple[str, str | int]] = [
        ("general.architecture", architecture),
        ("general.name", name),
        ("general.file_type", 0),
        (f"{architecture}.context_length", context),
        (f"{architecture}.block_count", 1),
        (f"{architecture}.embedding_length", 32),
        (f"{architecture}.attention.head_count", 4),
        (f"{architecture}.attention.head_count_kv", 4),
        (f"{architecture}.vocab_size", 32),
        ("general.alignment", 32),
        ("tokenizer.chat_template", "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"),
    ]
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs))
    for key, value in pairs:
        header += _string(key)
        if isinstance(value, str):
            header += struct.pack("<I", _STRING) + _string(value)
        else:
            header += struct.pack("<II", _UINT32, value)
    header += _string("token_embd.weight") + struct.pack("<IQQIQ", 2, 32, 32, 0, 0)
    padding = -len(header) % 32
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header + bytes(padding) + bytes(32 * 32 * 4))
    return path


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data
