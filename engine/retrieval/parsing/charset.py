"""Finds out in which encoding a text was written, and decodes it."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_JAPANESE = "のにはをたがでてとしれさいるなかもっらりこすあまそきうくけよつどえだおわせみひめ"
_JAPANESE += "、。ーンスルトアイリクラ日本年人大一会中"
# The commonest characters of each language: about every third character of any text is one of them.
_COMMON = {
    "gb18030": "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下"
    "自之年过发后作里用道行所然家种事成方多经"
    "么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日月第二"
    "三四五六七八九十元次年名公司业文员工高关"
    "，。、；：？！“”（）《》",
    "big5hkscs": "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下"
    "自之年過發後作裡用道行所然家種事成方多經"
    "麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日月第二"
    "三四五六七八九十元次年名公司業文員工高關"
    "，。、；：？！「」（）《》",
    "cp932": _JAPANESE,
    "euc_jp": _JAPANESE,
    "cp949": "이다는을에의가고를은하지한로도서기사자어아리나시해인그정수대보라있와들전일으스과부게면주했제장여성상",
}
_COMMON["utf-16-le"] = _COMMON["utf-16-be"] = "".join(_COMMON.values()) + " etaoinsrhl\n"
_COMMON_SETS = {name: frozenset(characters) for name, characters in _COMMON.items()}
_ENOUGH = 0.12
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TOLERATED = 0.001


def decode(untrusted: bytes, *, declared: bool = False) -> str:
    """Return the text with line ends as `\\n`; with `declared`, what it says about itself is believed if it fits.

    Raises ValueError if it is no text in any encoding.
    """
    text = _decode(untrusted, declared=declared)
    if len(_CONTROL.findall(text[:_SAMPLE])) > 1 + _TOLERATED * min(len(text), _SAMPLE):
        raise ValueError("not text")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _decode(untrusted: bytes, *, declared: bool) -> str:
    for mark, encoding in _BOMS:
        if untrusted.startswith(mark):
            return untrusted.decode(encoding, "replace")
    names = [] if b"\0" in untrusted[:_SAMPLE] else ["utf-8"]
    if declared and (match := _DECLARED.search(untrusted[:4096])) is not None:
        names.append(match[1].decode("ascii"))
    for name in names:
        try:
            return untrusted.decode(_wider(name))
        except (UnicodeDecodeError, LookupError):
            continue
    return untrusted.decode(_guess(untrusted[:_SAMPLE]), "replace")


def _wider(name: str) -> str:
    """Return the encoding that holds the declared one and what people write under its name."""
    name = name.lower()
    if name in ("gb2312", "gbk", "x-gbk", "cp936", "hz-gb-2312"):
        return "gb18030"
    return {"big5": "big5hkscs", "shift_jis": "cp932", "iso-8859-1": "cp1252", "latin-1": "cp1252"}.get(name, name)


def _guess(sample: bytes) -> str:
    scores = {name: _score(sample, name) for name in _COMMON_SETS}
    best = max(scores, key=scores.__getitem__)
    if scores[best] >= _ENOUGH:
        return best
    if b"\0" in sample:
        raise ValueError("not text")
    found = charset_normalizer.from_bytes(sample).best()
    return found.encoding if found is not None and not found.encoding.startswith("utf_16") else "cp1252"


def _score(sample: bytes, encoding: str) -> float:
    """Return the share of common characters among those that are not ASCII; 0 if it is not this encoding."""
    if encoding.startswith("utf-16"):
        sample = sample[: len(sample) // 2 * 2]
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(sample, final=False)
    except UnicodeDecodeError:
        return 0.0
    telling = text if encoding.startswith("utf-16") else [character for character in text if character > "\x7f"]
    if not telling or _CONTROL.search(text):
        return 0.0
    common = _COMMON_SETS[encoding]
    return sum(character in common for character in telling) / len(telling)
