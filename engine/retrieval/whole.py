"""Tells questions about whole files, which no few passages answer, from questions about something in them (pure).

Conservative: what is not clearly about a whole is searched for. "Summarise the refund policy" asks for a few passages.
"""

from __future__ import annotations

import re
from typing import Literal

from engine.retrieval.folding import collapse, even

Want = Literal["summary", "list", "comparison"]

_LONGEST = 400  # characters: what is longer tells a story of its own
_EN_FILES = (
    r"(?:files?|documents?|docs?|pdfs?|papers?|reports?|books?|handbooks?|manuals?|articles?|texts?|attachments?|"
    r"slides|spreadsheets?|transcripts?|contracts?|chapters|pages|versions|uploads?|everything|contents?)"
)
_NAME = r"[\"“《]?[\w-]+\.[a-zA-Z]{2,5}[\"”》]?"
_EN_WHOLE = (
    rf"(?:(?:the\s+|file\s+|document\s+|attached\s+)*{_NAME}|it|this|that|them|these|those|(?:(?:the|this|these|those|my|all|both|whole|entire|of|attached|uploaded"
    rf"|following|two|three)\s+)*(?:[\w.-]+\s+)?{_EN_FILES})"
)
_ZH_FILES = "(?:文件|文档|文章|全文|原文|报告|资料|材料|论文|手册|书|合同|附件|内容|课件|讲义|PDF|pdf|版本|章节)"
_ZH_WHOLE = (
    f"(?:它们?|这个|这些|全部|所有|上述|(?:这|那|整|全|上传|附|两|几|本|该|我|的|份|篇|个|本|些|所有|全部)*{_ZH_FILES})"
)

_SUMMARY = re.compile(
    rf"\b(?:summari[sz]e|sum\s+up|outline|condense)\s+{_EN_WHOLE}\s*(?:$|[.?!,;:]|in\b|for\b|as\b|with\b|please\b|briefly\b)"
    rf"|\b(?:summary|overview|outline|gist|key\s+points|main\s+(?:points|ideas))\s+of\s+{_EN_WHOLE}\s*(?:$|[.?!,;:]|in\b|for\b|please\b)"
    r"|^\W*(?:please\s+)?(?:summari[sz]e|tl;?\s?dr|give\s+me\s+(?:a|an|the)\s+(?:\w+\s+)?(?:summary|overview))\W*(?:please)?\W*$"
    rf"|\bwhat\s+(?:is|are)\s+{_EN_WHOLE}\s+about\b"
    rf"|(?:总结|概括|概述|归纳|梳理|摘要|提炼)(?:一下|下)?(?:出)?{_ZH_WHOLE}(?:$|[。？！，,.?!的]|讲|说|主要|要点|吧)"
    rf"|{_ZH_WHOLE}的?(?:总结|概要|摘要|大意|要点|主要内容|中心思想)"
    rf"|{_ZH_WHOLE}(?:主要|大概|都|到底)*(?:讲|说|写)(?:了|的是)?(?:些)?什么"
    r"|^\W*(?:请|帮我|给我)*(?:写|做|来)?(?:一下|个|一个|一份|份)?(?:总结|概括|概述|摘要)(?:一下|下|吧)?\W*$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(?:list|enumerate|extract|collect|name|find|show(?:\s+me)?|give\s+me|write\s+down)\b(?:\s+me)?\s+(?:all|every|each)\b"
    r"|\b(?:list|extract|collect)\b\s+(?:the\s+)?(?!all|every)\w+(?:\s+\w+){0,6}\s+(?:throughout|across|in\s+all|from\s+all|in\s+every)\b"
    r"|\bwhat\s+are\s+all\s+(?:of\s+)?the\b"
    r"|(?:列出|列举|罗列|找出|提取|汇总|整理出?|摘出)(?:[^，。？！,?!]{0,12})(?:所有|全部|每一?[个条项处位次份章])"
    r"|(?:所有|全部|每一?[个条项处位次份章])[^，。？！,?!]{1,20}(?:列出来|列举|罗列|找出来|提取出来|都列|汇总|整理出来)",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    rf"\b(?:compare|contrast)\s+(?:{_EN_WHOLE})\s*(?:$|[.?!,;:]|in\b|with\s+(?:each|one)|on\b|by\b|please\b)"
    rf"|\b(?:differences?|similarities|contradictions?)\s+between\s+(?:the\s+|these\s+|both\s+|all\s+|my\s+|two\s+|three\s+)*(?:\w+\s+)?{_EN_FILES}\b"
    rf"|\bhow\s+do\s+(?:these|the|both|those)\s+(?:two\s+|three\s+)?{_EN_FILES}\s+differ\b"
    r"|(?:比较|对比|对照)(?:一下|下)?(?:这|那|两|三|几|所有|各|上传|的|份|篇|个|本|些|全部)*"
    r"(?:文件|文档|文章|报告|资料|材料|论文|手册|合同|附件|版本)(?:$|[。？！，,.?!的之]|有)"
    r"|(?:这|那|两|三|几|各)[两三几]?(?:份|篇|个|本|些)[^，。？！]{0,8}(?:文件|文档|文章|报告|论文|手册|合同|版本)"
    r"(?:之间)?(?:有)?(?:什么|哪些|何)?(?:的)?(?:区别|不同|差异|异同|矛盾)",
    re.IGNORECASE,
)


def wanted(question: str) -> Want | None:
    """Return what a question wants from all of the files; None if passages that fit it will do."""
    text = collapse(even(question))
    if not text or len(text) > _LONGEST:
        return None
    if _COMPARISON.search(text):
        return "comparison"
    if _LIST.search(text):
        return "list"
    return "summary" if _SUMMARY.search(text) else None
