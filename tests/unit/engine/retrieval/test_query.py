"""Questions are split and rewritten where it pays, and never lost to a model that says nothing of use."""

from __future__ import annotations

import pytest

from engine.errors import WorkerFailed
from engine.retrieval.query import Rewritten, pays, rewrite, split


@pytest.mark.parametrize(
    "question", ["How much is the course?", "AI⼤模型全栈⼯程师适合哪些人", "What does error E-4031 mean", "学费多少"]
)
def test_a_question_that_stands_alone_is_searched_for_as_it_is(question: str) -> None:
    assert not pays(question, ["Tell me of the course.", "It costs 9800."])


@pytest.mark.parametrize("question", ["How much is it?", "那退费呢？", "它的学费是多少", "And for the second one?"])
def test_a_question_that_points_back_pays_when_there_is_something_before(question: str) -> None:
    assert pays(question, ["the course"])
    assert not pays(question)


@pytest.mark.parametrize(
    "question",
    ["Compare the fees of A and B", "RAG 和微调的区别是什么", "word " * 3 + " ".join(f"w{n}" for n in range(50))],
)
def test_comparing_and_long_questions_pay(question: str) -> None:
    assert pays(question)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How much is the course and when does it start?", ("How much is the course and when does it start?",)),
        ("What is the course fee and how are refunds paid?", ("What is the course fee", "how are refunds paid")),
        ("学费是多少？退费规则是什么？", ("学费是多少", "退费规则是什么")),
        ("课程费用，还有开课日期", ("课程费用", "开课日期")),
        ("Tea and coffee", ("Tea and coffee",)),
        ("它贵吗？还有别的吗？", ("它贵吗？还有别的吗？",)),
    ],
)
def test_several_questions_are_taken_apart_if_each_stands_alone(question: str, parts: tuple[str, ...]) -> None:
    assert split(question) == parts


def test_the_model_is_asked_only_where_it_pays_or_always() -> None:
    asked: list[str] = []

    def ask(instructions: str, text: str) -> str:
        asked.append(text)
        return '```json\n["course fee", "refund rules"]\n```'

    assert rewrite("How much is the course?", ask=ask).how == "asked"
    assert asked == []
    found = rewrite("How much is it?", ["the course"], ask=ask)
    assert found == Rewritten(queries=("course fee", "refund rules", "How much is it?"), how="model")
    assert "- the course" in asked[0]
    assert rewrite("How much is it?", ["the course"], ask=ask, when="never").how == "asked"
    assert rewrite("Course fee", ask=ask, when="always").how == "model"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "[1, 2]",
        "[[",
        "[" * 100_000,
        '["' + "long " * 200 + '"]',
        "I cannot [do] that",
    ],
)
def test_an_answer_of_no_use_leaves_the_question(answer: str) -> None:
    found = rewrite("学费是多少？退费规则是什么？", ask=lambda *_: answer, when="always")

    assert found.how == "split"
    assert found.queries == ("学费是多少？退费规则是什么？", "学费是多少", "退费规则是什么")


def test_an_object_around_the_list_will_do() -> None:
    assert rewrite("Fees?", ask=lambda *_: '{"queries": ["course fee"]}', when="always").queries[0] == "course fee"


def test_a_list_of_lines_will_do() -> None:
    found = rewrite("Fees?", ask=lambda *_: '1. course fee\n2) "refund rules"\n', when="always")

    assert found.queries == ("course fee", "refund rules", "Fees?")


def test_a_model_that_fails_leaves_the_question() -> None:
    def fail(instructions: str, text: str) -> str:
        raise WorkerFailed("died")

    assert rewrite("Course fee", ask=fail, when="always") == Rewritten(queries=("Course fee",), how="asked")
