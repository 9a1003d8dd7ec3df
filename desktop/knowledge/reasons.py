"""Says in the user's language why a file could not be read, from the engine's sentence; knows no Qt.

The API gives a failed file one of three codes and a sentence. The window wants to say the sentence in Chinese too.
"""

from __future__ import annotations

import re

from desktop.words import QT_TRANSLATE_NOOP, Words

# Beginning of the engine's sentence -> what the window says.
_ROWS: tuple[tuple[str, Words], ...] = (
    ("This file is empty", QT_TRANSLATE_NOOP("Reasons", "The file is empty.")),
    ("There is no text in this PDF", QT_TRANSLATE_NOOP("Reasons", "The pages are pictures, as scanners make them.")),
    ("There is no text in this file", QT_TRANSLATE_NOOP("Reasons", "There is no text in this file.")),
    ("This file has ", QT_TRANSLATE_NOOP("Reasons", "The file is too large to be searched. Split it.")),
    ("There is more text", QT_TRANSLATE_NOOP("Reasons", "There is too much text for one file. Split it.")),
    ("This PDF has ", QT_TRANSLATE_NOOP("Reasons", "The PDF has too many pages. Split it.")),
    ("This file is too large", QT_TRANSLATE_NOOP("Reasons", "The file is too large or too nested. Split it.")),
    ("Reading this file take", QT_TRANSLATE_NOOP("Reasons", "Reading it takes more memory than a file may use.")),
    ("Reading this file took", QT_TRANSLATE_NOOP("Reasons", "Reading it took too long. Split it.")),
    ("This PDF is locked", QT_TRANSLATE_NOOP("Reasons", "Locked with a password. Save it without one.")),
    ("This file is locked", QT_TRANSLATE_NOOP("Reasons", "Locked with a password. Save it without one.")),
    ("This document is locked", QT_TRANSLATE_NOOP("Reasons", "Locked with a password. Save it without one.")),
    ("This book is locked", QT_TRANSLATE_NOOP("Reasons", "Locked by its publisher (DRM).")),
    ("This PDF is encrypted", QT_TRANSLATE_NOOP("Reasons", "Encrypted in an unknown way. Print it to a new PDF.")),
    ("This PDF is damaged", QT_TRANSLATE_NOOP("Reasons", "The PDF is damaged. Save it anew in another program.")),
    ("The pages of this PDF", QT_TRANSLATE_NOOP("Reasons", "The PDF is damaged. Save it anew in another program.")),
    ("This is not a real", QT_TRANSLATE_NOOP("Reasons", "Damaged, or not what its name says.")),
    ("This file is damaged", QT_TRANSLATE_NOOP("Reasons", "Damaged, or not what its name says.")),
    ("This file unpacks", QT_TRANSLATE_NOOP("Reasons", "It unpacks to far more than a document holds; not read.")),
    ("This file holds far", QT_TRANSLATE_NOOP("Reasons", "It unpacks to far more than a document holds; not read.")),
    ("Pictures are read only", QT_TRANSLATE_NOOP("Reasons", "A picture; recognising text is off in the settings.")),
    ("No text was recognised", QT_TRANSLATE_NOOP("Reasons", "No text was recognised in it.")),
    ("This picture is too large", QT_TRANSLATE_NOOP("Reasons", "The picture is too large. Make it smaller.")),
    ("This picture is damaged", QT_TRANSLATE_NOOP("Reasons", "The picture is damaged, or of an unknown kind.")),
    ("Archives are not", QT_TRANSLATE_NOOP("Reasons", "An archive. Unpack it and add the files in it.")),
    ("The old format", QT_TRANSLATE_NOOP("Reasons", "An old Office format. Save it in the new one.")),
    ("Files of this kind", QT_TRANSLATE_NOOP("Reasons", "Files of this kind cannot be read.")),
    ("This file holds no text", QT_TRANSLATE_NOOP("Reasons", "No text in any known encoding.")),
    ("This file has no header", QT_TRANSLATE_NOOP("Reasons", "This is not a mail message.")),
    ("The JSON in this file", QT_TRANSLATE_NOOP("Reasons", "The JSON is nested too deeply.")),
    ("This is not JSON", QT_TRANSLATE_NOOP("Reasons", "This is not valid JSON.")),
    ("There is no JSON", QT_TRANSLATE_NOOP("Reasons", "This is not valid JSON.")),
    ("The content of this file", QT_TRANSLATE_NOOP("Reasons", "Its content cannot be read from the disk any more.")),
    ("The file ", QT_TRANSLATE_NOOP("Reasons", "It was changed, moved or cannot be reached just now.")),
    ("Fireside stopped", QT_TRANSLATE_NOOP("Reasons", "Fireside stopped several times while reading it.")),
    ("Something went wrong", QT_TRANSLATE_NOOP("Reasons", "Something went wrong inside Fireside while reading it.")),
)
_OTHERWISE = QT_TRANSLATE_NOOP("Reasons", "It could not be read: {message}")
_STARTS = re.compile("|".join(f"({re.escape(start)})" for start, _ in sorted(_ROWS, key=lambda row: -len(row[0]))))
_BY_START = dict(_ROWS)


def reason(message: str) -> Words:
    """Return what to say for the engine's sentence; one not known here is quoted."""
    found = _STARTS.match(message)
    return _BY_START[found.group()] if found else _OTHERWISE.fill(message=message)
