"""Which sequence serves a prompt: the books agree with a cache that is played beside them, whatever happens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.kvcache import Plan, Sequences

CELLS, COUNT = 120, 4


class Played:
    """What llama.cpp would hold: a set of (cell owner) per position, with copies sharing."""

    def __init__(self, count: int) -> None:
        self.rows: list[list[object]] = [[] for _ in range(count)]
        self.tokens: list[list[int]] = [[] for _ in range(count)]

    def carry_out(self, plan: Plan) -> None:
        for seq in plan.drop:
            self.rows[seq], self.tokens[seq] = [], []
        if plan.source is not None:
            assert plan.source not in plan.drop
            self.rows[plan.seq] = self.rows[plan.source][: plan.keep]
            self.tokens[plan.seq] = self.tokens[plan.source][: plan.keep]
        else:
            del self.rows[plan.seq][plan.keep :], self.tokens[plan.seq][plan.keep :]

    def extend(self, seq: int, tokens: list[int]) -> None:
        self.rows[seq] += [object() for _ in tokens]
        self.tokens[seq] += tokens

    @property
    def occupied(self) -> int:
        return len({id(cell) for row in self.rows for cell in row})


prompts = st.lists(st.integers(0, 2), min_size=1, max_size=60)
# Beginnings that are shared: any of three, then something of one's own.
heads = st.sampled_from([[], [0] * 20, [0] * 20 + [1] * 20, [2] * 30])
asked = st.tuples(heads, prompts, st.integers(0, 30), st.integers(0, 3)).map(
    lambda t: (([*t[0], *t[1]])[:90], t[2], t[3])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(asked, max_size=25), st.booleans())
def test_the_books_agree_with_the_cache(requests: list[tuple[list[int], int, int]], whole: bool) -> None:
    books, played = Sequences(cells=CELLS, count=COUNT, whole=whole), Played(COUNT)
    working: list[tuple[int, list[int]]] = []
    for tokens, answer, ends in requests:
        best = max(_same(row, tokens) for row in played.tokens)
        plan = books.begin(tokens, len(tokens) + answer)
        if plan is None:
            assert working, "an empty house always has room"
            continue
        busy = {seq for seq, _ in working}
        assert plan.seq not in busy
        assert not busy & set(plan.drop)
        played.carry_out(plan)
        assert played.tokens[plan.seq] == tokens[: plan.keep]
        assert plan.keep <= best
        if not whole and best >= 8:
            assert plan.keep >= min(best, len(tokens) - 1)
        if plan.ready:
            assert books[plan.seq].logits == tuple(tokens)
        else:
            assert plan.keep < len(tokens)
        books.extend(plan.seq, tokens[plan.keep :])
        played.extend(plan.seq, tokens[plan.keep :])
        books.prompt_read(plan.seq, tuple(tokens))
        working.append((plan.seq, [3] * answer))
        for seq, rest in working[:ends]:
            books.extend(seq, rest)
            played.extend(seq, rest)
            books.release(seq)
        del working[:ends]
        assert books.occupied == played.occupied <= CELLS
        assert [list(books[seq].tokens) for seq in range(COUNT)] == played.tokens


@given(st.lists(prompts, min_size=1, max_size=8))
def test_evicting_empties_everything_that_is_idle(requests: list[list[int]]) -> None:
    books = Sequences(cells=CELLS, count=COUNT)
    for tokens in requests:
        fill(books, tokens)
    while books.evict() is not None:
        pass
    assert books.occupied == 0
    assert list(books.held()) == []


def _same(held: list[int], tokens: list[int]) -> int:
    return next((i for i, (a, b) in enumerate(zip(held, tokens, strict=False)) if a != b), min(len(held), len(tokens)))


def fill(books: Sequences, tokens: list[int], answer: int = 0) -> Plan:
    """Read a prompt, answer it, and be done."""
    plan = books.begin(tokens, len(tokens) + answer)
    assert plan is not None
    books.extend(plan.seq, tokens[plan.keep :])
    books.prompt_read(plan.seq, "logits")
    books.extend(plan.seq, [7] * answer)
    books.release(plan.seq)
    return plan


def test_the_next_turn_goes_on_in_place() -> None:
    books = Sequences(cells=1000, count=4)
    first = fill(books, [1] * 100, answer=10)
    second = fill(books, [1] * 100 + [7] * 10 + [2] * 5)
    assert second == Plan(first.seq, keep=110)


def test_the_same_prompt_again_needs_no_reading() -> None:
    books = Sequences(cells=1000, count=4)
    first = fill(books, [1] * 100, answer=200)
    assert fill(books, [1] * 100, answer=200) == Plan(first.seq, keep=100, ready=True)


def test_a_beginning_shared_with_another_thread_is_held_once() -> None:
    books = Sequences(cells=1000, count=4)
    first = fill(books, [1] * 100 + [2] * 100)
    second = fill(books, [1] * 100 + [3] * 100)
    assert (second.source, second.keep) == (first.seq, 100)
    assert books.occupied == 300


def test_coming_back_after_five_others() -> None:
    books = Sequences(cells=1000, count=8)
    threads = [[0] * 20 + [number] * 100 for number in range(1, 7)]
    for tokens in threads:
        fill(books, tokens, answer=20)
    back = fill(books, threads[0] + [7] * 20 + [9] * 5)
    assert (back.keep, back.source, back.drop) == (140, None, ())


def test_a_short_tail_of_another_is_not_kept() -> None:
    books = Sequences(cells=1000, count=4)
    first = fill(books, [1] * 200 + [2] * 30)
    assert fill(books, [1] * 200 + [3] * 30) == Plan(first.seq, keep=200)


def test_what_is_at_work_is_copied_not_taken() -> None:
    books = Sequences(cells=1000, count=4)
    plan = books.begin([1] * 100, 150)
    assert plan is not None
    books.extend(plan.seq, [1] * 100)
    second = books.begin([1] * 100 + [2], 150)
    assert second is not None
    assert second.seq != plan.seq
    assert second.source == plan.seq
    assert second.keep == 100


def test_the_old_and_cheap_goes_before_the_dear() -> None:
    books = Sequences(cells=10_000, count=3)
    dear = fill(books, [1] * 4000)
    cheap = fill(books, [2] * 50)
    fill(books, [3] * 500)
    assert fill(books, [4] * 10).drop == (cheap.seq,)
    assert list(books[dear.seq].tokens) == [1] * 4000


def test_what_is_saved_goes_before_what_is_not() -> None:
    books = Sequences(cells=10_000, count=2)
    saved = fill(books, [1] * 1000)
    fill(books, [2] * 900)
    books[saved.seq].saved = 1000
    fill(books, [2] * 900 + [3])
    assert fill(books, [4] * 10).drop == (saved.seq,)


def test_no_room_beside_those_at_work() -> None:
    books = Sequences(cells=100, count=4)
    assert books.begin([1] * 40, 80) is not None
    assert books.begin([2] * 10, 30) is None
    assert books.begin([2] * 10, 20) is not None


def test_a_memory_that_cannot_go_back_is_used_whole_or_not() -> None:
    books = Sequences(cells=1000, count=4, whole=True)
    first = fill(books, [1] * 100, answer=10)
    assert fill(books, [1] * 105).keep == 0
    assert fill(books, [1] * 100 + [7] * 10 + [2]) == Plan(first.seq, keep=110)
