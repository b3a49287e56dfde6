"""Files that are made to hurt: each is refused with a reason, at once and in little memory, or read as plain data."""

import io
import resource
import time
import zipfile

import openpyxl
import pytest

from leadhall.core.errors import Invalid
from leadhall.transfer import excel
from leadhall.transfer.sheet import FILE_MOST_BYTES, read_sheet

WITHIN_S = 20.0
MORE_MOST_KIB = 200 * 1024
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SECRET = "found-in-another-file"


def saved(**cells):
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, *, also=(), **changes):
    """The same zip with parts changed (`xl/workbook.xml` is `workbook`), and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            change = changes.get(each.rpartition("/")[2].partition(".")[0])
            new.writestr(each, change(old.read(each)) if change else old.read(each))
        for name, data in also:
            new.writestr(name, data)
    return out.getvalue()


def far_corner():
    """Five kilobytes that stand for 17 billion cells."""
    return saved(A1="name", XFD1048576="x")


def one_text_a_million_times():
    """A shared text of 9,000 letters, named by 200,000 cells."""
    rows = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{chr(65 + k)}{n}" t="s"><v>0</v></c>' for k in range(20)) + "</row>"
        for n in range(1, 10_001)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    texts = f'<sst xmlns="{MAIN}"><si><t>{"w" * 9_000}</t></si></sst>'
    return repacked(saved(A1="name"), sheet1=lambda _: sheet.encode(), also=[("xl/sharedStrings.xml", texts)])


def a_part_that_unpacks_to_much():
    return repacked(saved(A1="name"), also=[("xl/media/image1.png", b"\0" * 20_000_000)])


def one_that_lies_of_its_size():
    """The directory says a part is small; what is packed is not."""
    whole = repacked(
        saved(A1="name"), sheet1=lambda old: old.replace(b"</sheetData>", b" " * 30_000_000 + b"</sheetData>")
    )
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    return whole.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def many_parts():
    return repacked(saved(A1="name"), also=[(f"xl/{n}.xml", b"") for n in range(2_001)])


def columns_that_repeat():
    """An OpenDocument sheet in whose one row a cell stands a billion times."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="a"><table:table-row>'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="1000000000"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", content)
    return out.getvalue()


HOSTILE = {
    "a cell in the far corner": (far_corner, {"too_large"}),
    "one text named often": (one_text_a_million_times, {"too_large"}),
    "a part that unpacks to much": (a_part_that_unpacks_to_much, {"too_large"}),
    "a size that is a lie": (one_that_lies_of_its_size, {"unreadable", "too_large"}),
    "many parts": (many_parts, {"too_many"}),
    "columns that repeat": (columns_that_repeat, {"too_many", "too_large"}),
    "half a file": (lambda: saved(A1="name", A2="Ann")[:-200], {"unreadable"}),
    "an old file of noise": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4_000,
        {"unreadable", "too_large"},
    ),
    "a cell without end": (lambda: b'name\n"' + b"x" * (FILE_MOST_BYTES - 10), {"unreadable"}),
    "lines of nothing": (lambda: b"name\n" + b"\n" * (FILE_MOST_BYTES - 10), {"too_many"}),
    "columns without end": (lambda: b"," * (FILE_MOST_BYTES - 1) + b"x", {"too_many"}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_in_little_time_and_memory(kind):
    make, codes = HOSTILE[kind]
    content = make()
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(Invalid) as refused:
        read_sheet(content)
    assert refused.value.first.code in codes
    assert time.monotonic() - begun < WITHIN_S
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MORE_MOST_KIB


def test_macros_and_links_to_elsewhere_are_nothing_and_cells_are_data(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    book = saved(A1="name", A2='=HYPERLINK("http://127.0.0.1:9/","Ann")', A3="'=cmd|' /C calc'!A0", B1="note")
    target = f'Type="{RELS}/externalLinkPath" Target="{secret.as_uri()}" TargetMode="External"'
    link = f'<Relationships xmlns="x"><Relationship Id="r" {target}/></Relationships>'
    content = repacked(
        book,
        also=[("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro"), ("xl/externalLinks/_rels/externalLink1.xml.rels", link)],
    )

    read = read_sheet(content)
    assert read.headings == ["name", "note"]
    assert SECRET not in str(read.rows)
    assert ["=cmd|' /C calc'!A0", ""] in read.rows


def test_what_a_document_says_of_other_files_is_not_read_into_it(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    content = repacked(
        saved(A1="name", A2="Ann"),
        sheet1=lambda old: old.replace(b"<worksheet", entity.encode() + b"<worksheet", 1).replace(b"Ann", b"&e;"),
    )

    try:
        told = str(read_sheet(content).rows)
    except Invalid as refused:
        told = str(refused)
    assert SECRET not in told


def test_the_process_that_unpacks_knows_no_secret_of_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("LEADHALL_SECRET_KEY", SECRET)
    program = tmp_path / "told.py"
    program.write_text("import json, os; print(json.dumps({'lines': [[str(dict(os.environ))]]}))")
    monkeypatch.setattr(excel, "_ALONE", [excel.sys.executable, str(program)])

    assert SECRET not in excel.read_excel(b"\xd0\xcf\x11\xe0")[0][0]


def test_a_file_that_ends_the_process_that_reads_it_ends_none_other():
    with pytest.raises(excel.ExcelFault):
        excel._read_alone(far_corner())
    assert excel._read_alone(saved(A1="name", C3="x"))["lines"] == [["name", "", ""], ["", "", ""], ["", "", "x"]]
