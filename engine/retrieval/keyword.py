"""The words a text is found by: the same in a document and in a query, whatever the spelling, script or format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.retrieval.folding import fold, plain

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul"),
            *("august aug", "september sept sep", "october oct", "november nov", "december dec"),
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"(?<!\d)(?P<y1>\d{4})\s*[-/.年]\s*(?P<m1>\d{1,2})\s*[-/.月]\s*(?P<d1>\d{1,2})(?!\d)(?:\s*[日号])?"
    r"|(?<!\d)(?P<y2>\d{4})\s*年\s*(?P<m2>\d{1,2})\s*月"
    rf"|(?<![A-Za-z])(?P<n3>{_MONTH})\.?\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*(?P<y3>\d{{4}})\b"
    rf"|(?<!\d)(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n4>{_MONTH})\.?\s*,?\s*(?P<y4>\d{{4}})\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.,])[vV]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)+)(?![\d,]*\d)")
# A run of letters and digits, possibly joined into one name by signs; the joints are what the parts are split at.
_NAME = re.compile(r"_*[^\W_]+(?:[._\-:/@#+'’&]+[^\W_]+)*[+#]*")
_JOINT = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
_CJK_RUN = re.compile(f"[{_CJK}]+")
_SIGNS = {"c++": "cplusplus", "c#": "csharp", "f#": "fsharp"}
_MAX_WORD = 64
_MAX_TERMS = 64

# Words that hold a question together and are in every text.
_STOP = frozenset(
    re.findall(
        r"\S+",
        "a an and are as at be been but by can could did do does for from had has have how i if in into is it its me "
        "my no not of on or our shall should so such than that the their them then there these they this those to was "
        "we were what when where which who whom whose why will with would you your about any each please tell give",
    )
)
_STOP_CJK = re.compile(
    "请问|請問|什么|什麼|哪些|哪个|哪個|哪里|哪裡|怎么样|怎麼樣|怎么|怎麼|如何|为什么|為什麼|为何|是否|多少|有没有|有沒有|"
    "告诉我|告訴我|一下|[吗嗎呢吧]"
)
# A pair with one of these is seldom a word.
_PARTICLES = frozenset("的了和与與及是在有对對把被也都就而或之其这這那哪个個我你您他她它")


def words_of(text: str) -> str:
    """Return what is indexed for a text: its words, parts of names, numbers, dates and pairs of CJK characters.

    The last character of a run of CJK stands alone, so that every single character begins some word.
    """
    return " ".join(_words(plain(text)))


def terms_of(query: str) -> tuple[str, ...]:
    """Return the words of a query that say something, each once, in their order; `茶*` is whatever begins with 茶."""
    text = plain(query)
    found = _asked(_STOP_CJK.sub(" ", text))
    terms = tuple(term for term in found if term not in _STOP)
    # A question of nothing but such words is about them.
    return (terms or _asked(text))[:_MAX_TERMS]


def expression_of(terms: Sequence[str]) -> str:
    """Return the full-text expression that finds any of these words."""
    return " OR ".join(f'"{term.rstrip("*")}"{"*" if term.endswith("*") else ""}' for term in terms)


def coverage(terms: Iterable[str] | Mapping[str, float], words: str) -> float:
    """Return which part of the terms, from 0 to 1, a text of such `words` holds; with a mapping, by its weights.

    Pairs with particles count less: they are seldom words.
    """
    held = set(words.split())
    beginnings = {word[0] for word in held}
    weights = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
    found = total = 0.0
    for term, weight in weights.items():
        weight *= 0.25 if len(term) == 2 and not _PARTICLES.isdisjoint(term) else 1.0
        total += weight
        if term[:-1] in beginnings if term.endswith("*") else term in held:
            found += weight
    return found / total if total else 0.0


def _asked(text: str) -> tuple[str, ...]:
    """Return the words of a query: a run of CJK needs no last character of its own, and a single one finds pairs."""
    terms: dict[str, None] = {}
    for word, ends_run in _marked(text):
        if not ends_run:
            terms[word] = None
        elif ends_run == "alone":
            terms[f"{word}*"] = None
    return tuple(terms)


def _words(text: str) -> Iterator[str]:
    return (word for word, _ in _marked(text))


def _marked(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a text, and for single CJK characters whether they end a run or are "alone"."""
    text = unicodedata.normalize("NFKC", text)
    for match in _DATE.finditer(text):
        yield from ((date, "") for date in _date(match))
    text = _DATE.sub(" ", text)
    for match in _NUMBER.finditer(text):
        yield match[0].lower().lstrip("v").replace(",", "").replace(".", "p"), ""
    for match in _NAME.finditer(_NUMBER.sub(" ", text)):
        yield from _name(match[0])


def _name(name: str) -> Iterator[tuple[str, str]]:
    """Cut a name where its script changes from or to CJK."""
    position = 0
    for match in _CJK_RUN.finditer(name):
        yield from ((word, "") for word in _spelled(name[position : match.start()]))
        run = fold(match[0])
        yield from ((run[index : index + 2], "") for index in range(len(run) - 1))
        yield run[-1], "alone" if len(run) == 1 else "end"
        position = match.end()
    yield from ((word, "") for word in _spelled(name[position:]))


def _spelled(name: str) -> Iterator[str]:
    """Yield a name as a whole, without the signs that join it, and its parts: `max_tokens` is found as `maxTokens`."""
    folded = fold(name)
    if (sign := _SIGNS.get(folded)) is not None:
        yield sign
        return
    parts = [fold(part) for joint in _JOINT.split(name) for part in _PARTS.findall(joint)]
    whole = _JOINT.sub("", folded)[:_MAX_WORD]
    if len(parts) < 2:
        if whole:
            yield _stem(whole)
        return
    yield whole
    yield from (_stem(part[:_MAX_WORD]) for part in parts if len(part) > 1 or part.isdigit())


def _date(match: re.Match[str]) -> Iterator[str]:
    """Yield the year of a date, and a word for its month and one for its day, however it is written."""
    groups = {key[0]: value for key, value in match.groupdict().items() if value is not None}
    yield groups["y"]
    month = _MONTHS[groups["n"].lower()] if "n" in groups else int(groups["m"])
    yield f"date{groups['y']}{month:02}"
    if "d" in groups:
        yield f"date{groups['y']}{month:02}{int(groups['d']):02}"


def _stem(word: str) -> str:
    """Cut the plural of an English word, so that "refunds" finds "refund"."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
