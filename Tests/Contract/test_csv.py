"""Sources/CSV against Python's csv, in both directions, and against RFC 4180's grammar as one regular expression.

Python's reader is lenient: it passes over empty lines, takes a quote within a plain cell for text and knows no header. So
what must be refused is said here, by the grammar and four rules, and never asked of Python.
"""

import csv
import io
import os
import pathlib
import random
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("LOCKSTEP_BIN", ROOT / ".build/release")) / "format-check"
TABLES = int(os.environ.get("LOCKSTEP_CSV_TABLES", "100000"))

CELL = r'(?:"(?:[^"]|"")*"|[^",\r\n]*)'
RECORD = rf"{CELL}(?:,{CELL})*"
TEXT = re.compile(rf"\ufeff?{RECORD}(?:\r?\n{RECORD})*(?:\r?\n)*", re.DOTALL)

PIECES = ['"', '""', ",", "\n", "\r\n", "\r", " ", "\t", "'", "a", "7", "-1.50", "å", "e\u0301", "日本", "😀", "=1", "~D~", "\ufeff"]
MALFORMED = [
    "", "\ufeff", "\n", "\r\n\r\n", "\na\n", "a\n\nb\n", "a,b\n\n1,2\n", "a,b\n1\n", "a,b\n1,2,3\n", "a,b\n1,2,",
    'a,b\n1,"2', 'a,b\n1,"2""', 'a,b\n1,"2\n3,4\n', 'a,b\n1,2"\n', 'a,b\n1, "2"\n', 'a,b\n"1"2,3\n', 'a,b\n"1" ,3\n',
    "a,b\r1,2\r", "a,b\n1\r2,3\n", "a,b\n1,2\r", "a,b\n1\0,2\n", 'a,b\n"1\0",2\n', "a,\n1,2\n", 'a,""\n1,2\n', "a,a\n1,2\n",
    'a,"a"\n1,2\n', "a,b,a\n", '"a', '"a"b', 'a"', "a,b;c\n1,2,3\n",
]


def ask(direction, texts):
    stdin = b"".join(b"%d\n" % len(text) + text for text in texts)
    found = subprocess.run([PROGRAM, direction], input=stdin, stdout=subprocess.PIPE, check=True).stdout
    answers, at = [], 0
    while at < len(found):
        newline = found.index(b"\n", at)
        length = int(found[at:newline])
        answers.append(found[newline + 1 : newline + 1 + length].decode())
        at = newline + 1 + length
    assert len(answers) == len(texts)
    return answers


def cells(answer):
    """None when the text was refused."""
    if answer.startswith("refused: "):
        return None
    return [row.split("\x1f")[1:] for row in answer.split("\x1e")[1:]]


def exchanged(table):
    return "".join("\x1e" + "".join("\x1f" + cell for cell in row) for row in table).encode()


def some_table(chance):
    width = chance.randint(1, 5)
    columns = []
    while len(columns) < width:
        name = "".join(chance.choices(PIECES, k=chance.randint(1, 3)))
        if name not in columns:
            columns.append(name)
    return [columns] + [
        ["".join(chance.choices(PIECES, k=chance.choice([0, 1, 1, 2, 5]))) for _ in columns] for _ in range(chance.randint(0, 5))
    ]


def tables():
    chance = random.Random(4180)
    return [some_table(chance) for _ in range(TABLES)]


def python_writes(table, chance):
    text = io.StringIO(newline="")
    # Where lines end in LF, Python's writer leaves a CR unquoted, which RFC 4180 does not allow.
    has_return = any("\r" in cell for row in table for cell in row)
    quoting = csv.QUOTE_ALL if has_return else chance.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    csv.writer(text, quoting=quoting, lineterminator=chance.choice(["\n", "\r\n"])).writerows(table)
    # Python does not quote a byte order mark in front, which then is one.
    written = text.getvalue()
    return "\ufeff" + written if written.startswith("\ufeff") or chance.random() < 0.1 else written


def python_reads(text):
    return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]


def test_what_python_writes_is_read():
    chance = random.Random(1)
    wanted = tables()
    answers = ask("read", [python_writes(table, chance).encode() for table in wanted])
    for table, answer in zip(wanted, answers):
        assert cells(answer) == table


def test_python_reads_what_is_written():
    wanted = tables()
    for table, text in zip(wanted, ask("write", [exchanged(table) for table in wanted])):
        assert python_reads(text) == table
        assert TEXT.fullmatch(text)


def refusal(text):
    """Why a text is to be refused; None when it is a table."""
    if not TEXT.fullmatch(text):
        return "grammar"
    text = text.removeprefix("\ufeff")
    lines = re.fullmatch(rf"({RECORD}(?:\r?\n{RECORD})*?)(?:\r?\n)*", text, re.DOTALL).group(1)
    rows = [[unquoted(cell) for cell in split(record)] for record in records(lines)]
    if "\0" in text or not lines or any(row == [("", False)] for row in rows):
        return "a NUL or an empty line"
    header = [name for name, _ in rows[0]]
    if "" in header or len(set(header)) < len(header):
        return "header"
    return None if all(len(row) == len(header) for row in rows) else "ragged"


def records(text):
    """The records of a text that the grammar takes: line ends within quotes do not end one."""
    found, quoted, start = [], False, 0
    for at, sign in enumerate(text):
        quoted ^= sign == '"'
        if sign == "\n" and not quoted:
            found.append(text[start:at].removesuffix("\r"))
            start = at + 1
    return found + [text[start:]]


def split(record):
    return re.findall(rf"(?:^|,)({CELL})", record, re.DOTALL) if record else [""]


def unquoted(cell):
    return (cell[1:-1].replace('""', '"'), True) if cell.startswith('"') else (cell, False)


def test_every_text_is_a_table_or_refused_as_the_grammar_says():
    chance = random.Random(2)
    alphabet = ["a", "b", "1", ",", ",", "\n", "\r\n", '"', '""', '"a"', '","', "\r", "a,b\n"]
    texts = ["".join(chance.choices(alphabet, k=chance.randint(0, 12))) for _ in range(TABLES)]
    texts += ["a,b\n" + text for text in texts[: TABLES // 2]]
    accepted = 0
    for text, answer in zip(texts, ask("read", [text.encode() for text in texts])):
        found, reason = cells(answer), refusal(text)
        assert (found is None) == (reason is not None), (text, answer, reason)
        if found is not None:
            accepted += 1
            assert found == python_reads(text.removeprefix("\ufeff")), text
    print(f"{accepted} of {len(texts)} texts were tables")
    assert TABLES / 50 < accepted < len(texts) * 0.9


def test_every_malformed_sample_is_refused():
    samples = [sample.encode() for sample in MALFORMED] + [b"a\n\xff\n", b"a\n\xc3", b"\xff\xfea\0", b"a\n\xed\xa0\x80\n"]
    for sample, answer in zip(samples, ask("read", samples)):
        assert answer.startswith("refused: the table "), sample
        assert re.search(r"\(line \d+, column \d+\)$", answer), answer
