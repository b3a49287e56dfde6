import io
import zipfile

import openpyxl
import pytest

from leadhall.core.errors import Invalid
from leadhall.transfer import excel as reading
from leadhall.transfer import sheet
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


@pytest.mark.parametrize("cell", ["=1+1", "+14155550132", "-1", "@x"])
def test_the_mark_before_a_formula_is_taken_off_again(cell):
    assert read_sheet(f"name\n'{cell}\n'tis\n".encode()).rows == [[cell], ["'tis"]]


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
