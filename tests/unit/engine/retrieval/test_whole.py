"""Questions about all of some files, and those that only sound like it."""

from __future__ import annotations

import pytest

from engine.retrieval.whole import wanted


@pytest.mark.parametrize(
    "question",
    [
        "Summarise this document.",
        "Please summarize the attached report in three sentences",
        "summarize it",
        "Give me a short summary",
        "What is this paper about?",
        "Give me the key points of the two files, please",
        "TL;DR",
        "Summarise the file handbook.md",
        "总结handbook.pdf的要点",
        "总结一下这份文件",
        "请概括全文",
        "这篇文章讲了什么？",
        "帮我总结一下",
        "这些资料的主要内容",
    ],
)
def test_summaries(question: str) -> None:
    assert wanted(question) == "summary"


@pytest.mark.parametrize(
    "question",
    [
        "List every date in the contract",
        "Find all people that are mentioned",
        "What are all the deadlines?",
        "List the fees across both handbooks",
        "列出所有的日期",
        "请找出文中的全部人名",
        "把所有条款都列出来",
    ],
)
def test_lists(question: str) -> None:
    assert wanted(question) == "list"


@pytest.mark.parametrize(
    "question",
    [
        "Compare these files",
        "compare the two contracts.",
        "What are the differences between the two versions?",
        "How do these documents differ?",
        "比较一下这两份合同",
        "这两份报告有什么区别",
        "对比这几个文件的异同",
    ],
)
def test_comparisons(question: str) -> None:
    assert wanted(question) == "comparison"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Summarise the refund policy",
        "What does the handbook say about notice?",
        "How many days of leave are there?",
        "Compare the price of tea with that of coffee",
        "What is the difference between annual leave and sick leave?",
        "Who wrote the report?",
        "List price of the laptop?",
        "What is the name of every new hire's buddy programme?",
        "Is the file about tea in the second folder?",
        "AI大模型全栈工程师适合哪些人",
        "总结一下退款政策",
        "年假和病假有什么区别？",
        "这份文件里提到的押金是多少？",
        "所有员工都有年假吗？",
        "比较茶和咖啡的价格",
        "summarise " + "very " * 200 + "long",
    ],
)
def test_other_questions_are_searched_for(question: str) -> None:
    assert wanted(question) is None
