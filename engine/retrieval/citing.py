"""Says line by line which passages an answer comes from, where its model did not; small models often do not (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.retrieval.citations import Source, Statement, check, judged

_SURE = 0.6
"""A sentence of which a passage holds this much comes from there."""
_FENCE = "```"


class Citer:
    """Ask it at the end of each line of an answer, in order. A line has at most a marker per passage."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._in_code = False

    def markers(self, line: str) -> tuple[str, ...]:
        """Return the markers that belong after a line: for its sentences without one, from whose passages they come."""
        if line.lstrip().startswith(_FENCE):
            self._in_code = not self._in_code
            return ()
        if self._in_code or line.lstrip().startswith(("#", "|")):
            return ()
        statements = judged(line, self._sources)
        cited = {marker for statement in statements for marker in statement.cited}
        missing = (found.marker for each in statements if (found := _origin(each)) is not None)
        return tuple(dict.fromkeys(marker for marker in missing if marker not in cited))


def reviewed(answer: str, sources: Sequence[Source]) -> dict[str, list[dict[str, object]]]:
    """Return what is known of a finished answer: the place each citation comes from, and sentences without support.

    Only places, no text: `at` in the answer, `start` and `stop` in the text of the passage or of the answer.
    """
    checked = check(answer, sources)
    quotes: list[dict[str, object]] = [
        {
            "at": citation.start,
            "marker": citation.source.marker,
            "file_id": citation.source.file_id,
            "page": citation.page,
            "start": citation.quote.start,
            "stop": citation.quote.stop,
            "support": round(citation.quote.support, 4),
        }
        for citation in checked.citations
    ]
    unsupported: list[dict[str, object]] = [
        {"start": each.start, "stop": each.stop, "support": each.support}
        for each in checked.statements
        if not each.supported and _claims(each, checked.text)
    ]
    return {"quotes": quotes, "unsupported": unsupported}


def _claims(statement: Statement, answer: str) -> bool:
    """Return whether a passage could say a sentence at all: headings, tables, code and questions claim nothing."""
    said = statement.text.lstrip()
    in_code = answer.count(_FENCE, 0, statement.start) % 2 == 1 or _FENCE in said
    return not (in_code or said.startswith(("#", "|")) or said.rstrip("*_ ").endswith(("?", "？")))


def _origin(statement: Statement) -> Source | None:
    """Return the passage a sentence without a marker comes from, if that is sure."""
    if statement.cited or statement.best is None or statement.support < _SURE:
        return None
    return statement.best
