"""Writes a paper as a Word document: real headings, tables whose first row repeats, British English, page numbers.

The same paper gives the same bytes, so that a cache can tell by its ETag that nothing has changed.
"""

import io
import re
import zipfile
from functools import singledispatchmethod
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .paper import Block, Bullets, Heading, Paper, Paragraph, Sources, Table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Arial"
INK, PETROL, QUIET = (RGBColor.from_string(one) for one in ("14262E", "0D4F5C", "4C5F67"))
MIST, LINE = "F1F6F6", "C6D3D5"
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = Cm(21), Cm(29.7), Cm(2)
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
ROOM_TO_WRITE = Cm(2.8)
# Size, space before and space after in points.
STYLES = {
    "Normal": (10.5, 0, 6),
    "Title": (24, 0, 4),
    "Subtitle": (12, 0, 12),
    "Heading 1": (16, 20, 6),
    "Heading 2": (13, 16, 4),
    "Heading 3": (11, 10, 3),
    "Caption": (9.5, 8, 4),
    "List Bullet": (10.5, 0, 3),
    "List Number": (9.5, 0, 5),
    "Table Text": (9.5, 0, 2),
    "Table Head": (9.5, 0, 2),
    "Note": (9.5, 0, 6),
}
OWN_STYLES = ("Table Text", "Table Head", "Note")  # those that Word does not bring along
# What XML has no place for, such as a control character that somebody put into an address or pasted into a text.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold


def as_docx(paper: Paper) -> bytes:
    """Return the bytes of a Word document."""
    return _Writer(paper).write()


class _Writer:
    """One document while it is being written."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document = docx.Document()

    def write(self) -> bytes:
        self._set_up()
        self._paragraph("Title", self.paper.title)
        self._paragraph("Subtitle", self.paper.subtitle)
        for block in self.paper.blocks:
            self.add(block)
        written = io.BytesIO()
        self.document.save(written)
        return _without_times(written)

    # What the whole document has

    def _set_up(self) -> None:
        properties = self.document.core_properties
        properties.title, properties.author = self.paper.title, self.paper.author
        properties.last_modified_by, properties.language = self.paper.author, "en-GB"
        properties.created = properties.modified = self.paper.dated.replace(microsecond=0)
        properties.comments = ""
        section = self.document.sections[0]
        section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
        section.left_margin = section.right_margin = MARGIN
        section.top_margin = section.bottom_margin = MARGIN
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), "en-GB")
        for name in OWN_STYLES:
            self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        for name, (size, before, after) in STYLES.items():
            self._set_style(name, size, before, after)
        self._number_pages(section.footer.paragraphs[0])

    def _set_style(self, name: str, size: float, before: float, after: float) -> None:
        style: Any = self.document.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        is_heading = name.startswith(("Title", "Heading"))
        is_quiet = name in {"Subtitle", "Note"}
        style.font.color.rgb = PETROL if is_heading else QUIET if is_quiet else INK
        style.font.bold = is_heading or name in {"Caption", "Table Head"}
        style.font.italic = False
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.keep_with_next = is_heading or name == "Caption"
        run = style.element.get_or_add_rPr()
        fonts = run.get_or_add_rFonts()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
            fonts.attrib.pop(qn(f"w:{'cstheme' if script == 'cs' else script + 'Theme'}"), None)
        for spacing in run.findall(qn("w:spacing")):
            run.remove(spacing)
        for unwanted in ("w:pBdr", "w:contextualSpacing"):
            for found in style.element.findall(f".//{qn(unwanted)}"):
                found.getparent().remove(found)

    def _number_pages(self, footer: Any) -> None:
        footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = footer.add_run(f"{self.paper.author}, page ")
        run.font.size, run.font.color.rgb = Pt(9), QUIET
        field = _element("w:fldSimple", instr="PAGE")
        number = footer.add_run("1")
        number.font.size, number.font.color.rgb = Pt(9), QUIET
        field.append(number._r)
        footer._p.append(field)

    # Blocks

    def _paragraph(self, style: str, text: str = "") -> Any:
        """Add a paragraph. Its style is named by its key, because to look up the name takes longer than all the rest."""
        added = self.document.add_paragraph()
        added._p.style = style.replace(" ", "")
        if text:
            added.add_run(_writable(text))
        return added

    @singledispatchmethod
    def add(self, block: Block) -> None:
        """Add one block at the end."""
        raise TypeError(block)

    @add.register
    def _(self, heading: Heading) -> None:
        self._paragraph(f"Heading {heading.level}", heading.text)

    @add.register
    def _(self, paragraph: Paragraph) -> None:
        added = self._paragraph("Note" if paragraph.is_quiet else "Normal")
        if paragraph.label:
            added.add_run(_writable(f"{paragraph.label}: ")).bold = True
        added.add_run(_writable(paragraph.text))

    @add.register
    def _(self, bullets: Bullets) -> None:
        for item in bullets.items:
            self._paragraph("List Bullet", item)

    @add.register
    def _(self, sources: Sources) -> None:
        for source in sources.items:
            added = self._paragraph("List Number", f"{source.text} ")
            self._add_link(added, source.url)
            if source.read:
                added.add_run(_writable(f" {source.read}"))

    def _add_link(self, paragraph: Any, url: str) -> None:
        url = _writable(url)
        key = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), key)
        run = paragraph.add_run(url)
        run.font.underline, run.font.color.rgb = True, PETROL
        link.append(run._r)
        paragraph._p.append(link)

    @add.register
    def _(self, table: Table) -> None:
        self._paragraph("Caption", table.caption)
        made = self.document.add_table(rows=1 + len(table.rows), cols=len(table.head))
        made.autofit = False
        _describe(made, table)
        parts = sum(table.widths)
        widths = [TEXT_WIDTH * width // parts for width in table.widths]
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        head: tuple[tuple[str, ...], ...] = tuple((text,) for text in table.head)
        for number, (row, cells) in enumerate(zip(made.rows, (head, *table.rows), strict=True)):
            _set_row(row, is_head=number == 0, is_form=table.is_form)
            for place, (cell, lines) in enumerate(zip(row._tr.tc_lst, cells, strict=True)):
                cell.width = widths[place]
                _fill(cell, lines, is_head=number == 0 or place == 0)
                if number == 0:
                    shade = _element("w:shd", val="clear", color="auto", fill=MIST)
                    cell.get_or_add_tcPr().append(shade)
        self._paragraph("Table Text")  # or the next table would touch this one


def _describe(made: Any, table: Table) -> None:
    """Give a table its lines, its description for people who do not see it, and what its first row and column are."""
    properties = made._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    upright = ("left", "right", "insideV") if table.is_form else ()
    for side in ("top", "bottom", "insideH", *upright):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=LINE))
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", "50"), ("left", "80"), ("bottom", "50"), ("right", "80")):
        margins.append(_element(f"w:{side}", w=width, type="dxa"))
    # Word wants the parts of a table's properties in this order.
    look = properties.find(qn("w:tblLook"))
    properties.find(qn("w:tblLayout")).addprevious(borders)
    look.addprevious(margins)
    for name, on in (("firstRow", "1"), ("firstColumn", "1"), ("noHBand", "1"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), on)
    look.addnext(_element("w:tblCaption", val=_writable(table.caption)))


def _set_row(row: Any, *, is_head: bool, is_form: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if is_head:
        properties.append(_element("w:tblHeader"))
    elif is_form:
        row.height = ROOM_TO_WRITE


def _fill(cell: Any, lines: tuple[str, ...], *, is_head: bool) -> None:
    """Put lines into a cell, each as a paragraph. The first line of a head is bold.

    A paper may have thousands of cells, so their paragraphs are made without python-docx, which takes several times as long.
    """
    if lines:
        cell.remove(cell.p_lst[0])  # every cell comes with an empty paragraph
    for number, line in enumerate(lines):
        paragraph, properties, run = map(OxmlElement, ("w:p", "w:pPr", "w:r"))
        style = "TableHead" if is_head and number == 0 else "TableText"
        properties.append(_element("w:pStyle", val=style))
        run.text = _writable(line)
        paragraph.extend((properties, run))
        cell.append(paragraph)


def _writable(text: str) -> str:
    """Return a text as a Word document can hold it."""
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _element(tag: str, **attributes: str) -> Any:
    """Return an element of Word's XML whose attributes have its prefix."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _without_times(written: io.BytesIO) -> bytes:
    """Return a zip file with the same entries, none of which says when it was written."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(fixed, "w") as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, FIRST_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return fixed.getvalue()
