"""The dialect of small models: fences, escaped line breaks, indented blocks, notebook magics; pure text work."""

from __future__ import annotations

import ast
import re
import textwrap

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[ \t]*$")
_MAGIC = re.compile(r"^[ \t]*(%%?|!|\?)[ \t]*([\w./-]*)")
_HARMLESS_MAGICS = frozenset({"matplotlib", "pylab", "config", "autoreload", "load_ext", "reload_ext"})
_ADVICE = {
    "pip": "Packages cannot be installed; pandas, numpy, scipy, matplotlib, openpyxl and Pillow are there.",
    "conda": "Packages cannot be installed; pandas, numpy, scipy, matplotlib, openpyxl and Pillow are there.",
    "cd": "The working folder is /mnt/data.",
    "ls": "Use os.listdir('/mnt/data').",
    "cat": "Use open(path).read().",
    "pwd": "The working folder is /mnt/data.",
    "time": "Use time.perf_counter().",
    "timeit": "Use time.perf_counter().",
}


class NotebookCommand(Exception):
    """The code has a line that only a notebook understands; the message says what to write instead."""


def to_python(untrusted_code: str) -> str:
    """Return the Python in what a model wrote. Raises NotebookCommand; broken Python comes back as it is."""
    code = untrusted_code.replace("\r\n", "\n").replace("\x00", "").lstrip("\ufeff")
    for candidate in (code, _without_fences(code), _unescaped(code), textwrap.dedent(_without_fences(code))):
        if _parses(candidate):
            return candidate
    bare = textwrap.dedent(_without_fences(code))
    kept, refused = [], None
    for line in bare.splitlines():
        match = _MAGIC.match(line)
        if match is None:
            kept.append(line)
        elif match[1] != "!" and match[2] in _HARMLESS_MAGICS:
            kept.append("")  # the line numbers of errors stay right
        else:
            kept.append("")
            refused = refused or (line.strip(), match[2])
    if len(kept) and _parses("\n".join(kept)) and "\n".join(kept) != bare.rstrip("\n"):
        if refused is None:
            return "\n".join(kept)
        line, command = refused
        advice = _ADVICE.get(command, "Write plain Python.")
        raise NotebookCommand(f"'{line[:80]}' is a notebook command and does not work here. {advice}")
    return bare


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_fences(code: str) -> str:
    """Return what stands inside the fences, all blocks joined; the code itself if there are none."""
    inside: list[str] = []
    fence = ""
    for line in code.splitlines():
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1] == fence and not match[2]:
            fence = ""
        elif fence:
            inside.append(line)
    return "\n".join(inside) + "\n" if inside else code


def _unescaped(code: str) -> str:
    """Return code whose line breaks were written as backslash and n, as models do inside JSON."""
    if "\n" in code.strip() or "\\n" not in code:
        return code
    return code.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
