"""What a cell shows: values, tables, pictures, errors, refusals; as a notebook, for a small model."""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox import CellResult, Sandbox, Session


@pytest.fixture(scope="module")
def session(sandbox: Sandbox) -> Iterator[Session]:
    """One session for all: starting one is what takes time."""
    thread_id = f"thread_{secrets.token_hex(6)}"
    yield sandbox.session(thread_id)
    sandbox.forget(thread_id)


def lines(result: CellResult) -> list[str]:
    """Return the output with every cell numbered 1."""
    return re.sub(r"Cell \d+", "Cell 1", result.logs).splitlines()


def test_the_last_value_is_shown(session: Session) -> None:
    assert session.run("import math\nmath.sqrt(1234567)").logs == "1111.1107055554814"
    assert session.run("x = 3").logs == ""
    assert session.run("x, x + 1").logs == "(3, 4)"
    assert session.run("x;").logs == ""
    assert session.run("None").logs == ""
    assert session.run("import numpy as np\nnp.float64(2.5)").logs == "2.5"


def test_several_values_at_the_end_are_shown(session: Session) -> None:
    result = session.run("import pandas as pd\ndf = pd.DataFrame({'a': [1]})\na = 1\ndf.head()\na\nlen('x')\na + 1")

    assert result.logs.splitlines() == ["   a", "0  1", "1", "2"]


def test_output_and_values_come_in_order(session: Session) -> None:
    pieces: list[str] = []

    result = session.run(
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nsys.stdout.write('three\\n')\n'four'",
        on_output=pieces.append,
    )

    assert result.logs == "".join(pieces).rstrip("\n") == "one\ntwo\nthree\n6\n'four'".replace("6\n", "")


def test_a_table_comes_as_text_and_as_html(session: Session) -> None:
    result = session.run("import pandas as pd\npd.DataFrame({'城市': ['北京'], 'n': [1]})")

    assert "北京" in result.logs
    assert result.value_html is not None
    assert result.value_html.startswith("<table><thead><tr>")
    assert "<td>北京</td>" in result.value_html


def test_long_tables_and_values_are_cut(session: Session) -> None:
    assert len(session.run("list(range(100000))").logs) < 25_000
    assert len(session.run("import pandas as pd\npd.DataFrame({'a': range(5000)})").logs.splitlines()) < 70


def test_display_shows_tables_figures_and_pictures(session: Session) -> None:
    result = session.run(
        "import pandas as pd, matplotlib.pyplot as plt\nfrom PIL import Image\n"
        "display(pd.Series([1, 2], name='s'), 'text')\nfig, ax = plt.subplots()\nax.plot([1])\ndisplay(fig)\n"
        "display(Image.new('RGB', (5, 7)))"
    )

    assert result.status == "ok"
    assert "'text'" in result.logs
    assert result.value_html is not None
    assert [(i.width, i.height) for i in result.images][-1] == (5, 7)
    assert len(result.images) == 2


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("plt.plot([1, 2])", 1),
        ("plt.plot([1, 2]); plt.show()", 1),
        ("plt.plot([1, 2]); plt.savefig('/mnt/data/a.png'); plt.close()", 0),
        ("for n in range(3):\n    plt.figure(); plt.plot([n])", 3),
        ("fig, ax = plt.subplots(); ax.plot([1]); fig.show()", 1),
        ("fig, ax = plt.subplots(); ax.plot([1]); fig", 1),
        ("plt.figure()", 0),
        ("plt.plot([1, 2])\nraise SystemExit", 1),
    ],
)
def test_every_figure_becomes_a_picture_once(session: Session, code: str, count: int) -> None:
    result = session.run("import matplotlib.pyplot as plt\n" + code)

    assert result.status == "ok"
    assert len(result.images) == count
    assert "matplotlib" not in result.logs


@pytest.mark.parametrize(("code", "count"), [("plt.plot([1], [2]); 1 / 0", 1), ("plt.plot([1, 2], [3])", 0)])
def test_of_a_cell_that_failed_what_was_drawn_is_shown_and_no_empty_frame(
    session: Session, code: str, count: int
) -> None:
    result = session.run("import matplotlib.pyplot as plt\n" + code)

    assert result.status == "error"
    assert len(result.images) == count


@pytest.mark.parametrize(
    "choice",
    ["", "plt.rcParams['font.sans-serif'] = ['SimHei']", "plt.rcParams['font.family'] = 'Microsoft YaHei'"],
)
def test_chinese_labels_have_glyphs(session: Session, choice: str) -> None:
    result = session.run(
        f"import matplotlib.pyplot as plt\nplt.style.use('ggplot')\n{choice}\n"
        "plt.rcParams['axes.unicode_minus'] = False\nplt.plot([-1, 1]); plt.title('各地区销售额 統計'); plt.show()"
    )

    assert result.status == "ok"
    assert result.logs == ""  # matplotlib warns about every glyph it lacks
    assert len(result.images) == 1


def test_a_picture_too_large_to_bear_is_an_error_in_words(session: Session) -> None:
    result = session.run("import matplotlib.pyplot as plt\nplt.figure(figsize=(180, 180)); plt.plot([1]); plt.show()")

    assert result.status == "error"
    assert "18000 x 18000 pixels" in result.logs
    assert result.images == ()


def test_a_forged_picture_is_looked_at_before_it_is_decoded(session: Session) -> None:
    header = b"\x00\x00\xea`\x00\x00\xea`\x01\x00\x00\x00\x00"
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + header + zlib.crc32(b"IHDR" + header).to_bytes(4, "big")

    result = session.run(
        "import tempfile, os\nplace = os.path.join(tempfile.gettempdir(), 'figures')\nos.makedirs(place)\n"
        f"open(place + '/000001.png', 'wb').write({png!r})"
    )

    assert result.images == ()
    assert "1 of the pictures could not be taken over" in (result.hint or "")


def test_an_error_shows_the_code_s_own_lines_only(session: Session) -> None:
    result = session.run("import pandas as pd\ndef f(df):\n    return df['prise']\nf(pd.DataFrame({'price': [1]}))")

    assert result.status == "error"
    assert lines(result)[:6] == [
        "Traceback (most recent call last):",
        "  Cell 1, line 4",
        "    f(pd.DataFrame({'price': [1]}))",
        "  Cell 1, line 3, in f",
        "    df['prise']",
        "KeyError: 'prise'",
    ]


def test_an_error_about_a_column_names_the_columns(session: Session) -> None:
    result = session.run("import pandas as pd\nsales = pd.DataFrame({'region': ['N'], 'price': [1]})\nsales['prise']")

    assert result.hint is not None
    assert "sales has the columns: region, price. Did you mean 'price'?" in result.hint
    assert result.logs.endswith("Hint: " + result.hint)


def test_an_error_about_a_file_names_the_files(session: Session) -> None:
    session.run("open('sales.csv', 'w').close()")

    result = session.run("open('/mnt/data/sale.csv')")

    assert "'/mnt/data/sale.csv'" in result.logs
    assert result.hint is not None
    assert result.hint.startswith("Files in /mnt/data: ")
    assert result.hint.endswith("sales.csv. Did you mean 'sales.csv'?")


def test_a_syntax_error_points_at_its_place(session: Session) -> None:
    result = session.run("for i in range(3)\n    print(i)")

    assert result.status == "error"
    assert "Cell 1, line 1" in "\n".join(lines(result))
    assert "SyntaxError: expected ':'" in result.logs


def test_an_error_after_another_keeps_both_if_both_are_the_code_s(session: Session) -> None:
    result = session.run("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('bad') from e")

    assert "ZeroDivisionError" in result.logs
    assert result.logs.endswith("ValueError: bad")


def test_refusals_are_sentences(session: Session) -> None:
    result = session.run("import os\nos.system('ls')")
    assert result.status == "refused"
    assert result.logs.endswith("Refused: 'os.system' is not available here.")

    result = session.run("print('never')\n().__class__.__base__")
    assert result.status == "refused"
    assert result.logs == "Refused: Line 2: '.__base__' reaches into the interpreter and is not available here."

    result = session.run("!pip install seaborn\nimport seaborn")
    assert result.status == "refused"
    assert "Packages cannot be installed" in result.logs

    result = session.run("import requests")
    assert result.status == "refused"
    assert "there is no network here" in result.logs


def test_code_goes_on_after_a_refused_import_it_expected(session: Session) -> None:
    assert (
        session.run("try:\n    import seaborn, requests\nexcept ImportError:\n    print('without')").logs == "without"
    )


def test_warnings_are_shown_without_places_inside_libraries(session: Session) -> None:
    result = session.run("import warnings\nwarnings.warn('careful')")

    assert lines(result) == ["Cell 1, line 2: UserWarning: careful"]


def test_leaving(session: Session) -> None:
    assert session.run("print(1)\nexit()\nprint(2)").logs == "1"
    assert session.run("import sys\nsys.exit('bad input')").status == "error"


def test_an_exception_that_cannot_be_shown(session: Session) -> None:
    result = session.run("class E(Exception):\n    def __str__(self): raise ValueError\nraise E()")

    assert result.status == "error"
    assert "E" in result.logs


def test_control_characters_do_not_reach_the_window(session: Session) -> None:
    assert session.run("print('\\x1b[31mred\\x1b[0m \\u202eabc')").logs == "red abc"


def test_queries_and_logging_cannot_read_what_code_cannot(session: Session) -> None:
    result = session.run(
        "import pandas as pd, json\nf = json.dumps\npd.DataFrame({'a': [1]}).query('@f.__globals__ == 1')"
    )
    assert result.status in ("refused", "error")

    result = session.run("import numpy as np\nnp.load('x.npy', allow_pickle=True)")
    assert "pickled objects are not read here" in result.logs


def test_libraries_are_prepared_even_when_a_cell_loads_them(tmp_path: Path) -> None:
    with_nothing = Sandbox(tmp_path / "bare", preload=False, spare=False)
    try:
        result = with_nothing.session("t").run(
            "import matplotlib.pyplot as plt\nplt.plot([1]); plt.title('中'); plt.show()"
        )
        assert result.status == "ok"
        assert len(result.images) == 1
    finally:
        with_nothing.close()
