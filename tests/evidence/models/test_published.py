"""What is public has one definition: `Edition.published_q`, which `published()` filters by."""

import re
from pathlib import Path

import pytest

from evidence.models import Approach, Edition, Finding
from tests.factories import make_approach, make_draft, make_edition

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("evidence", "centres", "portal")

# Python that names the state: State.PUBLISHED, or a filter such as state="published" and "edition__state": "published".
NAMES_THE_STATE = re.compile(
    r"""State\.PUBLISHED|state(__in|__exact)?["']?\s*[=:,]+\s*\[?["']published"""
)
ALLOWED = {
    "evidence/models/editions.py": "the definition",
    "evidence/catalogue/documents.py": "reads it from the copy in memory",
    "evidence/models/rules.py": "the constraints of the database",
    "evidence/editorial/actions/publishing.py": "moves editions into the state",
    "evidence/editorial/actions/confirmations.py": "refuses what is in another state",
    "evidence/editorial/actions/source_pages.py": "does so too",
    "evidence/editorial/steps.py": "offers the steps that an edition's state allows",
    "evidence/editorial/batches.py": "does so for many editions",
    "evidence/editorial/list_effects.py": "links to the list of those in it",
    "evidence/admin/long_filters.py": "offers the states to filter by",
    "evidence/models/planned_withdrawals.py": "a rule of the database",
    "evidence/models/confirmations.py": "a rule of the database",
}


def test_the_state_is_named_only_where_it_is_defined_or_given() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and NAMES_THE_STATE.search(path.read_text())
    }
    assert found == set(ALLOWED), "use Edition.objects.published() or Edition.published_q(path)"


@pytest.mark.parametrize(
    "line",
    [
        "Q(state=Edition.State.PUBLISHED)",
        'filter(edition__state="published")',
        'filter(**{"members__editions__state": "published"})',
        "exclude(editions__state__in=['published'])",
        "if edition.state == State.PUBLISHED:",
        'Q(("state", "published"))',
    ],
)
def test_every_way_to_write_it_again_is_found(line: str) -> None:
    assert NAMES_THE_STATE.search(line)


@pytest.mark.django_db
def test_the_condition_holds_along_a_path() -> None:
    edition, draft = make_edition(), make_draft()
    make_approach(members=[edition, draft])
    make_approach("of-drafts", members=[draft])

    assert list(Edition.objects.published()) == [edition]
    assert list(Finding.objects.filter(Edition.published_q("edition"))) == list(
        edition.findings.all()
    )
    public = Approach.objects.filter(Edition.published_q("members__editions"))
    assert [approach.slug for approach in public] == ["mentoring"]
    assert list(Edition.objects.filter(Edition.open_q())) == [draft]
    assert (edition.is_published, draft.is_published) == (True, False)
