"""What fits is kept, newest first, in whole turns; what does not is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.kvcache import Sequences
from engine.inference.port import ChatMessage
from engine.runs.prompt import MESSAGE_TOKENS, Budget, Prompt, PromptTooLong, build
from engine.types import ImageFilePart, ImageUrlPart, Message, Part, RefusalPart, Role, TextPart


def count(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def message(number: int, role: Role, *parts: Part) -> Message:
    return Message(id=f"msg_{number}", created_at=number, thread_id="thread_1", role=role, content=parts)


def said(number: int, role: Role, words: int) -> Message:
    return message(number, role, TextPart(text=" ".join([f"w{number}"] * words)))


def talk(turns: int, words: int = 12) -> list[Message]:
    """Return a conversation, newest first."""
    messages = []
    for turn in range(turns):
        messages += [said(2 * turn, "user", words), said(2 * turn + 1, "assistant", words)]
    return [*messages, said(2 * turns, "user", words)][::-1]


def ids(prompt: Prompt) -> list[str]:
    return [m.content.split()[0].replace("w", "msg_") for m in prompt.messages if m.role != "system"]


def room(tokens: int, **bounds: int) -> Budget:
    return Budget(context=tokens + 1000, answer=1000 if tokens >= 3000 else tokens, **bounds)


def fitted(history: Sequence[Message], tokens: int, **options: object) -> Prompt:
    budget = Budget(context=tokens * 4 // 3 + 1, answer=10**6)
    return build("Be kind.", history, count=count, budget=budget, **options)  # type: ignore[arg-type]


class TestBudget:
    def test_the_answer_has_its_place(self) -> None:
        assert Budget(context=8192, answer=1000).tokens == 7192

    def test_on_a_small_context_the_answer_gets_a_quarter(self) -> None:
        assert Budget(context=2048, answer=2048).tokens == 1536

    def test_the_callers_limit_counts_when_it_is_the_tighter_one(self) -> None:
        budget = Budget(context=8192, answer=1000, max_prompt_tokens=500)
        assert (budget.tokens, budget.limit) == (500, "max_prompt_tokens")
        assert Budget(context=400, answer=100, max_prompt_tokens=500).limit == "context"

    def test_slack_is_taken_off(self) -> None:
        assert Budget(context=8192, answer=1000, slack=92).tokens == 7100


class TestKeeping:
    def test_all_of_a_short_thread(self) -> None:
        prompt = fitted(talk(2), 4000)
        assert [m.role for m in prompt.messages] == ["system", "user", "assistant", "user", "assistant", "user"]
        assert prompt.messages[0].content == "Be kind."
        assert (prompt.dropped, prompt.more_dropped) == ((), False)

    def test_the_estimate_counts_words_and_wrapping(self) -> None:
        prompt = fitted(talk(0, words=5), 4000)
        assert prompt.tokens == 2 + 5 + 3 * MESSAGE_TOKENS

    def test_the_oldest_turns_go_first_and_whole(self) -> None:
        prompt = fitted(talk(5), 100)
        assert ids(prompt) == ["msg_8", "msg_9", "msg_10"]
        assert [d.message_id for d in prompt.dropped][:2] == ["msg_7", "msg_6"]
        assert {d.reason for d in prompt.dropped} == {"context"}
        assert prompt.dropped[0].tokens == 12 + MESSAGE_TOKENS
        assert not prompt.more_dropped

    def test_no_system_message_without_instructions(self) -> None:
        prompt = build("", talk(0), count=count, budget=room(4000))
        assert [m.role for m in prompt.messages] == ["user"]

    def test_what_the_run_has_done_so_far_is_kept_and_counted(self) -> None:
        tail = (
            ChatMessage(role="assistant", content="", tool_calls=({"id": "call_1"},)),
            ChatMessage(role="tool", content="It rains in Bonn", tool_call_id="call_1"),
        )
        without, with_tail = fitted(talk(0), 4000), fitted(talk(0), 4000, tail=tail)
        assert with_tail.messages[-2:] == tail
        assert with_tail.tokens > without.tokens + 4

    def test_a_long_thread_is_read_no_further_than_needed(self) -> None:
        read = 0

        def endless() -> Iterator[Message]:
            nonlocal read
            number = 10**6
            while True:
                read += 1
                yield said(number, "user" if number % 2 == 0 else "assistant", 12)
                number -= 1

        prompt = fitted(endless(), 200)  # type: ignore[arg-type]
        assert prompt.messages[-1].content.startswith("w1000000")
        assert prompt.more_dropped
        assert len(prompt.dropped) == 40
        assert read <= 100


class TestCallersWishes:
    def test_last_messages(self) -> None:
        prompt = fitted(talk(5), 4000, last_messages=3)
        assert ids(prompt) == ["msg_8", "msg_9", "msg_10"]
        assert {d.reason for d in prompt.dropped} == {"last_messages"}
        assert len(prompt.dropped) == 8

    def test_last_messages_and_a_full_context_are_told_apart(self) -> None:
        prompt = fitted(talk(5), 100, last_messages=5)
        assert [d.reason for d in prompt.dropped] == ["context"] * 2 + ["last_messages"] * 6

    def test_max_prompt_tokens(self) -> None:
        budget = Budget(context=8192, answer=1000, max_prompt_tokens=100)
        prompt = build("Be kind.", talk(5), count=count, budget=budget)
        assert ids(prompt) == ["msg_8", "msg_9", "msg_10"]
        assert {d.reason for d in prompt.dropped} == {"max_prompt_tokens"}


class TestTooLong:
    def test_a_newest_message_over_the_context(self) -> None:
        with pytest.raises(PromptTooLong) as caught:
            fitted([said(1, "user", 500)], 200)
        assert (caught.value.limit, caught.value.code) == ("context", "context_exceeded")
        assert "longer context" in caught.value.message
        assert caught.value.details["needed"] > 500

    def test_a_newest_message_over_the_callers_limit(self) -> None:
        with pytest.raises(PromptTooLong) as caught:
            build("", [said(1, "user", 500)], count=count, budget=room(4000, max_prompt_tokens=300))
        assert caught.value.limit == "max_prompt_tokens"
        assert "max_prompt_tokens" in caught.value.message

    def test_instructions_that_fill_the_context(self) -> None:
        with pytest.raises(PromptTooLong):
            build("word " * 5000, [], count=count, budget=room(4000))

    def test_a_turn_of_many_answers_loses_its_middle(self) -> None:
        history = [said(number, "assistant", 12) for number in range(30, 1, -1)] + [said(1, "user", 12)]
        prompt = fitted(history, 150)
        kept = ids(prompt)
        assert kept[0] == "msg_1"
        assert prompt.messages[-1].content.endswith("w30")
        assert [d.message_id for d in prompt.dropped][-1] == "msg_2"

    def test_answers_without_a_question_keep_the_newest(self) -> None:
        prompt = fitted([said(number, "assistant", 12) for number in range(300, 0, -1)], 150)
        assert prompt.messages[-1].content.endswith("w300")
        assert prompt.more_dropped


class TestText:
    def test_neighbours_of_one_role_become_one_message(self) -> None:
        history = [message(2, "user", TextPart(text="And why?")), message(1, "user", TextPart(text="What?"))]
        prompt = build("", history, count=count, budget=room(4000))
        assert prompt.messages == (ChatMessage(role="user", content="What?\n\nAnd why?"),)

    def test_empty_messages_are_left_out(self) -> None:
        history = [message(3, "user", TextPart(text="Hm?")), message(2, "assistant", TextPart(text=""))]
        prompt = build("", history, count=count, budget=room(4000))
        assert [m.role for m in prompt.messages] == ["user"]

    def test_images_are_words_for_now_and_that_is_recorded(self) -> None:
        parts = (TextPart(text="What is this?"), ImageFilePart(file_id="file_1"), ImageUrlPart(url="data:x"))
        prompt = build("", [message(1, "user", *parts)], count=count, budget=room(4000))
        assert prompt.messages[0].content == (
            "What is this?\n[image file_1, which you cannot see]\n[image, which you cannot see]"
        )
        assert prompt.stand_ins == ("msg_1",)
        assert prompt.trace()["image_stand_ins"] == ["msg_1"]

    def test_a_refusal_is_said_again(self) -> None:
        prompt = build("", [message(1, "assistant", RefusalPart(refusal="No."))], count=count, budget=room(4000))
        assert prompt.messages[0].content == "No."


class TestBigSteps:
    """Once turns have to go, the prompt begins at the same message for many turns."""

    def test_more_goes_than_must(self) -> None:
        assert ids(fitted(talk(5), 100)) == ["msg_8", "msg_9", "msg_10"]
        assert ids(fitted(talk(5), 150)) == ["msg_6", "msg_7", "msg_8", "msg_9", "msg_10"]
        stepped = fitted(talk(5), 150, filled=0.5)
        assert ids(stepped) == ["msg_8", "msg_9", "msg_10"]
        assert stepped.begins == "msg_8"
        assert [d.message_id for d in stepped.dropped] == [f"msg_{number}" for number in range(7, -1, -1)]

    def test_nothing_goes_where_all_fits(self) -> None:
        prompt = fitted(talk(3), 1000, filled=0.1, begins="msg_4")
        assert len(prompt.messages) == 8
        assert prompt.begins is None

    def test_it_begins_where_the_last_one_did(self) -> None:
        assert ids(fitted(talk(5), 150, filled=0.1, begins="msg_8")) == ["msg_8", "msg_9", "msg_10"]
        assert ids(fitted(talk(5), 150, filled=0.1, begins="msg_6"))[0] == "msg_6"
        assert ids(fitted(talk(5), 150, filled=0.1, begins="msg_2")) == ["msg_10"]  # that is too long ago

    def test_a_growing_thread_keeps_its_beginning_for_many_turns(self) -> None:
        begins, changes = None, 0
        for turns in range(1, 60):
            prompt = fitted(talk(turns), 400, filled=0.6, begins=begins)
            changes += prompt.begins != begins
            begins = prompt.begins
        assert changes <= 12  # and not with every turn


def test_the_trace_is_plain_json() -> None:
    trace = fitted(talk(5), 100).trace()
    assert trace["dropped"][0] == {"id": "msg_7", "tokens": 20, "reason": "context"}
    assert trace["more_dropped"] is False


@settings(max_examples=200, deadline=None)
@given(
    roles=st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.integers(1, 60)), max_size=40),
    tokens=st.integers(40, 800),
    last=st.none() | st.integers(1, 10),
    filled=st.floats(0.1, 1.0),
    begins=st.none() | st.integers(0, 40).map(lambda number: f"msg_{number}"),
)
def test_the_budget_holds_and_every_message_is_accounted_for(
    roles: list[tuple[Role, int]], tokens: int, last: int | None, filled: float, begins: str | None
) -> None:
    history = [said(number, role, words) for number, (role, words) in enumerate(roles)][::-1]
    budget = Budget(context=tokens, answer=tokens)
    try:
        prompt = build(
            "Be kind.", history, count=count, budget=budget, last_messages=last, filled=filled, begins=begins
        )
    except PromptTooLong:
        return
    assert prompt.tokens <= budget.tokens
    kept = {word for m in prompt.messages for word in m.content.split() if word.startswith("w")}
    dropped = {d.message_id.replace("msg_", "w") for d in prompt.dropped}
    assert not kept & dropped
    assert kept | dropped == {m.id.replace("msg_", "w") for m in history} or prompt.more_dropped
    if last is not None:
        assert len(kept) <= last
    if history:
        assert history[0].id.replace("msg_", "w") in kept


class TestRoleLast:
    def test_the_role_follows_the_question(self) -> None:
        prompt = fitted(talk(1), 4000, role_last=True)
        assert [m.role for m in prompt.messages] == ["user", "assistant", "user"]
        assert prompt.messages[-1].content.endswith("w2\n\nBe kind.")
        assert prompt.tokens == fitted(talk(1), 4000).tokens

    def test_after_an_answer_it_is_a_turn_of_its_own(self) -> None:
        prompt = fitted(talk(1)[1:], 4000, role_last=True)
        assert [m.role for m in prompt.messages] == ["user", "assistant", "user"]
        assert prompt.messages[-1].content == "Be kind."

    def test_without_a_role_nothing_is_said(self) -> None:
        budget = Budget(context=4000, answer=1000)
        prompt = build("", talk(0), count=count, budget=budget, role_last=True)
        assert len(prompt.messages) == 1

    def test_six_seats_read_a_shared_thread_once(self) -> None:
        """Counted with a tokenizer of words and the books of the cache, rendered as ChatML does."""
        words: dict[str, int] = {}
        books = Sequences(cells=16_384, count=32)
        history = [said(0, "user", 3000)]
        read = 0
        for seat in range(6):
            role = " ".join(f"role{seat}" for _ in range(20))
            prompt = build(role, history, count=count, budget=Budget(context=8192, answer=500), role_last=True)
            text = "".join(f"<{m.role}> {m.content} <end> " for m in prompt.messages) + "<assistant> "
            tokens = [words.setdefault(word, len(words)) for word in text.split()]
            plan = books.begin(tokens, len(tokens) + 40)
            assert plan is not None
            read += len(tokens) - plan.keep
            answer = said(10 + 2 * seat, "assistant", 30)
            books.extend(plan.seq, tokens[plan.keep :])
            books.prompt_read(plan.seq, None)
            books.extend(plan.seq, [words.setdefault(word, len(words)) for word in f"w{10 + 2 * seat} ".split()] * 30)
            books.release(plan.seq)
            history = [said(11 + 2 * seat, "user", 15), answer, *history]
        new = 3000 + 6 * (20 + 30 + 15)
        assert read <= 1.1 * new
