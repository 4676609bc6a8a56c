"""The files' own shape and the even one of `tables`, both ways.

The files are written for people who edit them: a spending figure holds its parts, a centre holds the centres before and after
it, a date stands beside its precision, single sentences stand on top. `even` turns that into plain lists of entries, one list
a table; `uneven` is its inverse.
"""

from collections import defaultdict
from copy import deepcopy
from typing import Any

from .files import Fault
from .schema import Entry, Table
from .tables import (
    APPROACHES,
    CENTRES,
    COMMON_LEVELS,
    EVENTS,
    FUNCTIONS,
    NETWORK_SOURCES,
    NOTES,
    POLICY_AREAS,
    PUBLICATIONS,
    RATING_SCALES,
    SUMMARIES,
    SYNONYMS,
    TABLES,
    TOTALS,
    VALUES,
)

PRECISIONS = {4: "year", 7: "month", 10: "day"}
GAPS = "network/gaps.yaml"

# Texts that stand alone in a file: slug of the note, file, where its text and its sources are.
SINGLE_NOTES = [
    ("spending", POLICY_AREAS.file, "note", None),
    ("spending-sum", POLICY_AREAS.file, "sum_check.note", None),
    ("common-scale", COMMON_LEVELS.file, "common_scale.note", None),
    ("secretariat", TOTALS.file, "network.secretariat", "network.sources"),
    ("funding", TOTALS.file, "network.funding_note", None),
    ("totals", TOTALS.file, "reading", None),
    ("functions", FUNCTIONS.file, "note", "source"),
    ("membership-values", VALUES.file, "acronym", "sources"),
    ("reading-limit", GAPS, "reading_limit", None),
]
# Lists of texts: prefix of the notes' slugs, file, where the list is.
LISTED_NOTES = [
    ("spending-sought", POLICY_AREAS.file, "sum_check.sought_without_success"),
    ("scale-warning", RATING_SCALES.file, "warnings"),
]

Documents = dict[str, Any]
Even = dict[str, list[tuple[str, Entry]]]  # by the table's name: (file, entry)


def file_names() -> list[str]:
    names = {table.file: None for table in TABLES if table is not NOTES}
    return [*names, GAPS]


def name_of(table: Table) -> str:
    return f"{table.file}#{table.path}"


def get(document: Any, path: str) -> Any:
    """Follow a dotted path through mappings; KeyError where it ends early."""
    for part in path.split(".") if path else []:
        document = document[part]
    return document


def put(document: Entry, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for part in parents:
        document = document.setdefault(part, {})
    document[last] = value


# From the files


def even(documents: Documents) -> tuple[Even, list[Fault]]:
    """Return the entries of every table, and what was missing on the way."""
    documents = deepcopy(documents)
    faults: list[Fault] = []
    result: Even = defaultdict(list)
    for table in TABLES:
        files = [
            name for name in documents if name == table.file or name.startswith(f"{table.file}/")
        ]
        for file in files:
            try:
                entries = get(documents[file], table.path)
            except (KeyError, TypeError):
                faults.append(Fault(file, "", table.path, "the list is missing"))
                continue
            if not isinstance(entries, list):
                faults.append(Fault(file, "", table.path, "should be a list of entries"))
                continue
            for number, entry in enumerate(entries, start=1):
                if table is SYNONYMS:
                    entry = _even_synonyms(entry, number)
                if isinstance(entry, dict):
                    result[name_of(table)].append((file, entry))
                else:
                    faults.append(Fault(file, f"entry {number}", "", "should be a mapping"))
    faults += _even_notes(documents, result)
    if faults:
        return result, faults
    for step in (
        _even_spending,
        _even_centres,
        _even_scales,
        _even_dates,
        _even_steps,
        _even_approaches,
    ):
        try:
            faults += step(documents, result)
        except (KeyError, TypeError, AttributeError) as error:
            # The entry lacks a key that the step needs; reading each table names it.
            faults.append(
                Fault("", "", "", f"{step.__name__[6:]}: key {error} is missing or misplaced")
            )
    return result, faults


def _entries(result: Even, table: Table) -> list[Entry]:
    return [entry for _, entry in result[name_of(table)]]


def _even_synonyms(entry: Any, number: int) -> Any:
    if isinstance(entry, list):
        return {"order": number, "one_way": False, "terms": entry, "finds": []}
    if isinstance(entry, dict):
        rest = {key: value for key, value in entry.items() if key not in {"from", "to"}}
        return {
            "order": number,
            "one_way": entry.get("one_way"),
            "terms": entry.get("from"),
            "finds": entry.get("to"),
            **{key: value for key, value in rest.items() if key != "one_way"},
        }
    return entry


def _even_notes(documents: Documents, result: Even) -> list[Fault]:
    faults = []
    notes: list[tuple[str, Entry]] = []
    for slug, file, text, sources in SINGLE_NOTES:
        try:
            cited = get(documents[file], sources) if sources else []
            cited = [cited] if isinstance(cited, str) else cited
            notes.append(
                (file, {"slug": slug, "text": get(documents[file], text), "sources": cited})
            )
        except (KeyError, TypeError):
            faults.append(Fault(file, "", text, "is missing"))
    for prefix, file, path in LISTED_NOTES:
        try:
            for number, text in enumerate(get(documents[file], path), start=1):
                notes.append((file, {"slug": f"{prefix}-{number}", "text": text, "sources": []}))
        except (KeyError, TypeError):
            faults.append(Fault(file, "", path, "is missing"))
    for gap in documents.get(GAPS, {}).get("gaps", []):
        notes.append((GAPS, {"slug": f"gap-{gap['id']}", "text": gap["text"], "sources": []}))
    result[name_of(NOTES)] = notes
    return faults


def _even_spending(documents: Documents, result: Even) -> list[Fault]:
    for entry in _entries(result, POLICY_AREAS):
        main = entry.pop("spending")
        components = main.pop("components")
        entry["figures"] = [{"role": "main", **main}, *components]
    return []


def _even_centres(documents: Documents, result: Even) -> list[Fault]:
    faults = []
    leads = {entry.pop("centre"): entry["slug"] for entry in _entries(result, POLICY_AREAS)}
    after = {
        (centre["slug"], successor)
        for centre in _entries(result, CENTRES)
        for successor in centre["successors"]
    }
    before = {
        (predecessor, centre["slug"])
        for centre in _entries(result, CENTRES)
        for predecessor in centre.pop("predecessors")
    }
    faults += [
        Fault(
            CENTRES.file,
            one,
            "successors",
            f"{other} does not name it in predecessors, or the other way",
        )
        for one, other in sorted(after ^ before)
    ]
    unrated = {entry["centre"]: entry for entry in documents[RATING_SCALES.file]["no_scale"]}
    slugs = {entry["slug"] for entry in _entries(result, CENTRES)}
    for file, named in ((POLICY_AREAS.file, leads), (RATING_SCALES.file, unrated)):
        faults += [
            Fault(file, "", "centre", f"there is no centre {s!r}") for s in named.keys() - slugs
        ]
    for entry in _entries(result, CENTRES):
        slug = entry["slug"]
        entry["leads_policy_area"] = slug in leads
        if slug in leads and leads[slug] != entry["policy_area"]:
            faults.append(
                Fault(CENTRES.file, slug, "policy_area", f"{leads[slug]} names it as its centre")
            )
        for key, note in (
            ("founded", "note"),
            ("joined", "note"),
            ("became_full_member", "note"),
            ("left", "reason"),
        ):
            known = entry.pop(key) or {"date": None, "precision": None, note: None}
            faults += _check_precision(CENTRES.file, slug, key, known["date"], known["precision"])
            entry[key], entry[f"{key}_{note}"] = known["date"], known[note]
        entry["unrated_note"] = unrated.get(slug, {}).get("note")
        entry["unrated_sources"] = unrated.get(slug, {}).get("sources", [])
    return faults


def _even_scales(documents: Documents, result: Even) -> list[Fault]:
    for entry in _entries(result, RATING_SCALES):
        entry["used_by"] = []
    for entry in documents[RATING_SCALES.file]["reference_scales"]:
        absent = dict.fromkeys(
            ("centre", "unit", "form", "complete", "address_note", "levels_from", "note")
        )
        even_entry = {**absent, **entry, "rates": "strength", "dimensions": []}
        result[name_of(RATING_SCALES)].append((RATING_SCALES.file, even_entry))
    return []


def _even_dates(documents: Documents, result: Even) -> list[Fault]:
    faults = []
    for table in (EVENTS, PUBLICATIONS, TOTALS, NETWORK_SOURCES):
        for entry in _entries(result, table):
            precision = entry.pop("precision")
            faults += _check_precision(
                table.file, entry[table.key], "date", entry["date"], precision
            )
    for file, entry in result[name_of(SUMMARIES)]:
        precision = entry.pop("updated_precision")
        faults += _check_precision(file, entry["id"], "updated", entry["updated"], precision)
    return faults


def _check_precision(file: str, entry: str, field: str, date: Any, precision: Any) -> list[Fault]:
    wanted = PRECISIONS.get(len(date)) if isinstance(date, str) else None
    if precision == wanted:
        return []
    return [Fault(file, entry, field, f"{date!r} does not agree with its precision {precision!r}")]


def _even_steps(documents: Documents, result: Even) -> list[Fault]:
    """Name a step by its scale too: labels such as "High" stand on many scales."""
    for entry in _entries(result, SUMMARIES):
        for rating in (entry["strength"], entry["cost"]):
            if rating["step"] is not None:
                rating["step"] = f"{rating['scale']}/{rating['step']}"
    return []


def _even_approaches(documents: Documents, result: Even) -> list[Fault]:
    by_summary = {
        (approach, entry["id"])
        for entry in _entries(result, SUMMARIES)
        for approach in entry.pop("approaches")
    }
    by_approach = set()
    for entry in _entries(result, APPROACHES):
        by_approach |= {(entry["slug"], member) for member in entry["members"]}
        entry["members"] = [{"summary": member} for member in entry["members"]]
    return [
        Fault(
            APPROACHES.file,
            approach,
            "members",
            f"does not agree with the approaches of {summary!r}",
        )
        for approach, summary in sorted(by_summary ^ by_approach)
    ]


# To the files


def uneven(lists: dict[str, list[Entry]]) -> Documents:
    """Return the documents by file from the entries of every table (see `even`)."""
    lists = deepcopy(lists)
    documents: Documents = {}
    notes = {note["slug"]: note for note in lists[name_of(NOTES)]}
    for slug, file, text, sources in SINGLE_NOTES:
        document = documents.setdefault(file, {})
        put(document, text, notes[slug]["text"])
        if sources:
            cited = notes[slug]["sources"]
            put(document, sources, cited[0] if sources == "source" else cited)
    for prefix, file, path in LISTED_NOTES:
        texts = [note["text"] for slug, note in notes.items() if slug.startswith(f"{prefix}-")]
        put(documents.setdefault(file, {}), path, texts)
    documents[GAPS]["gaps"] = [
        {"id": slug.removeprefix("gap-"), "text": note["text"]}
        for slug, note in notes.items()
        if slug.startswith("gap-")
    ]
    _uneven_centres(lists, documents)
    _uneven_scales(lists, documents)
    _uneven_dates(lists)
    _uneven_summaries(lists, documents)
    for table in TABLES:
        if table in (NOTES, SUMMARIES):
            continue
        if table.path:
            put(documents.setdefault(table.file, {}), table.path, lists[name_of(table)])
        else:
            documents[table.file] = lists[name_of(table)]
    return documents


def _precision(date: str | None) -> str | None:
    return PRECISIONS[len(date)] if date else None


def _uneven_centres(lists: dict[str, list[Entry]], documents: Documents) -> None:
    centres = lists[name_of(CENTRES)]
    before: dict[str, list[str]] = defaultdict(list)
    for entry in centres:
        for successor in entry["successors"]:
            before[successor].append(entry["slug"])
    leads = {}
    unrated = []
    for entry in centres:
        if entry.pop("leads_policy_area"):
            leads[entry["policy_area"]] = entry["slug"]
        entry["predecessors"] = before[entry["slug"]]
        for key, note in (
            ("founded", "note"),
            ("joined", "note"),
            ("became_full_member", "note"),
            ("left", "reason"),
        ):
            date, remark = entry[key], entry.pop(f"{key}_{note}")
            known = {"date": date, "precision": _precision(date), note: remark}
            always = key in {"founded", "joined"}
            entry[key] = known if always or date or remark else None
        note, sources = entry.pop("unrated_note"), entry.pop("unrated_sources")
        if note:
            unrated.append({"centre": entry["slug"], "note": note, "sources": sources})
    documents.setdefault(RATING_SCALES.file, {})["no_scale"] = unrated
    summed = []
    for entry in lists[name_of(POLICY_AREAS)]:
        main, *components = entry.pop("figures")
        main.pop("role")
        entry["centre"] = leads.get(entry["slug"])
        entry["spending"] = {**main, "components": components}
        if main["in_sum"]:
            summed.append((entry["slug"], main["indicative_gbp_bn"]))
    check = documents[POLICY_AREAS.file]["sum_check"]
    check["sum_gbp_bn"] = round(sum(amount for _, amount in summed), 1)
    check["policy_areas"] = [slug for slug, _ in summed]


def _uneven_scales(lists: dict[str, list[Entry]], documents: Documents) -> None:
    own, others = [], []
    for entry in lists[name_of(RATING_SCALES)]:
        if entry["centre"]:
            entry.pop("used_by")
            own.append(entry)
        else:
            kept = ("id", "name", "address", "used_by", "levels", "contestable", "sources")
            others.append({key: entry[key] for key in kept})
    lists[name_of(RATING_SCALES)] = own
    documents[RATING_SCALES.file]["reference_scales"] = others


def _uneven_dates(lists: dict[str, list[Entry]]) -> None:
    for table in (EVENTS, PUBLICATIONS, TOTALS, NETWORK_SOURCES):
        for entry in lists[name_of(table)]:
            entry["precision"] = _precision(entry["date"])
    for entry in lists[name_of(SUMMARIES)]:
        entry["updated_precision"] = _precision(entry["updated"])


def _uneven_summaries(lists: dict[str, list[Entry]], documents: Documents) -> None:
    approaches: dict[str, list[str]] = defaultdict(list)
    for entry in lists[name_of(APPROACHES)]:
        entry["members"] = [member["summary"] for member in entry["members"]]
        for member in entry["members"]:
            approaches[member].append(entry["slug"])
    for entry in lists[name_of(SUMMARIES)]:
        entry["approaches"] = approaches[entry["id"]]
        for rating in (entry["strength"], entry["cost"]):
            if rating["step"] is not None:
                rating["step"] = rating["step"].partition("/")[2]
        documents.setdefault(f"{SUMMARIES.file}/{entry['centre']}.yaml", []).append(entry)
    lists[name_of(SYNONYMS)] = [
        {"one_way": True, "from": entry["terms"], "to": entry["finds"]}
        if entry["one_way"]
        else entry["terms"]
        for entry in lists[name_of(SYNONYMS)]
    ]
