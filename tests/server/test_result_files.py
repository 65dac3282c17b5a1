"""A result as CSV, Markdown and JSON: whatever people wrote, no file does anything with it."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.steps import Lang
from server.result import (
    FORMAT,
    Both,
    Count,
    Counts,
    Decided,
    Event,
    Idea,
    Offer,
    Owner,
    Result,
    Share,
    Signature,
    StepTime,
    Theme,
    Time,
    Voice,
    Vote,
)
from server.result_csv import BOM, COLUMNS, as_csv, defused
from server.result_markdown import as_markdown, plain
from server.result_words import WORDS, Speech
from server.results import disposition

SIGNED_MS: Final = 1_793_973_840_000  # 2026-11-06 14:04 in Greenwich
FORMULAS: Final = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\uff1d1",
    "=cmd|' /C calc'!A0",
)
texts = (
    st.text(max_size=60) | st.sampled_from(FORMULAS) | st.text("=+-@;,\t\r\n\"'| *_#<>[]()`~.1a")
)


def filled(text: str | None, lang: Lang = "ru") -> Result:
    """A result in which everything that people write is this text."""
    owner = Owner(text, "lead", text)
    helpers = [Offer(text, text, text)]
    signature = Signature(SIGNED_MS, 2)
    words = (text, text, text, text)
    history = [Event("handed_over", text, text, 1, SIGNED_MS), Event("asked", "", "", 1, SIGNED_MS)]
    decided = [
        Decided(1, 1, "signed", *words, "2026-12-25", 2, owner, signature, helpers, "", history),
        Decided(2, 2, "open", *words, "2026-12-25", 1, None, None, [], text, []),
    ]
    voices = [
        Voice(["member"], Count(4, 5, 0, 0, 0)),
        Voice(["customer", "partner"], Count(4, 3, 0, 0, 0)),
    ]
    dots = Theme(text, [text, text], Count(8, 8, 0, 0, 0), voices)
    opinion = Theme(text, [text], Count(8, 0, 4, 3, 1), [])
    votes = [
        Vote(Both("Главное", "Main"), "dots", 8, [dots]),
        Vote(None, "opinion", None, [opinion]),
    ]
    ideas = [Idea(text, Offer(text, text, text))]
    steps = [
        StepTime(Both("Открытие", "Opening"), "brief", "done", 180_000, 200_000),
        StepTime(None, "", "done", 240_000, 240_000),
        StepTime(Both("Пауза", "Break"), "break", "skipped", 60_000, 0),
    ]
    return Result(
        FORMAT, "CODE22", "member", SIGNED_MS, text, text, lang, "over", 0, SIGNED_MS, SIGNED_MS,
        Counts(24, 6, 214, 2, 1), decided, [Share(text or "", [1], [2])], ideas, votes, [text],
        steps, Time(420_000, 500_000, 60_000, 0), "2026-12-25",
    )  # fmt: skip


def cells(content: bytes, delimiter: str = ";") -> list[list[str]]:
    """A CSV file as a spreadsheet reads it."""
    text = content.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=delimiter))


# CSV


def is_formula(cell: str) -> bool:
    return cell[:1] in ("\t", "\r") or cell.strip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")


@given(texts, st.sampled_from(("ru", "en")))
def test_no_cell_is_a_formula(text: str, lang: Lang) -> None:
    """Whatever people write, no cell begins as a formula does."""
    rows = cells(as_csv(filled(text, lang), Speech(lang)), ";" if lang == "ru" else ",")
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert not [cell for row in rows for cell in row if is_formula(cell)]


@given(texts, st.sampled_from(("ru", "en")))
def test_no_formula_for_whoever_expects_another_separator(text: str, lang: Lang) -> None:
    """A file opened by an Excel of another language falls apart, but runs nothing."""
    content = as_csv(filled(text, lang), Speech(lang)).decode().removeprefix(BOM)
    for part in re.split(r"[;,\t\r\n]", content):
        assert part[:1] not in tuple("=+-@\uff1d\uff0b\uff0d\uff20")


@given(texts)
def test_cell_reads_back_as_written(text: str) -> None:
    """But for the apostrophes that defuse it, and for how its lines end, a cell is the text."""
    rows = cells(as_csv(filled(text), Speech("ru")))
    row = next(row for row in rows if row[0] == "Решение")
    written = row[COLUMNS.index("text")]
    assert written == defused(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert written.replace("'", "") == lines.replace("'", "")


def test_cyrillic_and_line_breaks_stay_in_their_cell() -> None:
    """Russian letters, quotes, semicolons and several lines stay one cell."""
    text = 'Письмо «об отказе»; "просто"\nвторая строка\r\nтретья'
    rows = cells(as_csv(filled(text), Speech("ru")))
    row = next(row for row in rows if row[0] == "Решение")
    assert row[COLUMNS.index("text")] == text.replace("\r\n", "\n")


def test_one_table_holds_every_section() -> None:
    rows = cells(as_csv(filled("слово"), Speech("ru", 180)))
    head = dict(zip(COLUMNS, rows[0], strict=True))
    assert head["signed_at"] == "Подписано, UTC+03:00"
    assert {row[0] for row in rows[1:]} == {
        "Комната", "Цель", "Решение", "Помощь с идеей", "Тема", "Стоянка", "Шаг", "План и факт",
    }  # fmt: skip
    signed = dict(zip(COLUMNS, next(row for row in rows if row[0] == "Решение"), strict=True))
    assert (signed["state"], signed["signed_at"]) == ("подписано", "2026-11-06 17:04")
    assert signed["due"] == "2026-12-25"
    step = dict(zip(COLUMNS, next(row for row in rows if row[0] == "Шаг"), strict=True))
    assert (step["planned"], step["real"]) == ("3", "3,3")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("text", ["=1+1", "Да; \"нет\", 'может быть'\nстрока"])
def test_spreadsheet_program_opens_it(lang: Lang, text: str, tmp_path: Path) -> None:
    """LibreOffice reads the file as columns of text without a single formula."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    text = '=1+1;"Да"\nстрока'
    source = tmp_path / "result.csv"
    source.write_bytes(as_csv(filled(text, lang), Speech(lang)))
    separator = ord(";" if lang == "ru" else ",")
    subprocess.run(
        [
            office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
            f"--infilter=CSV:{separator},34,76,1,,0,false,true,false,false,false,-1",
            "--convert-to", "xlsx", "--outdir", str(tmp_path), str(source),
        ],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    strings, sheet = _opened(tmp_path)
    assert not re.search(r"<f[ >]", sheet)
    assert defused(text) in strings
    assert WORDS["decision"][lang == "en"] in strings


def _opened(folder: Path) -> tuple[list[str], str]:
    """The strings and the sheet of the one workbook in a folder."""
    (book,) = folder.rglob("*.xlsx")
    with zipfile.ZipFile(book) as files:
        names = [name for name in files.namelist() if "worksheets/sheet" in name]
        assert len(names) == 1
        tree = ElementTree.fromstring(files.read("xl/sharedStrings.xml"))
        strings = ["".join(one.itertext()) for one in tree]
        return strings, files.read(names[0]).decode()


# Markdown

SPECIAL: Final = frozenset("\\`*_{}[]<>#|~&$^=")


def unescaped(line: str) -> str:
    """A line of Markdown without the escapes, as it is shown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)


@given(texts)
def test_no_mark_is_left_bare(text: str) -> None:
    """Every sign with a meaning is escaped, and the line shows as it was written."""
    line = plain(text)
    assert not SPECIAL & set(re.sub(r"\\[!-/:-@\[-`{-~]", "", line))
    assert not re.match(r"\s*([-+:]|\d{1,9}[.)])", line)
    assert "\n" not in line and "\r" not in line
    assert unescaped(line) == re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()


@given(texts, st.sampled_from(("ru", "en")))
def test_words_never_change_the_document(text: str, lang: Lang) -> None:
    """A document has the same headings, items and table cells whatever stands in it."""
    plainly = as_markdown(filled("x", lang), Speech(lang)).decode()
    wildly = as_markdown(filled(text or "x", lang), Speech(lang)).decode()
    assert [_shape(line) for line in wildly.split("\n")] == [
        _shape(line) for line in plainly.split("\n")
    ]


def _shape(line: str) -> tuple[str, int, int]:
    """What a line is, how many cells and how many bold marks it has."""
    head = re.match(r"(#+ |- |\| )?", line)
    assert head
    return head[0], len(re.findall(r"(?<!\\)\|", line)), line.count("**")


def test_document_tells_everything() -> None:
    text = as_markdown(filled("слово"), Speech("ru", 180)).decode()
    for part in (
        "# слово", "## Решения", "### 1\\. слово", "**Срок:** 25 декабря 2026",
        "**Владелец:** слово, слово, руководитель", "2026-11-06 17:04 UTC+03:00, редакция 2",
        "## Пока никто не взял", "**Почему вернули:** слово", "## Стоянка",
        "| слово | 8 | 8 | сотрудник 5; клиент, партнёр 3 |", "| слово | 4 | 3 | 1 |  |",
        "Шаг другой группы", "| Открытие | 3 | 3,3 |", "пропущен", "## Что дальше",
        "- 25 декабря 2026: слово, решение 1",
        "2026-11-06 17:04 передано: слово, слово",
        "## Помощь с идеями", "- слово (слово, слово: слово)",
    ):  # fmt: skip
        assert part in text, part


def test_erased_words_are_marked() -> None:
    """What was erased shows that something stood there, in every form."""
    assert "[удалено]" in as_csv(filled(None), Speech("ru")).decode()
    assert "\\[removed\\]" in as_markdown(filled(None, "en"), Speech("en")).decode()


# Both


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_no_word_is_missing(lang: Lang) -> None:
    """R9.1: every word of an export exists in both languages."""
    assert all(all(pair) for pair in WORDS.values())
    other = re.compile("[а-яё]" if lang == "en" else "[a-z]", re.IGNORECASE)
    for key in WORDS:
        said = Speech(lang)(key, "0", "0", "0", "0")
        assert not other.search(said), said


@given(st.text(max_size=200))
def test_name_of_the_file_is_safe(title: str) -> None:
    """No title breaks the header, or makes a path of the file's name."""
    header = disposition(filled(title), Speech("ru"), "csv")
    assert re.fullmatch(
        r"attachment; filename=\"result-CODE22-2026-11-06\.csv\"; "
        r"filename\*=UTF-8''[A-Za-z0-9%._~-]+\.csv",
        header,
    )
    assert "%2F" not in header and "%0D" not in header and "%5C" not in header


def test_file_is_named_after_the_session() -> None:
    header = disposition(filled("Ни одного: обращения"), Speech("ru"), "md")
    assert header.endswith("%D0%BE%D0%B1%D1%80%D0%B0%D1%89%D0%B5%D0%BD%D0%B8%D1%8F.md")
    assert "%3A" not in header
