import io
import threading
import zipfile

import openpyxl
import pytest

from leadhall.core.errors import Busy, Invalid
from leadhall.core.text import clean
from leadhall.transfer import excel as reading
from leadhall.transfer import sheet
from leadhall.transfer.export import as_csv
from leadhall.transfer.sheet import read_sheet


def excel(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_is_read_however_it_was_saved(encoding, delimiter):
    text = f'First Name{delimiter}Note\r\nZoë{delimiter}"a{delimiter}b\nc"\r\n'

    read = read_sheet(text.encode(encoding))

    assert read.headings == ["First Name", "Note"]
    assert read.rows == [["Zoë", f"a{delimiter}b\nc".strip()]]


def test_an_excel_file_is_read_as_people_see_it():
    read = read_sheet(excel(["Name", "Phone", "Since", "Agreed"], ["Dana", 4155550132, None, True]))

    assert read.rows == [["Dana", "4155550132", "", "true"]]


def test_rows_keep_their_places_and_empty_ones_are_left_out():
    read = read_sheet(b"name,email\nAnn\n\n,\nBo,b@x.example,too much\n")

    assert (read.rows, read.numbers) == ([["Ann", ""], ["Bo", "b@x.example"]], [1, 4])


@pytest.mark.parametrize("cell", ["=1+1", "+14155550132", "-1", "@x", "'=1", "''+1"])
def test_the_mark_before_a_formula_is_taken_off_again(cell):
    read = read_sheet(f"name,'{cell}\n'{cell}\n'tis\n".encode())

    assert (read.headings, read.rows) == (["name", cell], [[cell, ""], ["'tis", ""]])


AWKWARD = ["@id", "a;b;c;d", "'=x", "n\n;t|", 'say "a;b";;', "PK\x03", "+1", "x\ty\tz", ""]


def test_what_we_write_is_read_again_whatever_signs_the_headings_hold():
    rows = [[f"{sign}{n}" for n, sign in enumerate([*"=;\t'@", '"', "+", "\n", "-"])]]

    for headings in (AWKWARD, AWKWARD[::-1]):
        read = read_sheet(as_csv(rows, headings=headings))

        assert read.headings == [clean(each)[0] for each in headings]
        assert read.rows == [[clean(cell)[0] for cell in rows[0]]]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 3_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "missing"),
        (b",,\n1,2,3\n", "missing"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\xd0\xcf\x11\xe0 old and broken", "unreadable"),
        (b"a\x00b,c\n", "unreadable"),
        (b"\xff\xfea", "unreadable"),
        (b"," * 201 + b"x\n", "too_many"),
        (b"name\n" + b"x\n" * 12, "too_many"),
        (b"x" * 2_000_001, "too_large"),
        (bomb(), "too_large"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_no_sheet_is_refused_with_a_reason(monkeypatch, content, code):
    monkeypatch.setattr(sheet, "ROWS_MOST", 10)
    monkeypatch.setattr(sheet, "FILE_MOST_BYTES", 2_000_000)
    monkeypatch.setattr(reading, "UNPACKED_MOST_BYTES", 2_000_000)

    with pytest.raises(Invalid) as refused:
        read_sheet(content)

    assert refused.value.first.code == code


def test_an_excel_file_waits_for_its_turn_only_as_long_as_it_may(monkeypatch):
    monkeypatch.setattr(reading, "_AT_ONCE", threading.BoundedSemaphore(1))
    content = excel(["name"], ["Ann"])

    with reading._AT_ONCE, pytest.raises(Busy):
        read_sheet(content, excel_within_s=0.04)
    assert read_sheet(content).rows == [["Ann"]]
