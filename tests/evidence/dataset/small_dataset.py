"""A small part of the shipped data set, complete in itself: quick to read, to break and to load."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from evidence.dataset.entries import file_names
from evidence.dataset.yaml_files import Documents, read_documents, write_document

DATA = settings.BASE_DIR / "data"
SUMMARIES = {"eef-feedback", "eef-mentoring", "yef-mentoring"}
CENTRES = {"eef", "yef", "foundations", "eif", "wwcsc"}


def small_documents() -> Documents:
    """Return documents of one's own, to change at will."""
    return deepcopy(_cut())


def small_folder(folder: Path, documents: Documents | None = None) -> Path:
    """Write the small data set, or a changed one, to a folder."""
    for name, document in (documents or small_documents()).items():
        write_document(folder / name, document)
    return folder


def entry(documents: Documents, file: str, key: str) -> dict[str, Any]:
    """Return the entry of this key, wherever it is in the file."""
    found = [one for one in _mappings(documents[file]) if key in (one.get("id"), one.get("slug"))]
    assert len(found) == 1, f"{len(found)} entries {key} in {file}"
    return found[0]


@cache
def _cut() -> Documents:
    documents, faults = read_documents(DATA, file_names())
    assert not faults
    summaries = {}
    for centre in ("eef", "yef"):
        name = f"summaries/{centre}.yaml"
        summaries[name] = [one for one in documents[name] if one["id"] in SUMMARIES]
    documents = {n: d for n, d in documents.items() if not n.startswith("summaries/")} | summaries
    entries = [one for listed in summaries.values() for one in listed]
    topics = {slug for one in entries for slug in one["topics"]}
    outcomes = {row["outcome"] for one in entries for row in one["outcomes"]}
    _keep(documents["topics.yaml"], lambda one: one["slug"] in topics)
    _keep(documents["outcomes.yaml"], lambda one: one["slug"] in outcomes)
    approaches = documents["approaches.yaml"]
    for approach in approaches:
        _keep(approach["members"], lambda member: member in SUMMARIES)
    _keep(approaches, lambda one: one["members"])
    _keep(documents["products.yaml"], lambda one: one["centre"] in CENTRES)
    groups = documents["synonyms.yaml"]
    _keep(groups, lambda one: one in groups[:3])
    network = {n.removeprefix("network/"): d for n, d in documents.items() if "/" in n}
    _keep(network["centres.yaml"]["centres"], lambda one: one["slug"] in CENTRES)
    for area in network["policy-areas.yaml"]["policy_areas"]:
        area["centre"] = area["centre"] if area["centre"] in CENTRES else None
    scales = network["rating-scales.yaml"]
    _keep(scales["scales"], lambda one: one["centre"] in CENTRES)
    _keep(scales["no_scale"], lambda one: one["centre"] in CENTRES)
    for scale in scales["reference_scales"]:
        _keep(scale["used_by"], lambda centre: centre in CENTRES)
    for listed in (network["timeline.yaml"]["timeline"], network["statements.yaml"]["statements"]):
        _keep(listed, lambda one: CENTRES.issuperset(one["centres"]))
    return documents


def _keep(entries: list[Any], wanted: Any) -> None:
    entries[:] = [one for one in entries if wanted(one)]


def _mappings(node: Any) -> list[dict[str, Any]]:
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node] if isinstance(node, dict) else []
    return [*own, *(one for child in below for one in _mappings(child))]
