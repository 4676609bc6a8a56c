"""Whatever is wrong in the files is reported by file, entry and field, and all of it at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence.dataset.faults import DatasetError
from evidence.dataset.read_dataset import read_dataset, records_of
from evidence.dataset.yaml_files import Documents
from tests.evidence.dataset.small_dataset import DATA, entry, small_documents, small_folder

AREAS = "network/policy-areas.yaml"
CENTRES = "network/centres.yaml"
SCALES = "network/rating-scales.yaml"
TOTALS = "network/totals.yaml"
TIMELINE = "network/timeline.yaml"
EEF = "summaries/eef.yaml"
YEF = "summaries/yef.yaml"
PRODUCTS = "products.yaml"


def faults(documents: Documents) -> list[str]:
    """Return the faults of documents, without the numbers of lines."""
    try:
        records_of(documents)
    except DatasetError as error:
        return [
            ": ".join(filter(None, (fault.location.file, fault.entry, fault.field, fault.message)))
            for fault in error.faults
        ]
    return []


def test_the_shipped_data_set_is_sound_and_has_nothing_left_of_pasting() -> None:
    remarks: list[Any] = []
    records = read_dataset(DATA, remarks.append)
    assert sum(map(len, records.values())) > 900
    assert remarks == []


def test_the_small_data_set_is_sound() -> None:
    assert faults(small_documents()) == []


def change(file: str, key: str, path: str, value: Any) -> Callable[[Documents], None]:
    """Return a change that sets a field of an entry. A path like "outcomes.0.effect" leads in."""

    def apply(documents: Documents) -> None:
        target: Any = entry(documents, file, key) if key else documents[file]
        *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
        for part in parents:
            target = target[part]
        target[last] = value

    return apply


def drop(file: str, key: str, path: str) -> Callable[[Documents], None]:
    """Return a change that removes a key of an entry, or of the file."""

    def apply(documents: Documents) -> None:
        target: Any = entry(documents, file, key) if key else documents[file]
        *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
        for part in parents:
            target = target[part]
        del target[last]

    return apply


def feedback(path: str, value: Any) -> Callable[[Documents], None]:
    return change(EEF, "eef-feedback", path, value)


CASES = {
    # Keys
    "key missing": (
        drop(EEF, "eef-feedback", "title"),
        f"{EEF}: eef-feedback: title: the key is missing",
    ),
    "group missing": (
        drop(EEF, "eef-feedback", "strength"),
        f"{EEF}: eef-feedback: strength: the key is missing",
    ),
    "key in a group missing": (
        drop(EEF, "eef-feedback", "strength.native"),
        f"{EEF}: eef-feedback: strength.native: the key is missing",
    ),
    "key of a row missing": (
        drop(EEF, "eef-feedback", "outcomes.0.effect"),
        f"{EEF}: eef-feedback: outcomes 1: effect: the key is missing",
    ),
    "precision missing": (
        drop(EEF, "eef-feedback", "updated_precision"),
        f"{EEF}: eef-feedback: updated_precision: the key is missing",
    ),
    "id missing": (drop(EEF, "eef-feedback", "id"), f"{EEF}: entry 1: id: the key is missing"),
    "centre of an area missing": (
        drop(AREAS, "youth-employment", "centre"),
        f"{AREAS}: youth-employment: centre: the key is missing",
    ),
    "spending missing": (
        drop(AREAS, "youth-employment", "spending"),
        f"{AREAS}: youth-employment: spending: the key is missing",
    ),
    "list missing": (drop(SCALES, "", "scales"), f"{SCALES}: scales: the list is missing"),
    "text missing": (drop(TOTALS, "", "reading"), f"{TOTALS}: reading: the key is missing"),
    "unknown key": (
        feedback("colour", "red"),
        f"{EEF}: eef-feedback: colour: there is no such key",
    ),
    "unknown key in a group": (
        feedback("cost.price", 5),
        f"{EEF}: eef-feedback: cost.price: there is no such key",
    ),
    "unknown key of a row": (
        feedback("outcomes.0.size", 5),
        f"{EEF}: eef-feedback: outcomes 1: size: there is no such key",
    ),
    "unknown key above the entries": (
        change(SCALES, "", "warning", "x"),
        f"{SCALES}: warning: there is no such key",
    ),
    "unknown key in a mapping above the entries": (
        change(TOTALS, "", "network.phone", "x"),
        f"{TOTALS}: network.phone: there is no such key",
    ),
    # Shapes
    "group not a mapping": (
        feedback("impact", "high"),
        f"{EEF}: eef-feedback: impact: should be a mapping",
    ),
    "rows not a list": (
        feedback("outcomes", "none"),
        f"{EEF}: eef-feedback: outcomes: should be a list",
    ),
    "row not a mapping": (
        feedback("sources.0", "https://example.org"),
        f"{EEF}: eef-feedback: sources 1: should be a mapping",
    ),
    "entry not a mapping": (
        change("kinds.yaml", "", "0", "toolkit"),
        "kinds.yaml: entry 1: should be a mapping",
    ),
    "file not a list": (
        lambda documents: documents.update({"kinds.yaml": None}),
        "kinds.yaml: should be a list of entries",
    ),
    "spending not a mapping": (
        change(AREAS, "youth-employment", "spending", 3),
        f"{AREAS}: youth-employment: spending: should be a mapping with a list of components",
    ),
    "gap with other keys": (
        change("network/gaps.yaml", "", "gaps.0", {"id": "x"}),
        "network/gaps.yaml: gaps: should have just the keys id and text",
    ),
    # Values
    "text that is empty": (
        feedback("title", " "),
        f"{EEF}: eef-feedback: title: should be text, not ' '",
    ),
    "text that is null": (
        feedback("summary", None),
        f"{EEF}: eef-feedback: summary: should be text, not null",
    ),
    "text with space around it": (
        feedback("product", "Toolkit "),
        f"{EEF}: eef-feedback: product: should be text without space around it, not 'Toolkit '",
    ),
    "text with a NUL": (
        feedback("product", "a\x00b"),
        f"{EEF}: eef-feedback: product: should be text without NUL characters, not 'a\\x00b'",
    ),
    "text that is too long": (
        feedback("title", "x" * 201),
        f"{EEF}: eef-feedback: title: Ensure this value has at most 200 characters (it has 201).",
    ),
    "number for text": (
        feedback("title", 5),
        f"{EEF}: eef-feedback: title: should be text, not 5",
    ),
    "text for a number": (
        feedback("studies", "155"),
        f"{EEF}: eef-feedback: studies: should be a whole number, not '155'",
    ),
    "true for a number": (
        feedback("studies", True),
        f"{EEF}: eef-feedback: studies: should be a whole number, not True",
    ),
    "number below zero": (
        feedback("studies", -1),
        f"{EEF}: eef-feedback: studies: should be a whole number from 0, not -1",
    ),
    "number that no database holds": (
        feedback("studies", 10**12),
        f"{EEF}: eef-feedback: studies: Ensure this value is less than or equal to 2147483647.",
    ),
    "amount of nothing": (
        change(AREAS, "youth-employment", "spending.indicative_gbp_bn", 0),
        f"{AREAS}: youth-employment: spending 1: indicative_gbp_bn: "
        "should be a number above zero, not 0",
    ),
    "text for a truth": (
        change(TIMELINE, "eef-founded", "page_update", "yes"),
        f"{TIMELINE}: eef-founded: page_update: should be true or false, not 'yes'",
    ),
    "address of another sort": (
        feedback("source_url", "ftp://example.org/x"),
        f"{EEF}: eef-feedback: source_url: "
        "should be a web address with http or https, not 'ftp://example.org/x'",
    ),
    "address that would run": (
        feedback("sources.0.url", "javascript:alert(1)"),
        f"{EEF}: eef-feedback: sources 1: url: "
        "should be a web address with http or https, not 'javascript:alert(1)'",
    ),
    "address that is none": (
        feedback("source_url", "https://exa mple.org"),
        f"{EEF}: eef-feedback: source_url: "
        "should be a web address with http or https, not 'https://exa mple.org'",
    ),
    "name that is none": (
        change("kinds.yaml", "trial", "slug", "A trial"),
        "kinds.yaml: A trial: slug: should be a name of lower case words joined by hyphens, "
        "not 'A trial'",
    ),
    "date that is none": (
        change(TIMELINE, "eef-founded", "date", "March 2011"),
        f"{TIMELINE}: eef-founded: date: should be a date in quotation marks "
        '("2013", "2013-03" or "2013-03-04"), not \'March 2011\'',
    ),
    "day that does not exist": (
        change("approaches.yaml", "feedback", "reviewed_on", "2026-02-30"),
        "approaches.yaml: feedback: reviewed_on: should be a day that exists, not '2026-02-30'",
    ),
    "month for a day": (
        change("approaches.yaml", "feedback", "reviewed_on", "2026-02"),
        "approaches.yaml: feedback: reviewed_on: "
        "should be a day in quotation marks (\"2026-11-22\"), not '2026-02'",
    ),
    "sentence given twice": (
        feedback("caveats", ["Take care.", "Take care."]),
        f"{EEF}: eef-feedback: caveats: names 'Take care.' twice",
    ),
    # Lists of the field
    "direction": (
        feedback("impact.direction", "good"),
        f"{EEF}: eef-feedback: impact.direction: should be one of beneficial, mixed, no-effect, "
        "harmful, insufficient, not-assessed, not 'good'",
    ),
    "direction of a finding": (
        feedback("outcomes.0.direction", None),
        f"{EEF}: eef-feedback: outcomes 1: direction: should be one of beneficial, mixed, "
        "no-effect, harmful, insufficient, not-assessed, not null",
    ),
    "level": (
        change(YEF, "yef-mentoring", "strength.level", "strong"),
        f"{YEF}: yef-mentoring: strength.level: should be one of very-high, high, moderate, low, "
        "very-low, insufficient, not-rated, not 'strong'",
    ),
    "cost": (
        feedback("cost.level", 6),
        f"{EEF}: eef-feedback: cost.level: should be one of 1, 2, 3, 4, 5, not 6",
    ),
    "cost that is true": (
        feedback("cost.level", True),
        f"{EEF}: eef-feedback: cost.level: should be one of 1, 2, 3, 4, 5, not True",
    ),
    "age group": (
        feedback("age_groups", ["adults"]),
        f"{EEF}: eef-feedback: age_groups: should be one of early-years, children, young-people, "
        "working-age, older-people, not 'adults'",
    ),
    "status of a centre": (
        change(CENTRES, "eef", "status", "member"),
        f"{CENTRES}: eef: status: should be one of what-works-centre, affiliate, former, "
        "not 'member'",
    ),
    "common level": (
        change(SCALES, "", "common_scale.levels.0.level", "none"),
        f"{SCALES}: none: level: should be one of very-high, high, moderate, low, very-low, "
        "insufficient, not-rated, not 'none'",
    ),
    # Names that lead nowhere
    "kind": (
        feedback("kind", "leaflet"),
        f"{EEF}: eef-feedback: kind: there is no kind 'leaflet'",
    ),
    "name that should be given": (
        feedback("kind", None),
        f"{EEF}: eef-feedback: kind: should be a name",
    ),
    "topic": (
        feedback("topics", ["juggling"]),
        f"{EEF}: eef-feedback: topics: there is no topic 'juggling'",
    ),
    "topic given twice": (
        feedback("topics", ["teaching-methods", "teaching-methods"]),
        f"{EEF}: eef-feedback: topics: names 'teaching-methods' twice",
    ),
    "outcome": (
        feedback("outcomes.0.outcome", "joy"),
        f"{EEF}: eef-feedback: outcomes 1: outcome: there is no outcome 'joy'",
    ),
    "scale": (
        feedback("cost.scale", "eef-price"),
        f"{EEF}: eef-feedback: cost.scale: there is no rating scale 'eef-price'",
    ),
    "approach": (
        feedback("approaches", ["feedback", "juggling"]),
        f"{EEF}: eef-feedback: approaches: there is no approach 'juggling'",
    ),
    "member of an approach": (
        change("approaches.yaml", "feedback", "members", ["eef-feedback", "eef-juggling"]),
        "approaches.yaml: feedback: members 2: there is no summary 'eef-juggling'",
    ),
    "organisation": (
        change(CENTRES, "eef", "hosts.0.organisation", "acme"),
        f"{CENTRES}: eef: hosts 1: organisation: there is no organisation 'acme'",
    ),
    "centre of an area": (
        change(AREAS, "youth-employment", "centre", "acme"),
        f"{AREAS}: youth-employment: centre: there is no centre 'acme'",
    ),
    "centre without a scale": (
        change(SCALES, "", "no_scale.0.centre", "acme"),
        f"{SCALES}: acme: centre: there is no centre 'acme'",
    ),
    "audience of the portal": (
        change("network/audiences.yaml", "local-authorities", "portal_audiences", ["acme"]),
        "network/audiences.yaml: local-authorities: portal_audiences: there is no audience 'acme'",
    ),
    # Given twice
    "id given twice": (
        lambda documents: documents[EEF].append(documents[EEF][0]),
        f"{EEF}: eef-feedback: id: is given more than once",
    ),
    "rank given twice": (
        change(SCALES, "", "common_scale.levels.0.rank", 5),
        f"{SCALES}: insufficient: rank: another entry has the same",
    ),
    "source given twice": (
        lambda documents: entry(documents, EEF, "eef-feedback")["sources"].append(
            entry(documents, EEF, "eef-feedback")["sources"][0]
        ),
        f"{EEF}: eef-feedback: sources 4: url: 'https://educationendowmentfoundation.org.uk/"
        "education-evidence/teaching-learning-toolkit/feedback' is given more than once",
    ),
    "member given twice": (
        change("approaches.yaml", "feedback", "members", ["eef-feedback", "eef-feedback"]),
        "approaches.yaml: feedback: members 2: 'eef-feedback' is given more than once",
    ),
    "step given twice": (
        change(SCALES, "eef-cost", "levels.1.label", "Very low"),
        f"{SCALES}: eef-cost: levels 2: label: 'Very low' is given more than once",
    ),
    "latest given twice": (
        lambda documents: [total.update(latest=True) for total in documents[TOTALS]["totals"][-2:]],
        f"{TOTALS}: total-latest: latest: 'total-2023-11-29' is the latest already",
    ),
    # Statements that contradict each other
    "step of no scale": (
        feedback("cost.scale", None),
        f"{EEF}: eef-feedback: cost.step: needs cost.scale to be given too",
    ),
    "step of another scale": (
        feedback("cost.step", "4 padlocks (extensive)"),
        f"{EEF}: eef-feedback: cost.step: there is no rating level "
        "'eef-cost/4 padlocks (extensive)'",
    ),
    "scale of another centre": (
        change(YEF, "yef-mentoring", "strength.scale", "eef-padlocks"),
        f"{YEF}: yef-mentoring: strength.scale: 'eef-padlocks' is a scale of another centre",
    ),
    "level that the step does not map to": (
        feedback("strength.level", "low"),
        f"{EEF}: eef-feedback: strength.level: should be high, the common level of the step "
        "'4 padlocks (extensive)'",
    ),
    "precision that is not the date's": (
        change(TIMELINE, "eef-founded", "precision", "day"),
        f"{TIMELINE}: eef-founded: precision: should be ",
    ),
    "precision without a date": (
        feedback("updated_precision", "day"),
        f"{EEF}: eef-feedback: updated_precision: should be null, which is how exact None is",
    ),
    "date in the future": (
        lambda documents: entry(documents, EEF, "eef-feedback").update(
            updated="2999", updated_precision="year"
        ),
        f"{EEF}: eef-feedback: updated: should not be in the future",
    ),
    "approach that does not name its member": (
        feedback("approaches", ["feedback", "mentoring"]),
        "approaches.yaml: mentoring: members: should name 'eef-feedback', which names it",
    ),
    "summary that does not name its approach": (
        feedback("approaches", []),
        f"{EEF}: eef-feedback: approaches: should name 'feedback', which has it as a member",
    ),
    "successor that does not know it": (
        change(CENTRES, "foundations", "predecessors", ["eif"]),
        f"{CENTRES}: foundations: predecessors: should name 'wwcsc', whose successors name it",
    ),
    "predecessor that does not know it": (
        change(CENTRES, "eif", "successors", []),
        f"{CENTRES}: eif: successors: should name 'foundations', whose predecessors name it",
    ),
    "lead of an area that is another's": (
        change(AREAS, "youth-employment", "centre", "eef"),
        f"{AREAS}: youth-employment: centre: the policy area of 'eef' is another one",
    ),
    "former member for an area": (
        change(AREAS, "children-and-families", "centre", "eif"),
        f"{AREAS}: children-and-families: centre: 'eif' is a former member",
    ),
    "member that has left": (
        change(CENTRES, "eef", "left", {"date": "2020", "precision": "year", "reason": "x"}),
        f"{CENTRES}: eef: left: should be null: only a former member has left",
    ),
    "left before it joined": (
        change(CENTRES, "eif", "left", {"date": "1990", "precision": "year", "reason": "x"}),
        f"{CENTRES}: eif: left: 1990 is before founded (",
    ),
    "host that ended before it began": (
        lambda documents: entry(documents, CENTRES, "eef")["hosts"][0].update(
            from_year=2012, to_year=2011
        ),
        f"{CENTRES}: eef: hosts 1: to_year: 2011 is before from_year (2012)",
    ),
    "sum that does not add up": (
        change(AREAS, "", "sum_check.sum_gbp_bn", 300.0),
        f"{AREAS}: sum_check.sum_gbp_bn: should be 284.5, which the figures give, not 300.0",
    ),
    "sum of other areas": (
        change(AREAS, "", "sum_check.policy_areas", ["homelessness"]),
        f"{AREAS}: sum_check.policy_areas: should be ['health-and-social-care', ",
    ),
    "figure without a source": (
        change(AREAS, "homelessness", "spending.sources", []),
        f"{AREAS}: homelessness: spending 1: sources: a figure needs its source",
    ),
    "second main figure": (
        change(AREAS, "health-and-social-care", "spending.components.0.role", "main"),
        f"{AREAS}: health-and-social-care: spending 2: role: should be part or context",
    ),
    "synonym of nothing": (
        change("synonyms.yaml", "", "0", ["TA"]),
        "synonyms.yaml: 1: a group needs two or more words that mean the same",
    ),
    "one-way synonym to nowhere": (
        change("synonyms.yaml", "", "2.to", []),
        "synonyms.yaml: 3: a one-way group needs words in from and in to",
    ),
    "summary in another centre's file": (
        lambda documents: documents[YEF].append(documents[EEF].pop()),
        f"{YEF}: eef-mentoring: centre: should be in {EEF}",
    ),
    "summary about nothing": (
        feedback("topics", []),
        f"{EEF}: eef-feedback: topics: should name at least one",
    ),
    "doubt that nothing explains": (
        feedback("data_note", None),
        f"{EEF}: eef-feedback: data_note: should explain the doubts",
    ),
    "summary in no product line": (
        feedback("product", "YEF Toolkit"),
        f"{EEF}: eef-feedback: product: 'YEF Toolkit' is in no product line of 'eef'",
    ),
    "name in two product lines": (
        change(PRODUCTS, "eef-projects", "names", ["EEF projects", "Guidance reports"]),
        f"{PRODUCTS}: eef-guidance-reports: names: 'Guidance reports' is a name of another line",
    ),
    "product line without a name": (
        change(PRODUCTS, "eef-projects", "names", []),
        f"{PRODUCTS}: eef-projects: names: should have at least one",
    ),
    "size without its page": (
        change(PRODUCTS, "eef-projects", "count.source", None),
        f"{PRODUCTS}: eef-projects: count.source: is needed beside a number",
    ),
    "size without a date": (
        change(PRODUCTS, "eef-projects", "count.note", None),
        f"{PRODUCTS}: eef-projects: count.date: should give the date of the number",
    ),
    "rule of a page that it does not name": (
        change(PRODUCTS, "eef-projects", "rules.0.source", None),
        f"{PRODUCTS}: eef-projects: rules 1: source: should name the page that says it",
    ),
    "value without a rule": (
        change(PRODUCTS, "eef-projects", "rules.0.field", "cost"),
        f"{PRODUCTS}: eef-projects: rules: has no rule for 'strength'",
    ),
    "reason for a value that is there": (
        feedback("missing", ["studies-none"]),
        f"{EEF}: eef-feedback: missing: says why 'studies' is missing, which is there",
    ),
    "two reasons for one value": (
        feedback("missing", ["place-none", "place-not-read"]),
        f"{EEF}: eef-feedback: missing: gives 2 reasons for 'place'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_names_file_entry_and_field_and_what_was_expected(case: str) -> None:
    apply, expected = CASES[case]
    documents = small_documents()
    apply(documents)

    found = faults(documents)

    assert any(fault.startswith(expected) for fault in found), found
    assert len(found) <= 4, "one mistake should not drown in others"


def test_all_faults_are_reported_at_once_in_the_order_of_the_files() -> None:
    documents = small_documents()
    for apply in (
        feedback("studies", "many"),
        feedback("kind", "leaflet"),
        change(YEF, "yef-mentoring", "strength.level", "strong"),
        change(CENTRES, "eef", "website", "eef.org"),
    ):
        apply(documents)

    assert [fault.split(": ")[:3] for fault in faults(documents)] == [
        [CENTRES, "eef", "website"],
        [EEF, "eef-feedback", "studies"],
        [EEF, "eef-feedback", "kind"],
        [YEF, "yef-mentoring", "strength.level"],
    ]


# Files


def faults_in(folder: Path) -> str:
    with pytest.raises(DatasetError) as refusal:
        read_dataset(folder)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"- slug: [\n", "kinds.yaml, line 2: not YAML: did not find expected"),
        (b"- slug: a\n  label: b\n- slug: c\n  slug: d\n", "kinds.yaml, line 4: not YAML: the key 'slug' is given twice"),
        (b"- slug: a\n  ? [b]\n  : c\n", "kinds.yaml, line 2: not YAML: a key is not text"),
        (b"- slug: a\n- label: caf\xe9\n", "kinds.yaml, line 2: the file is not UTF-8 text"),
        (b"- slug: a\n  label: \x07\n", "kinds.yaml: not YAML: "),
        (b"a: 1\n---\nb: 2\n", "kinds.yaml, line 2: not YAML: "),
        (b"- !!python/object/apply:os.system [ls]\n", "kinds.yaml, line 1: not YAML: could not determine a constructor"),
        (b"", "kinds.yaml: should be a list of entries"),
        (b"slug: trial\n", "kinds.yaml: should be a list of entries"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_sound_is_reported_with_its_line(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    (small_folder(tmp_path) / "kinds.yaml").write_bytes(content)

    assert faults_in(tmp_path).splitlines()[0].startswith(expected)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    (small_folder(tmp_path) / "network/centres.yaml").unlink()

    assert faults_in(tmp_path) == "network/centres.yaml: the file is missing"


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    assert faults_in(tmp_path / "nowhere") == f"{tmp_path}/nowhere: there is no such folder"


@pytest.mark.parametrize("name", ["summaries/eef.yml", "network/centers.yaml", "eef.yaml"])
def test_a_file_that_nothing_would_read_is_reported(tmp_path: Path, name: str) -> None:
    (small_folder(tmp_path) / name).write_text("[]")

    assert faults_in(tmp_path) == f"{name}: the data set has no file of this name"


def test_a_fault_names_the_line_its_entry_begins_on(tmp_path: Path) -> None:
    path = small_folder(tmp_path) / EEF
    path.write_text(path.read_text().replace("kind: toolkit-strand", "kind: leaflet"))
    line = path.read_text().splitlines().index("- id: eef-mentoring") + 1

    assert f"{EEF}, line {line}: eef-mentoring: kind: there is no kind 'leaflet'" in faults_in(
        tmp_path
    )


def test_an_unquoted_date_is_reported_as_such(tmp_path: Path) -> None:
    path = small_folder(tmp_path) / "approaches.yaml"
    path.write_text(
        path.read_text().replace("reviewed_on: '2026-11-29'", "reviewed_on: 2026-11-29")
    )

    assert "not a date without quotation marks (2026-11-29)" in faults_in(tmp_path)
