"""The checks of the data set that need more than one value: names that no entry has, and entries that contradict each other.

Each check looks at all records and yields the faults that it finds. The database has most of these rules too. Here
every fault is found before anything is written, and says its file, entry and field.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from centres.models import Centre, RatingLevel
from centres.vocabulary import Rated
from evidence.models import ListRow, Summary
from evidence.models.list_rows import MERGED
from evidence.models.products import wrong_reasons

from .entries import SUM_CHECK
from .faults import Fault, Location
from .parts import Key, Rows
from .records import Record, Table
from .tables import (
    APPROACHES,
    AUDIENCES,
    CENTRES,
    NETWORK_AUDIENCES,
    POLICY_AREAS,
    PRODUCTS,
    RATING_SCALES,
    REFERENCE_SCALES,
    SUMMARIES,
    SYNONYMS,
    TOTALS,
    UNRATED,
)
from .yaml_files import Documents, LinedMapping

Records = dict[Table, list[Record]]
Known = Mapping[type[models.Model], Container[Key]]


def contradictions(records: Records, documents: Documents) -> Iterator[Fault]:
    """Find everything that is wrong between entries."""
    for check in (
        duplicates,
        unknown_references,
        disagreeing_mirrors,
        ratings_off_their_scale,
        dates_out_of_order,
        figures_without_source,
        one_sided_synonyms,
        latest_total,
        summaries_in_another_file,
        summaries_about_nothing,
        unexplained_doubts,
        product_lines_without_number_or_page,
        summaries_in_no_product_line,
        wrong_reasons_for_missing,
        wrong_endings,
    ):
        yield from check(records)
    yield from wrong_sum(records, documents)


def duplicates(records: Records) -> Iterator[Fault]:
    """Find entries, rows of an entry and values that should be there once."""
    counts = Counter(_identity(record) for record in _all(records))
    for record in _all(records):
        if counts[_identity(record)] > 1:
            yield record.fault("is given more than once", record.table.key)
    for table, its_records in records.items():
        for name in _unique_fields(table):
            values = Counter(record.values.get(name) for record in its_records)
            for record in its_records:
                if values[record.values.get(name)] > 1:
                    yield record.fault("another entry has the same", name)
        for part in table.all(Rows):
            for record in its_records:
                yield from _rows_twice(record, part)


def _identity(record: Record) -> tuple[object, Key]:
    return record.table if record.table is UNRATED else record.table.model, record.key


def _unique_fields(table: Table) -> list[str]:
    return [
        field.name
        for field in table.model._meta.fields
        if field.unique and not field.primary_key and field.name != table.key_attribute
    ]


def _rows_twice(record: Record, part: Rows) -> Iterator[Fault]:
    keys = {one.attribute: one.key for one in part.parts}
    for constraint in part.model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or constraint.condition:
            continue
        if part.parent not in constraint.fields:
            continue
        (name,) = set(constraint.fields) - {part.parent}
        seen = set()
        for number, row in enumerate(record.rows.get(part.attribute, ()), start=1):
            value = (row.values | row.references).get(name)
            if value in seen and name in keys:
                where = part.field_name(number, keys[name])
                yield record.fault(f"{value!r} is given more than once", where)
            seen.add(value)


def unknown_references(records: Records) -> Iterator[Fault]:
    """Find the names that no entry has."""
    known = _known(records)
    for record in _all(records):
        yield from unknown_names(record, known)
    for record in records[UNRATED]:
        if record.key not in known[Centre]:
            yield record.fault(f"there is no centre {record.key!r}", "centre")
    audiences = {record.key for record in records[AUDIENCES]}
    for record in records[NETWORK_AUDIENCES]:
        for name in record.values.get("portal_audiences", ()):
            if name not in audiences:
                yield record.fault(f"there is no audience {name!r}", "portal_audiences")


def unknown_names(record: Record, known: Known) -> Iterator[Fault]:
    """Find the names in one record that are not among the `known` names of each model."""
    for field, model, name in record.mentions():
        if name is not None and name not in known[model]:
            yield record.fault(f"there is no {model._meta.verbose_name} {name!r}", field)


def _known(records: Records) -> dict[type[models.Model], set[Key]]:
    known: dict[type[models.Model], set[Key]] = {}
    for table, its_records in records.items():
        model = Summary if table is SUMMARIES else table.model
        if table is not UNRATED:
            known.setdefault(model, set()).update(record.key for record in its_records)
    known[RatingLevel] = set(_levels(records))
    return known


def _levels(records: Records) -> dict[Key, dict[str, Any]]:
    """Return the values of every step, by scale and label."""
    return {
        f"{scale.key}/{level.values['label']}": level.values
        for scale in (*records[RATING_SCALES], *records[REFERENCE_SCALES])
        for level in scale.rows.get("levels", ())
        if "label" in level.values
    }


def disagreeing_mirrors(records: Records) -> Iterator[Fault]:
    """Find two entries that do not say the same of each other."""
    yield from _one_sided_successions({record.key: record for record in records[CENTRES]})
    by_summary = {record.key: record for record in records[SUMMARIES]}
    by_approach = {record.key: record for record in records[APPROACHES]}
    stated = {
        (summary.key, approach)
        for summary in records[SUMMARIES]
        for approach in summary.mirrors.get("summary__approaches", ())
    }
    members = {
        (name, approach.key) for approach in records[APPROACHES] for name in _members(approach)
    }
    for name, approach in sorted(members - stated, key=str):
        if name in by_summary:
            wrong = f"should name {approach!r}, which has it as a member"
            yield by_summary[name].fault(wrong, "approaches")
    for name, approach in sorted(stated - members, key=str):
        if approach in by_approach:
            yield by_approach[approach].fault(f"should name {name!r}, which names it", "members")
        else:
            yield by_summary[name].fault(f"there is no approach {approach!r}", "approaches")
    centres = {record.key: record for record in records[CENTRES]}
    for area in records[POLICY_AREAS]:
        lead = area.mirrors.get("centres")
        if lead is not None and lead not in centres:
            yield area.fault(f"there is no centre {lead!r}", "centre")
        elif lead is not None and centres[lead].references.get("policy_area") != area.key:
            yield area.fault(f"the policy area of {lead!r} is another one", "centre")
        elif lead is not None and centres[lead].values.get("status") == "former":
            yield area.fault(f"{lead!r} is a former member", "centre")


def _members(approach: Record) -> list[Key]:
    rows = (row.references.get("summary") for row in approach.rows.get("memberships", ()))
    return [name for name in rows if name is not None]


def _one_sided_successions(centres: dict[Key, Record]) -> Iterator[Fault]:
    by_before = {
        (one.key, after) for one in centres.values() for after in one.links.get("successors", ())
    }
    by_after = {
        (before, one.key)
        for one in centres.values()
        for before in one.mirrors.get("predecessors", ())
    }
    for before, after in sorted(by_before - by_after, key=str):
        if after in centres:
            wrong = f"should name {before!r}, whose successors name it"
            yield centres[after].fault(wrong, "predecessors")
    for before, after in sorted(by_after - by_before, key=str):
        if before in centres:
            wrong = f"should name {after!r}, whose predecessors name it"
            yield centres[before].fault(wrong, "successors")
        else:
            yield centres[after].fault(f"there is no centre {before!r}", "predecessors")


def ratings_off_their_scale(records: Records) -> Iterator[Fault]:
    """Find ratings on the scale of another centre, and common levels that do not fit the step."""
    scales = {record.key: record for record in records[RATING_SCALES]}
    levels = _levels(records)
    for record in records[SUMMARIES]:
        for kind in ("strength", "cost"):
            scale = scales.get(record.references.get(f"{kind}_scale") or "")
            if scale and scale.references.get("centre") != record.references.get("summary__centre"):
                yield record.fault(f"{scale.key!r} is a scale of another centre", f"{kind}.scale")
        level = levels.get(record.references.get("strength_step") or "", {})
        common = level.get("common")
        if common and common != record.values.get("strength"):
            step = level["label"]
            wrong = f"should be {common}, the common level of the step {step!r}"
            yield record.fault(wrong, "strength.level")


def dates_out_of_order(records: Records) -> Iterator[Fault]:
    """Find dates before the date that they should follow, or in the future."""
    for centre in records[CENTRES]:
        for first, second in (
            ("founded", "left"),
            ("joined", "became_full_member"),
            ("joined", "left"),
        ):
            early, late = centre.values.get(first, ""), centre.values.get(second, "")
            # The later date may be known less exactly, so it counts as the end of its year or month.
            if early and late and early > f"{late}-99":
                yield centre.fault(f"{late} is before {first} ({early})", second)
        left = centre.values.get("left") or centre.values.get("left_reason")
        if left and centre.values.get("status") not in {"former", None}:
            yield centre.fault("should be null: only a former member has left", "left")
        for number, host in enumerate(centre.rows.get("hosts", ()), start=1):
            since, until = host.values.get("from_year"), host.values.get("to_year")
            if since and until and since > until:
                yield centre.fault(
                    f"{until} is before from_year ({since})", f"hosts {number}: to_year"
                )
    today = timezone.localdate().isoformat()
    for summary in records[SUMMARIES]:
        if summary.values.get("updated", "") > today:
            yield summary.fault("should not be in the future", "updated")


def figures_without_source(records: Records) -> Iterator[Fault]:
    """Find figures of spending that have no source, and main figures that are not the first."""
    for area in records[POLICY_AREAS]:
        for number, figure in enumerate(area.rows.get("figures", ()), start=1):
            if figure.values.get("gbp_bn") is not None and figure.values.get("sources") == []:
                yield area.fault("a figure needs its source", f"spending {number}: sources")
            if number > 1 and figure.values.get("role") == "main":
                yield area.fault("should be part or context", f"spending {number}: role")


def one_sided_synonyms(records: Records) -> Iterator[Fault]:
    """Find groups of words that lack the words to find."""
    for group in records[SYNONYMS]:
        one_way, terms, finds = (group.values.get(name) for name in ("one_way", "terms", "finds"))
        if terms is None or finds is None:
            continue
        if one_way and not (terms and finds):
            yield group.fault("a one-way group needs words in from and in to")
        elif not one_way and (len(terms) < 2 or finds):
            yield group.fault("a group needs two or more words that mean the same")


def latest_total(records: Records) -> Iterator[Fault]:
    """Find totals that are the latest beside another one."""
    latest = [total for total in records[TOTALS] if total.values.get("latest")]
    for total in latest[1:]:
        yield total.fault(f"{latest[0].key!r} is the latest already", "latest")


def summaries_in_another_file(records: Records) -> Iterator[Fault]:
    """Find summaries that are not in the file of their centre."""
    for record in records[SUMMARIES]:
        centre = record.references.get("summary__centre")
        if centre and record.location.file != f"{SUMMARIES.file}/{centre}.yaml":
            yield record.fault(f"should be in {SUMMARIES.file}/{centre}.yaml", "centre")


def summaries_about_nothing(records: Records) -> Iterator[Fault]:
    """Find summaries without a policy area, a topic or an audience."""
    for record in records[SUMMARIES]:
        for name in ("policy_areas", "topics", "audiences"):
            if record.links.get(name) == []:
                yield record.fault("should name at least one", name)


def unexplained_doubts(records: Records) -> Iterator[Fault]:
    """Find summaries that carry a doubt and don't say what it is about."""
    for record in records[SUMMARIES]:
        if record.values.get("doubts") and not record.values.get("data_note"):
            yield record.fault("should explain the doubts", "data_note")


def product_lines_without_number_or_page(records: Records) -> Iterator[Fault]:
    """Find numbers of items that lack what the database asks for, rules that name no page, and values without a rule."""
    for product in records[PRODUCTS]:
        values = product.values
        if values.get("count") is not None:
            for key in ("count.unit", "count.source"):
                if not values.get(key.replace(".", "_")):
                    yield product.fault("is needed beside a number", key)
            if not (values.get("count_date") or values.get("count_note")):
                yield product.fault(
                    "should give the date of the number, or say in note why not", "count.date"
                )
        rules = product.rows.get("rules", ())
        for number, rule in enumerate(rules, start=1):
            if rule.values.get("basis") == "page-rule" and not rule.values.get("source"):
                yield product.fault("should name the page that says it", f"rules {number}: source")
        for field in set(Rated.values) - {rule.values.get("field") for rule in rules}:
            yield product.fault(f"has no rule for {field!r}", "rules")


def summaries_in_no_product_line(records: Records) -> Iterator[Fault]:
    """Find summaries whose product line the centre does not have, and names that two of its lines have."""
    lines: set[tuple[Key | None, str]] = set()
    for product in records[PRODUCTS]:
        if product.values.get("names") == []:
            yield product.fault("should have at least one", "names")
        for name in product.values.get("names", ()):
            line = (product.references.get("centre"), name)
            if line in lines:
                yield product.fault(f"{name!r} is a name of another line of the centre", "names")
            lines.add(line)
    for record in records[SUMMARIES]:
        centre, name = record.references.get("summary__centre"), record.values.get("product")
        if centre and name and (centre, name) not in lines:
            yield record.fault(f"{name!r} is in no product line of {centre!r}", "product")


def wrong_reasons_for_missing(records: Records) -> Iterator[Fault]:
    """Find summaries that say why a value is missing which is there, or that say it in two ways."""
    for record in records[SUMMARIES]:
        for message in wrong_reasons(record.values.get("missing") or (), record.values.get):
            yield record.fault(message, "missing")


def wrong_sum(records: Records, documents: Documents) -> Iterator[Fault]:
    """Find a check sum of spending that is not the sum of the figures marked in_sum."""
    wanted = sum_of(records[POLICY_AREAS])
    stated = documents.get(POLICY_AREAS.file, {}).get(SUM_CHECK)
    if not isinstance(stated, LinedMapping):
        return  # missing, which is among the faults of the shape
    for key, value in wanted.items():
        if stated.get(key) != value:
            wrong = f"should be {value!r}, which the figures give, not {stated.get(key)!r}"
            yield Fault(Location(POLICY_AREAS.file, stated.line), wrong, field=f"{SUM_CHECK}.{key}")


def sum_of(areas: Iterable[Record]) -> dict[str, Any]:
    """Return the check sum, rounded as it is published, and the policy areas in it."""
    figures = [
        (area.key, figure.values.get("gbp_bn") or Decimal())
        for area in areas
        for figure in area.rows.get("figures", ())
        if figure.values.get("in_sum")
    ]
    total = sum((amount for _, amount in figures), Decimal())
    slugs = list(dict.fromkeys(slug for slug, _ in figures))
    return {"sum_gbp_bn": float(round(total, 1)), "policy_areas": slugs}


def _all(records: Records) -> Iterator[Record]:
    for its_records in records.values():
        yield from its_records


def wrong_endings(records: Records) -> Iterator[Fault]:
    """Find rows of lists that are merged into nothing, or that lead to themselves or to a merged row."""
    for table in (one for one in records if issubclass(one.model, ListRow)):
        merged = {record.key for record in records[table] if record.values.get("ended") == MERGED}
        for record in records[table]:
            ended, instead = record.values.get("ended"), record.references.get("instead")
            if ended == MERGED and instead is None:
                yield record.fault("should say into what it is merged", "instead")
            elif instead is not None and not ended:
                yield record.fault("should be null: it is in use", "instead")
            elif instead == record.key:
                yield record.fault("should be another one than itself", "instead")
            elif instead in merged:
                yield record.fault(f"should not be {instead!r}, which is merged itself", "instead")
