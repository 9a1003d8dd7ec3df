"""Going over all passages in passes: parts, notes with markers, notes on notes, and what was not read."""

from __future__ import annotations

from engine.retrieval import tokens
from engine.retrieval.survey import Part, parts_of, survey
from engine.types import Chunk

SENTENCE = "The contract number {n} begins on day {n} of the year and costs {n} euros."


def part(n: int, file: str = "a") -> Part:
    text = SENTENCE.format(n=n)
    chunk = Chunk(text=text, tokens=tokens.count(text), page=n + 1, last_page=n + 1)
    return Part(file_id=f"file-{file}", filename=f"{file}.pdf", chunk=chunk)


class Model:
    """Answers with the first line of each passage, with or without its marker, and remembers what it was told."""

    def __init__(self, *, markers: bool = True) -> None:
        self.markers = markers
        self.told: list[tuple[str, str]] = []

    def ask(self, instructions: str, text: str, most: int) -> str:
        assert most > 0
        self.told.append((instructions, text))
        if instructions.startswith(("These are notes", "以下是对")):
            return "\n".join([line for line in text.splitlines() if line.startswith("The contract")][::2])
        blocks = [block for block in text.split("\n\n") if block.startswith("【")]
        lines = [block.splitlines()[1] + (block[: block.index("】") + 1] if self.markers else "") for block in blocks]
        return "\n".join([*lines, "-", "【7:7†source】"])


def test_overlapping_passages_are_read_once() -> None:
    text = "One two three. Four five six. Seven eight."
    chunks = [
        Chunk(text=text[:29], tokens=9, start=0, stop=29),
        Chunk(text=text[15:], tokens=9, start=15, stop=42),
        Chunk(text=text[30:], tokens=3, start=30, stop=42),
    ]
    assert [each.chunk.text for each in parts_of("f", "a.txt", chunks)] == [text[:29], "Seven eight."]


def test_a_repeated_header_of_a_table_stays() -> None:
    chunks = [
        Chunk(text="name,age\nAnn,5\nBob,6", tokens=9, start=0, stop=20),
        Chunk(text="name,age\nBob,6\nCyd,7", tokens=9, start=15, stop=26),
    ]
    assert [each.chunk.text for each in parts_of("f", "a.csv", chunks)][1].startswith("name,age\n")


def test_what_fits_is_given_as_it_is() -> None:
    model = Model()
    found = survey("Summarise it", "summary", [part(0), part(1)], search=0, ask=model.ask, room=2000, most_passes=5)
    assert (found.notes, found.passes, found.unread, model.told) == ((), 0, 0, [])
    assert [source.marker for source in found.sources] == ["【0:0†source】", "【0:1†source】"]
    assert [(each.read, each.of, each.last_page) for each in found.coverage] == [(2, 2, 2)]


def test_all_is_read_in_passes_and_files_are_not_mixed() -> None:
    model = Model()
    heard: list[tuple[int, int]] = []
    parts = [*(part(n) for n in range(30)), *(part(n, "b") for n in range(30))]
    found = survey(
        "Compare these files",
        "comparison",
        parts,
        search=2,
        ask=model.ask,
        room=600,
        most_passes=50,
        on_progress=lambda done, total: heard.append((done, total)),
    )
    noted = [text for instructions, text in model.told if instructions.startswith("You read")]
    assert all(("a.pdf" in text) != ("b.pdf" in text) for text in noted)
    assert sum(text.count("†source】 ") for text in noted) == 60, "each passage is read once"
    assert heard[-1][0] == heard[-1][1] == sum(each.chunk.tokens for each in parts)
    assert [(each.filename, each.read, each.of) for each in found.coverage] == [("a.pdf", 30, 30), ("b.pdf", 30, 30)]
    assert found.unread == 0
    assert found.notes
    assert sum(map(tokens.count, found.notes)) <= 600, "notes on notes fit"
    assert {source.filename for source in found.sources} == {"a.pdf", "b.pdf"}
    assert all("【7:7†source】" not in note for note in found.notes), "a marker that points nowhere is dropped"
    assert found.passes == len(model.told)


def test_lines_without_a_marker_get_it() -> None:
    parts = [part(n) for n in range(20)]
    found = survey("列出所有合同", "list", parts, search=0, ask=Model(markers=False).ask, room=300, most_passes=9)
    assert found.notes
    assert all("†source】" in note for note in found.notes)


def test_beyond_the_passes_a_list_begins_at_the_beginning_and_a_summary_skips() -> None:
    parts = [part(n) for n in range(60)]
    listed = survey("List all", "list", parts, search=0, ask=Model().ask, room=300, most_passes=2)
    summed = survey("Summarise", "summary", parts, search=0, ask=Model().ask, room=300, most_passes=2)

    assert listed.unread == summed.unread > 0
    [first], [second] = listed.coverage, summed.coverage
    assert first.read + listed.unread == first.of == 60
    assert first.last_page is not None
    assert second.last_page is not None
    assert first.last_page < 40 < second.last_page


def test_it_stops_when_told_to() -> None:
    model = Model()
    found = survey(
        "Summarise",
        "summary",
        [part(n) for n in range(60)],
        search=0,
        ask=model.ask,
        room=300,
        most_passes=9,
        stopped=lambda: len(model.told) >= 1,
    )
    assert len(model.told) == 1
    assert found.passes == 1
