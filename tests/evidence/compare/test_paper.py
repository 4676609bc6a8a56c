"""Option papers, read back as a program and as Word's readers would."""

import io
import re
import shutil
import subprocess
import zipfile
from itertools import pairwise
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import editions, published_edition
from evidence.models import Edition
from portal import published
from tests.reading_pages import plain, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

THREE = ["eef-small-group-tuition", "yef-mentoring", "college-of-policing-juvenile-curfews"]
QUERY = "&".join(f"summary={slug}" for slug in THREE)
HERE = "here=wales&here=rural&here=secondary-schools"


@pytest.fixture
def read(client):
    """Return what asks for a paper and reads it."""

    def ask(address: str) -> Any:
        response = client.get(address)
        assert response.status_code == 200
        return docx.Document(io.BytesIO(response.content))

    return ask


def headings(document: Any) -> list[tuple[int, str]]:
    return [
        (int(one.style.name[-1]), one.text)
        for one in document.paragraphs
        if one.style.name.startswith("Heading")
    ]


def everything(document: Any) -> str:
    return "\n".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def ratings_of(edition: Edition) -> list[str]:
    return [
        native
        for native in (edition.impact_native, edition.strength_native, edition.cost_native)
        if native
    ]


def test_a_paper_has_its_parts_in_order_and_no_heading_without_a_text(read):
    document = read(f"/compare.docx?{QUERY}&{HERE}")
    levels = [level for level, _ in headings(document)]

    assert [text for level, text in headings(document) if level == 1] == [
        "The question",
        "Options side by side",
        "The evidence and its doubts",
        "What is not known",
        "How each option fits here",
        "Six questions to answer here",
        "Sources",
        "How this paper was made",
    ]
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))
    body = [level_of(child) for child in document.element.body]
    assert all(level == NO_HEADING or after > level for level, after in pairwise(body))
    assert all(text for _, text in headings(document))


NO_HEADING = 9


def level_of(child: Any) -> int:
    """Return the level of a heading in the body of a document; NO_HEADING for anything else."""
    style = child.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = "" if style is None else style.get(qn("w:val"))
    return int(name[-1]) if name.startswith("Heading") else NO_HEADING


def test_each_table_has_a_row_of_heads_that_repeats_and_no_merged_cells(read):
    for address in (f"/compare.docx?{QUERY}&{HERE}", f"/evidence.docx?q=mentoring&{HERE}"):
        for table in read(address).tables:
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
            assert not list(table._tbl.iter(qn("w:gridSpan"), qn("w:vMerge")))
            assert all(cell.text for cell in table.rows[0].cells)
            assert len(table.columns) <= 6
            assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


@pytest.mark.parametrize("start", range(0, 330, 66))
def test_no_rating_effect_caution_or_doubt_is_left_out_and_each_option_has_its_source(read, start):
    keys = current_catalogue().all().editions("title", start, start + 6)
    options = editions(keys)
    query = "&".join(f"summary={edition.summary.slug}" for edition in options)
    document = read(f"/compare.docx?{query}")
    text = everything(document)
    links = {one.target_ref for one in document.part.rels.values() if one.is_external}

    for number, edition in enumerate(options, start=1):
        assert f"{number}. {edition.title} ({edition.summary.centre.short_name})" in text
        assert f"[{number}]" in text
        assert edition.source_url in links
        for native in ratings_of(edition):
            assert text.count(f"“{native}”") >= 2
        for row in edition.findings.all():
            assert row.outcome.label in text
            assert row.effect in text
            assert row.strength_native in text
        for sentence in (*edition.caveats, *edition.implementation, edition.data_note):
            assert sentence in text
        if edition.doubts:
            assert edition.doubts_in_words[1:] in text


def test_what_is_not_stated_is_named(read):
    edition = published_edition(THREE[0])
    assert edition is not None
    assert edition.studies is None

    lines = [one.text for one in read(f"/compare.docx?{QUERY}").paragraphs]

    assert any(
        line.startswith("1. Small group tuition (EEF): number of studies (not yet read);")
        for line in lines
    )


def test_the_document_says_what_it_is_and_in_which_language(read):
    document = read(f"/compare.docx?{QUERY}")
    properties = document.core_properties
    languages = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}

    assert properties.title == document.paragraphs[0].text
    assert properties.author == "What Works evidence portal"
    assert properties.language == "en-GB"
    assert properties.comments == ""
    assert languages == {"en-GB"}
    assert "PAGE" in document.sections[0].footer._element.xml


def test_the_same_content_gives_the_same_bytes_whenever_it_is_asked_for(client):
    snapshot = published.current()
    first = client.get(f"/compare.docx?{QUERY}&{HERE}")
    published.set_snapshot(None)
    published.check(now=True)
    second = client.get(f"/compare.docx?{QUERY}&{HERE}")

    assert published.current() is not snapshot
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]
    times = {one.date_time for one in zipfile.ZipFile(io.BytesIO(first.content)).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_the_page_to_print_says_the_same(client, read):
    page = text_of(client, f"/compare/paper/?{QUERY}&{HERE}")
    document = read(f"/compare.docx?{QUERY}&{HERE}")
    page_words = re.sub(r"\s+", "", page)

    for table in document.tables:
        for cell in table._cells:
            assert re.sub(r"\s+", "", cell.text) in page_words
    for paragraph in document.paragraphs:
        assert re.sub(r"\s+", "", paragraph.text) in page_words


def test_only_words_in_quotation_marks_are_called_the_words_of_a_centre(read):
    text = everything(read(f"/compare.docx?{QUERY}"))

    assert "What decides between the options" in text
    assert "in the words of the centres" not in text
    assert "The words in quotation marks are the source’s own." in text


def test_of_an_outcome_without_a_direction_nothing_says_that_it_was_not_assessed(client):
    slug = "foundations-good-behaviour-game"  # its results for single outcomes were not read
    chosen = f"summary={slug}&summary=yef-mentoring"
    shown = {
        address: text_of(client, address)
        for address in (
            f"/compare/?{chosen}",
            f"/compare/paper/?{chosen}",
            "/approaches/behaviour-in-schools/",
            "/evidence/?q=good+behaviour+game&view=table&outcome=child-behaviour",
            "/",
        )
    }

    assert not [address for address, text in shown.items() if "not assessed" in text.lower()]
    assert "Not stated Size of the effect: not stated" in shown[f"/compare/?{chosen}"]
    chips = client.get("/evidence/?outcome_effect=not-assessed").context["active_filters"]
    assert "Effect on the outcome: Not stated" in plain(chips)


def test_a_list_gives_its_first_ten_and_says_what_was_asked(client, read):
    lines = [one.text for one in read("/evidence.docx?q=school&impact=beneficial").paragraphs]
    page = client.get("/evidence/?q=school&impact=beneficial").content.decode()

    assert any("evidence summaries for “school”, in the order “Relevance”." in one for one in lines)
    assert "Only with: Effect: Beneficial." in lines
    assert "This paper has the first 10 of them." in lines
    assert len([one for one in headings(read("/evidence.docx")) if one[0] == 2]) == 10
    assert "/evidence.docx?q=school&amp;impact=beneficial" in page


@pytest.mark.parametrize(
    "address",
    [
        "/compare.docx",
        "/compare.docx?summary=yef-mentoring",
        "/compare.docx?summary=yef-mentoring&summary=yef-mentoring&summary=nothing",
        "/compare.docx?summary=%00",
        "/compare/paper/?summary=yef-mentoring",
        "/evidence.docx?q=zzqq",
        "/evidence.docx?page=0",
    ],
)
def test_too_little_for_a_paper_is_not_found_and_says_why(client, address):
    response = client.get(address)

    assert response.status_code == 404
    assert re.search("2 to 6|no options|page", response.content.decode())


def test_a_seventh_summary_is_left_out_by_name(client, read):
    query = "&".join(f"summary={one.summary.slug}" for one in editions(all_keys()[:7]))

    lines = [one.text for one in read(f"/compare.docx?{query}&here=x").paragraphs]

    assert any(line.startswith("Left out, because a paper compares at most 6: ") for line in lines)
    assert "Left out, because it does not exist: here “x”." in lines


def all_keys() -> list[int]:
    return current_catalogue().all().editions("title", 0, 20)


@pytest.mark.parametrize("char", ["%01", "%0B", "%1B", "%EF%BF%BE"])
@pytest.mark.parametrize(
    "address",
    [
        f"/compare.docx?{QUERY}&summary=any{{}}thing&here=any{{}}where",
        "/evidence.docx?q=school{}&topic=any{}thing&here=any{}where&sort=any{}how",
    ],
)
def test_a_character_that_word_cannot_hold_is_no_error(read, address, char):
    assert "any\N{REPLACEMENT CHARACTER}where" in everything(read(address.replace("{}", char)))


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it(client, tmp_path):
    paper = tmp_path / "paper.docx"
    paper.write_bytes(client.get(f"/compare.docx?{QUERY}&{HERE}").content)

    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"),
            *("--convert-to", "pdf", "--outdir", str(tmp_path), str(paper)),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    assert paper.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
