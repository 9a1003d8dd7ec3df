"""Brings different spellings of the same text together: width, case, ligatures, radicals that look like characters."""

from __future__ import annotations

import re
import unicodedata

# CJK Radicals Supplement has few decompositions in Unicode, yet PDF fonts map whole characters to it.
_RADICALS = dict(
    zip(
        "⺀⺁⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "冫厂乙亻冂几刀刂卜㔾小小尢尢尢尢巳幺彑彐忄心扌攵旡日月母民氵氺灬爫爫丬牛犭王疋目示礻竹糸纟网网网羊羊羊老聿聿肉臼艹艹艹虎衤西西见角角讠贝足车辶辶辶邑钅长长长门阜阝雨青韦页风飞食食饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟亀龟",
        strict=True,
    )
)
_TRANSLATE = str.maketrans(_RADICALS)
# Characters that are another one in disguise: what a person sees and types is the plain one.
_DISGUISED = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f\ufb00-\ufb06\u00a0\u00ad\u200b-\u200f\ufeff]")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None)
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """Replace radicals, compatibility characters, ligatures and invisible signs; leave width and case alone."""
    if _DISGUISED.search(text) is None:
        return text
    text = text.translate(_TRANSLATE).translate(_INVISIBLE)
    return _DISGUISED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def even(text: str) -> str:
    """Return the text in one width and without disguises, its case as it was: what a model reads best."""
    return unicodedata.normalize("NFKC", plain(text))


def fold(text: str) -> str:
    """Return what two spellings of the same words have in common; not meant for people's eyes."""
    folded = unicodedata.normalize("NFKC", text.translate(_TRANSLATE).translate(_INVISIBLE))
    return unicodedata.normalize("NFKC", folded.casefold())


def collapse(text: str) -> str:
    """Make every run of white space one space."""
    return _SPACES.sub(" ", text).strip()
