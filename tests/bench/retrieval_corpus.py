"""Writes bilingual handbooks with known answers: alike but for names and values, and always the same ones."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

COMPANIES = 84
"""Handbooks in each language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A section: its title, what it says with `{a}` and `{b}` to fill in, how one may ask, and a short word for it."""

    title: str
    says: tuple[str, ...]
    asks: tuple[str, ...]
    word: str
    a: Sequence[object]
    b: Sequence[object] = ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and the sentence that only the right passage holds in the right file."""

    subset: str
    text: str
    file: str
    sentence: str


ENGLISH = (
    Topic(
        title="Annual leave",
        says=(
            "Every full-time employee is entitled to {a} days of paid holiday in a calendar year.",
            "After {b} years of service the entitlement grows by three days.",
        ),
        asks=("How much vacation do staff at {name} get?", "How many days off per year does {name} grant?"),
        word="holiday",
        a=range(18, 36),
        b=range(2, 9),
    ),
    Topic(
        title="Working from home",
        says=(
            "Remote work is permitted on up to {a} days a week once the probation is over.",
            "The line manager confirms the chosen weekdays by {b} of the preceding week.",
        ),
        asks=("How often may people at {name} telework?", "What is the rule for home office at {name}?"),
        word="remote",
        a=("one", "two", "three", "four"),
        b=("Tuesday noon", "Wednesday", "Thursday evening", "Friday"),
    ),
    Topic(
        title="Travel expenses",
        says=(
            "Receipts for business trips have to be handed in within {a} days of returning.",
            "Meals abroad are paid back up to {b} euros a day.",
        ),
        asks=(
            "By when must I submit travel costs at {name}?",
            "What is the deadline for claiming trip spending, {name}?",
        ),
        word="receipts",
        a=range(5, 45),
        b=range(24, 70),
    ),
    Topic(
        title="Laptops and phones",
        says=(
            "Devices are exchanged for new ones every {a} months.",
            "A lost phone is to be reported to the service desk within {b} hours.",
        ),
        asks=("When are computers replaced at {name}?", "How long is the hardware cycle of {name}?"),
        word="devices",
        a=range(24, 60),
        b=range(2, 24),
    ),
    Topic(
        title="Passwords",
        says=(
            "A passphrase has at least {a} characters and is never sent by mail.",
            "After {b} failed attempts the account is locked for an hour.",
        ),
        asks=("How long must login secrets be at {name}?", "What is the minimum length of credentials in {name}?"),
        word="passphrase",
        a=range(10, 28),
        b=range(3, 10),
    ),
    Topic(
        title="Parking",
        says=(
            "The garage opens at {a} in the morning and the barrier takes the staff badge.",
            "Visitors leave their car on level {b}.",
        ),
        asks=("From what time can I leave my car at {name}?", "When does the car park of {name} open?"),
        word="garage",
        a=("5:15", "5:30", "5:45", "6:00", "6:15", "6:30", "6:45", "7:00", "7:15"),
        b=range(1, 7),
    ),
    Topic(
        title="Canteen",
        says=(
            "Lunch is served until {a} and costs staff {b} euros.",
            "On Fridays there is fish, and always one dish without meat.",
        ),
        asks=("What do workers pay for a midday meal at {name}?", "How expensive is eating at noon in {name}?"),
        word="lunch",
        a=("13:45", "14:00", "14:15", "14:30"),
        b=[f"{n / 10:.2f}" for n in range(31, 79, 3)],
    ),
    Topic(
        title="Training",
        says=(
            "Each employee may spend {a} euros a year on courses and books.",
            "Exams count as working time up to {b} days.",
        ),
        asks=("What budget for further education has {name}?", "How much money for learning does {name} give?"),
        word="courses",
        a=range(400, 3000, 50),
        b=range(1, 6),
    ),
    Topic(
        title="Sick days",
        says=(
            "Whoever falls ill tells the team before {a} on the first day.",
            "A doctor's certificate is needed from day {b} on.",
        ),
        asks=("When is a medical note required by {name}?", "From which day must I prove an illness at {name}?"),
        word="certificate",
        a=("8:00", "8:30", "9:00", "9:30", "10:00"),
        b=("two", "three", "four", "five", "six"),
    ),
    Topic(
        title="Backups",
        says=(
            "All servers are copied every {a} hours to a second site.",
            "A restore is rehearsed on the {b} of each quarter.",
        ),
        asks=("How frequently does {name} save its data?", "What is the interval of data copies at {name}?"),
        word="servers",
        a=range(2, 25),
        b=("first Monday", "second Tuesday", "third Friday", "last Thursday"),
    ),
    Topic(
        title="Leaving the company",
        says=(
            "Notice has to be given {a} weeks before the last working day.",
            "Keys and badge are returned to {b}.",
        ),
        asks=("How early must one resign from {name}?", "What is the period for quitting a job at {name}?"),
        word="notice",
        a=range(2, 17),
        b=("the front desk", "human resources", "the security office"),
    ),
)

CHINESE = (
    Topic(
        title="年假",
        says=("全职员工每个自然年享有{a}天带薪休假。", "工作满{b}年以后，每年再增加三天。"),
        asks=("{name}的职工一年能休几天假？", "在{name}上班，每年有多少天假期？"),
        word="休假",
        a=range(5, 25),
        b=range(2, 9),
    ),
    Topic(
        title="远程办公",
        says=("试用期结束以后，每周最多可以居家工作{a}天。", "具体日期须在前一周的{b}之前由主管确认。"),
        asks=("{name}允许在家上班吗，几天？", "{name}每周可以有几天不去公司？"),
        word="居家",
        a=("一", "两", "三", "四"),
        b=("周二", "周三", "周四", "周五"),
    ),
    Topic(
        title="差旅报销",
        says=("出差票据须在返回后{a}天之内提交。", "境外餐费每天最多补贴{b}元。"),
        asks=("{name}的旅费最晚什么时候交单子？", "在{name}出差回来多久内要报账？"),
        word="票据",
        a=range(5, 45),
        b=range(200, 600, 10),
    ),
    Topic(
        title="办公设备",
        says=("笔记本电脑每{a}个月更换一次。", "手机丢失须在{b}小时之内告知服务台。"),
        asks=("{name}的电脑多久换新的？", "{name}的机器使用年限是多少？"),
        word="手机",
        a=range(24, 60),
        b=range(2, 24),
    ),
    Topic(
        title="账号与口令",
        says=("口令至少包含{a}个字符，不得通过邮件发送。", "连续输错{b}次以后，账号锁定一小时。"),
        asks=("{name}对登录密码的长度有什么要求？", "{name}的密码最短多少位？"),
        word="口令",
        a=range(10, 28),
        b=range(3, 10),
    ),
    Topic(
        title="停车",
        says=("地下车库早上{a}开放，刷员工卡进入。", "访客的车辆停在负{b}层。"),
        asks=("{name}几点以后可以把车开进去？", "{name}的停车场什么时候开门？"),
        word="车库",
        a=("5点15分", "5点30分", "5点45分", "6点", "6点15分", "6点30分", "6点45分", "7点"),
        b=("一", "二", "三", "四"),
    ),
    Topic(
        title="食堂",
        says=("午餐供应到{a}，员工价每份{b}元。", "每周五有鱼，每天都有一道素菜。"),
        asks=("在{name}中午吃一顿饭要花多少钱？", "{name}的午饭多少钱一份？"),
        word="素菜",
        a=("13点30分", "13点45分", "14点", "14点15分"),
        b=range(8, 36),
    ),
    Topic(
        title="培训",
        says=("每位员工每年有{a}元用于课程和书籍。", "参加考试最多可以算{b}天工作时间。"),
        asks=("{name}每人的学习经费是多少？", "{name}给员工进修多少钱？"),
        word="书籍",
        a=range(1000, 9000, 100),
        b=range(1, 6),
    ),
    Topic(
        title="病假",
        says=("生病当天{a}以前须通知所在小组。", "从第{b}天起需要医院开具的证明。"),
        asks=("{name}请病假第几天要交诊断书？", "在{name}身体不舒服，什么时候必须拿医生的单据？"),
        word="证明",
        a=("8点", "8点半", "9点", "9点半", "10点"),
        b=("二", "三", "四", "五", "六"),
    ),
    Topic(
        title="数据备份",
        says=("所有服务器每{a}小时复制到异地机房一次。", "每季度的{b}演练一次恢复。"),
        asks=("{name}隔多久保存一份数据副本？", "{name}的资料多长时间备一次份？"),
        word="异地",
        a=range(2, 25),
        b=("第一个周一", "第二个周二", "第三个周五", "最后一个周四"),
    ),
    Topic(
        title="离职",
        says=("辞职须提前{a}周书面提出。", "钥匙和工牌交还给{b}。"),
        asks=("不想在{name}干了，要提早多久说？", "{name}的员工走人需要提前几周打招呼？"),
        word="辞职",
        a=range(2, 17),
        b=("前台", "人力资源部", "保安室"),
    ),
)
_FILLERS = {
    "en": (
        "Questions about this section go to the office that looks after it.",
        "Exceptions are agreed in writing and kept with the personnel file.",
        "The works council was heard before this rule came into force.",
        "Whoever notices a mistake on this page is asked to report it.",
    ),
    "zh": (
        "对本节内容有疑问的，请联系负责的部门。",
        "例外情况须书面约定，并与人事档案一同保存。",
        "本规定生效之前已经听取了职工代表的意见。",
        "发现本页有错误的，请告知编写人员。",
    ),
}
_FIRST_EN = [
    "Lindqvist",
    "Harrow",
    "Penmark",
    "Oakden",
    "Varley",
    "Tressel",
    "Brightwater",
    "Colwick",
    "Dunmore",
    "Eastgate",
    "Fenwick",
    "Greyholm",
]
_SECOND_EN = ["Shipping", "Foods", "Optics", "Printing", "Motors", "Textiles", "Glassworks"]
_FIRST_ZH = ["海棠", "云杉", "青石", "白鹭", "长河", "金穗", "明湖", "松涛", "紫藤", "北辰", "南屏", "望江"]
_SECOND_ZH = ["航运", "食品", "光学", "印务", "机械", "纺织", "玻璃"]
_VERBS = ("get", "set", "load", "merge", "parse", "flush", "retry", "count")
_NOUNS = ("Invoice", "Ledger", "Parcel", "Badge", "Tariff", "Voucher", "Roster", "Freight")
_MONTHS = re.findall(r"\w+", "January February March April May June July August September October November December")


def names(language: str) -> list[str]:
    first, second = (_FIRST_EN, _SECOND_EN) if language == "en" else (_FIRST_ZH, _SECOND_ZH)
    joint = " " if language == "en" else ""
    return [f"{a}{joint}{b}" for a in first for b in second][:COMPANIES]


def file_of(name: str, language: str) -> str:
    return f"{name} handbook.md" if language == "en" else f"{name}员工手册.md"


def write(seed: int = 1) -> tuple[dict[str, str], list[Question]]:
    """Return the files by name, and the questions."""
    draw = random.Random(seed)
    files: dict[str, str] = {}
    questions: list[Question] = []
    for language, topics in (("en", ENGLISH), ("zh", CHINESE)):
        companies = names(language)
        asked = set(draw.sample(range(COMPANIES), 50))
        for number, name in enumerate(companies):
            file = file_of(name, language)
            sections, facts = _handbook(draw, language, name, topics)
            files[file] = sections
            if number in asked:
                questions.append(_ask(draw, "plain", name, file, draw.choice(facts)))
        questions += _special(draw, language, companies, topics, files)
    return files, questions


Fact = tuple[Topic, str]


def _handbook(draw: random.Random, language: str, name: str, topics: Sequence[Topic]) -> tuple[str, list[Fact]]:
    title = f"{name} handbook" if language == "en" else f"{name}员工手册"
    lines = [f"# {title}", ""]
    facts: list[Fact] = []
    space = " " if language == "en" else ""
    for topic in draw.sample(topics, len(topics)):
        says = [text.format(a=draw.choice(topic.a), b=draw.choice(topic.b)) for text in topic.says]
        # The answer to how one asks is in the sentence that the question is about.
        facts.append((topic, says[1 if topic.title in ("Sick days", "病假") else 0]))
        body = [*says, *draw.sample(_FILLERS[language], 2)]
        lines += [f"## {topic.title}", "", space.join(body), ""]
    lines += _codes(draw, language, name)
    return "\n".join(lines), facts


def _codes(draw: random.Random, language: str, name: str) -> Iterator[str]:
    """Yield two sections with names of functions, codes, sums and dates that are in no other handbook."""
    unique = sum(map(ord, name))
    identifier = f"{draw.choice(_VERBS)}{draw.choice(_NOUNS)}{draw.choice(_NOUNS)}{unique}"
    code = f"ERR-{unique}-{draw.randrange(10, 99)}"
    amount = 10_000 + unique % 7919 * 11
    day = (2015 + unique % 9, 1 + unique % 12, 1 + unique % 28)
    if language == "en":
        yield from ("## Interfaces", "")
        yield f"The nightly job calls `{identifier}` and stops with {code} when the queue is full. {_FILLERS['en'][0]}"
        yield from ("", "## Contract", "")
        yield f"The cleaning contract of {_MONTHS[day[1] - 1]} {day[2]}, {day[0]} is worth {amount:,} euros a year. "
        yield _FILLERS["en"][1]
    else:
        yield from ("## 接口", "")
        yield f"夜间任务调用 `{identifier}`，队列已满时以 {code} 终止。{_FILLERS['zh'][0]}"
        yield from ("", "## 合同", "")
        yield f"{day[0]}年{day[1]}月{day[2]}日签订的保洁合同每年金额为{amount:,}元。{_FILLERS['zh'][1]}"
    yield ""


def _ask(draw: random.Random, subset: str, name: str, file: str, fact: Fact) -> Question:
    topic, sentence = fact
    return Question(subset=subset, text=draw.choice(topic.asks).format(name=name), file=file, sentence=sentence)


def _special(
    draw: random.Random, language: str, companies: Sequence[str], topics: Sequence[Topic], files: dict[str, str]
) -> Iterator[Question]:
    """Yield the questions of the named subsets: 10 disguised, 10 of two short words, 15 names, 15 numbers or dates."""
    for name in draw.sample(companies, 10):
        file = file_of(name, language)
        topic = draw.choice(topics)
        text = draw.choice(topic.asks).format(name=name)
        yield Question(subset="nfkc", text=_disguised(text), file=file, sentence=_section(files[file], topic.title))
    for name in draw.sample(companies, 10):
        file = file_of(name, language)
        topic = draw.choice(topics)
        short = f"{name[:2]} {topic.word}" if language == "zh" else f"{name} {topic.word}"
        # Two characters name several companies of one family; the trade tells them apart.
        short += f" {name[2:]}" if language == "zh" else ""
        yield Question(subset="short", text=short, file=file, sentence=_section(files[file], topic.title))
    for name in draw.sample(companies, 15):
        file = file_of(name, language)
        section = _section(files[file], "Interfaces" if language == "en" else "接口")
        identifier = section.split("`")[1]
        other = [identifier.lower(), _snake(identifier), identifier]
        code = next(word for word in section.replace("，", " ").split() if word.startswith("ERR-"))
        yield Question(
            subset="identifiers", text=draw.choice([*other, code, code.replace("-", "")]), file=file, sentence=section
        )
    for name in draw.sample(companies, 15):
        file = file_of(name, language)
        section = _section(files[file], "Contract" if language == "en" else "合同")
        subset, text = _number_question(draw, language, name)
        yield Question(subset=subset, text=text, file=file, sentence=section)


def _number_question(draw: random.Random, language: str, name: str) -> tuple[str, str]:
    unique = sum(map(ord, name))
    amount = 10_000 + unique % 7919 * 11
    year, month, day = 2015 + unique % 9, 1 + unique % 12, 1 + unique % 28
    if language == "en":
        number, date = f"Who pays {amount} euros?", f"contract {year}-{month:02}-{day:02} {name}"
    else:
        number, date = f"哪份合同是{amount}元？", f"{name} {year}/{month}/{day} 的合同"
    return draw.choice((("numbers", number), ("dates", date)))


def _section(text: str, title: str) -> str:
    """Return the first sentence of a section."""
    body = text.split(f"## {title}\n\n", 1)[1].split("\n", 1)[0]
    ends = [body.find(mark) for mark in (". ", "。") if body.find(mark) > 0]
    return body[: min(ends) + 1] if ends else body


def _snake(identifier: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in identifier)


def _disguised(text: str) -> str:
    """Write a text as PDFs and other keyboards do: radicals for characters, full width for letters, ligatures."""
    radicals = {chr(n): None for n in range(0x2F00, 0x2FD6)}
    plain = {unicodedata.normalize("NFKC", radical): radical for radical in radicals}
    wide = {chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)}
    return "".join(plain.get(c) or wide.get(c) or c for c in text).replace("ｆｉ", "ﬁ")
