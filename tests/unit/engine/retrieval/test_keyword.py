"""Words are alike in what is stored and what is asked, in any width, case and script."""

from __future__ import annotations

import sqlite3

import pytest

from engine.retrieval.keyword import coverage, expression_of, fold, terms_of, words_of


def _finds(text: str, query: str) -> bool:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')")
        connection.execute("INSERT INTO t VALUES (?)", (words_of(text),))
        found = connection.execute("SELECT 1 FROM t WHERE t MATCH ?", (expression_of(terms_of(query)),)).fetchone()
    connection.close()
    return found is not None


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("AI⼤模型全栈⼯程师适合哪些人", "大模型"),
        ("大模型适合哪些人", "⼤模型"),
        ("合伙干", "合伙"),
        ("一个人自己干", "干"),
        ("Ｔｅａ", "tea"),
        ("The CAFÉ is open", "cafe"),
        ("call snake_case(x2)", "snake_case"),
        ("camelCase x2", "X2"),
        ("价格 3,500 元", "3,500"),
        ("ソフトウェア", "ソフト"),
        ("한국어 문서", "한국"),
        ("中文mixed文字", "mixed"),
        ("金额为27,556元", "27556"),
        ("27556 euros", "27,556"),
        ("于2015年1月2日签订", "2015-01-02"),
        ("on March 5, 2019", "2019/3/5"),
        ("Version v3.10.2", "3.10.2"),
        ("getUserName()", "get_user_name"),
        ("set MAX_TOKENS", "maxTokens"),
        ("refunds", "refund"),
        ("written in C++", "c++"),
    ],
)
def test_what_readers_take_for_the_same_is_found(text: str, query: str) -> None:
    assert _finds(text, query)


@pytest.mark.parametrize(("text", "query"), [("green tea", "coffee"), ("自己干", "合伙"), ("teapot", "tea")])
def test_what_is_not_there_is_not_found(text: str, query: str) -> None:
    assert not _finds(text, query)


@pytest.mark.parametrize("query", ["", "?!", '" OR 1', "a AND (b", "NEAR(x", "col:x -y ^z *"])
def test_no_query_breaks_the_expression(query: str) -> None:
    if terms_of(query):
        _finds("text", query)
    else:
        assert expression_of(terms_of(query)) == ""


def test_words_and_terms_have_one_form() -> None:
    assert words_of("Tea, 茶文化!") == "tea 茶文 文化 化"
    assert terms_of("tea TEA 茶文化 茶") == ("tea", "茶文", "文化", "茶*")
    assert len(terms_of(" ".join(f"w{n}" for n in range(1000)))) == 64
    assert fold("ＡＢ") == "ab"


def test_coverage_is_the_share_of_the_terms() -> None:
    assert coverage(("tea", "milk"), "tea pot") == 0.5
    assert coverage(("茶*",), "茶文 文化") == 1.0
    assert coverage(("tea",), "") == 0.0
