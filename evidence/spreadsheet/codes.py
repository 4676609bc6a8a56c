"""What people call the values of a list: by their keys, their labels, and whatever else they are known by."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from centres.models import Centre, CentreName, RatingLevel
from evidence.dataset.parts import Links, Reference
from evidence.dataset.values import InvalidValue
from evidence.models import ListRow
from portal.models import FormerAddress
from portal.pasted_text import cleaned

NEAR, MOST_NEAR, MOST_LISTED = 72, 3, 12  # likeness from 0 to 100; how many are named
# Words of other lists for values of ours. They are only offered: "negative" may say what an effect is, or how a figure moved.
OFTEN_MEANT = {
    "positive": "beneficial", "promising": "beneficial", "effective": "beneficial", "negative": "harmful",
    "none": "no-effect", "neutral": "no-effect", "no impact": "no-effect", "no difference": "no-effect",
    "medium": "moderate", "strong": "high", "weak": "low", "limited": "low", "unknown": "not-rated",
}  # fmt: skip
BRACKETED = re.compile(r"\s*\([^()]*\)$")
# Signs between the values of a list that no value has at its end.
SURELY_BETWEEN = r"[;,|\n，、；·•]"
BETWEEN_NAMES = re.compile(rf"{SURELY_BETWEEN}|[/&]|(?<=\s)(?:[-–—+]|and)(?=\s)", re.IGNORECASE)
NAME_AND_KEY = re.compile(r"\s*[(\[]|\s+[-–—:=]\s+|:\s+")  # between them, as in "Low (2)"
MOST_CUTS = 6  # places where a name may end and a key begin
WORSE = 10  # likeness by which another value is too far behind the nearest to be named
SHORTEST, ONE_SLIP = 3, 1  # a name as short as an acronym is near with one letter wrong


@lru_cache(maxsize=5_000)  # the same few names fill a file
def folded(name: str) -> str:
    """Return a name without what makes no difference: capitals, accents, hyphens, quotation marks, "&" for "and"."""
    plain = unicodedata.normalize("NFKD", cleaned(name, "line").text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub("['’‘`]", "", plain.replace("&", " and "))
    return " ".join(re.sub(r"[^\w+£]+|_", " ", plain).split())


def singular(name: str) -> str:
    """Return a folded name whose words are all in the singular."""
    return " ".join(_singular(word) for word in name.split())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _joined(name: str) -> str:
    """Return a name without its spaces: "Head teachers" is "Headteachers", and "E.E.F." is "EEF"."""
    return singular(folded(name).replace(" ", ""))


class Code(NamedTuple):
    """One value of a list: its key, what people see for it, and what else it is called."""

    key: str
    label: str
    others: tuple[str, ...] = ()


@dataclass
class Codes:
    """The values of one list. `noun` says what one of them is, such as "topic"."""

    noun: str
    values: Sequence[Code]
    _by_name: list[dict[str, set[str]]] = field(init=False)

    def __post_init__(self) -> None:
        keys: dict[str, set[str]] = {}
        labels: dict[str, set[str]] = {}
        others: dict[str, set[str]] = {}
        loose: dict[str, set[str]] = {}
        joined: dict[str, set[str]] = {}
        for value in self.values:
            keys.setdefault(folded(value.key), set()).add(value.key)
            labels.setdefault(folded(value.label), set()).add(value.key)
            for name in value.others:
                others.setdefault(folded(name), set()).add(value.key)
            for name in (value.key, value.label, *value.others):
                loose.setdefault(singular(folded(name)), set()).add(value.key)
                joined.setdefault(_joined(name), set()).add(value.key)
        # The nearer a name is to the list, the sooner it counts.
        self._by_name = [keys, labels, others, loose, joined]
        self._keys = {value.key: value for value in self.values}

    def find(self, typed: str) -> str:
        """Return the key of what is typed; empty if nothing, or more than one thing, is called so.

        A value may be typed by its label and its key together, as errors name it.
        """
        if key := self._find_name(typed):
            return key
        for cut in islice(NAME_AND_KEY.finditer(typed), MOST_CUTS):
            first, second = typed[: cut.start()], typed[cut.end() :]
            if (key := self._find_name(first)) and key == self._find_name(second):
                return key
        return ""

    def _find_name(self, typed: str) -> str:
        if typed in self._keys:
            return typed
        name = folded(typed)
        forms = [name, name, name, singular(name), _joined(typed)]
        for names, form in zip(self._by_name, forms, strict=True):
            if form in names:
                found = names[form]
                return next(iter(found)) if len(found) == 1 else ""
        return ""

    def is_own_name(self, typed: str) -> bool:
        """Say whether something is typed as its key or its label, which leaves no doubt what is meant."""
        return any(folded(typed) in names for names in self._by_name[:2])

    def label_of(self, key: str) -> str:
        """Return the label of a key, or the key."""
        return self._keys[key].label if key in self._keys else key

    def unknown(self, typed: str) -> InvalidValue:
        """Return the error for what is not in the list: it names what is nearest, or all that the list has."""
        named = {
            folded(name): value
            for value in self.values
            for name in (value.key, value.label, *value.others)
        }
        near = process.extract(
            folded(typed), list(named), scorer=fuzz.WRatio, score_cutoff=NEAR, limit=2 * MOST_NEAR
        )
        likely = [named[name] for name, score, _ in near if score > near[0][1] - WORSE]
        if not likely and len(folded(typed)) >= SHORTEST:
            slips = process.extract(
                folded(typed), list(named), scorer=OSA.distance, score_cutoff=ONE_SLIP
            )
            likely = [named[name] for name, _, _ in slips]
        often = OFTEN_MEANT.get(folded(typed), "")
        likely += [one for one in self.values if often in {one.key, folded(one.label)}]
        meant = list(dict.fromkeys(map(_shown, likely)))[:MOST_NEAR]
        message = f"no {self.noun} is called “{typed}”."
        if meant:
            message += f" Did you mean {' or '.join(meant)}?"
        if len(self.values) <= MOST_LISTED:
            message += f" The list has: {', '.join(map(_shown, self.values))}."
        elif not meant:
            message += " The import page has the whole list."
        return InvalidValue(message.removesuffix("."))

    def _likeness(self, typed: str) -> float:
        """Return how like what is typed is to the nearest name, from 0 to 100."""
        names = [folded(value.label) for value in self.values]
        return process.extractOne(folded(typed), names, scorer=fuzz.ratio)[1] if names else 0

    def find_all(self, line: str) -> list[str]:
        """Return the keys in a line, which may have several between semicolons, commas or bars.

        A label may itself have a comma or an "and" in it, so the longest piece that is called something counts. Raise
        InvalidValue for a piece that nothing is called.
        """
        if key := self.find(line):
            return [key]
        marks = ";" if ";" in line else "|" if "|" in line else ""
        pieces = [piece.strip() for piece in line.split(marks)] if marks else [line]
        keys: list[str] = []
        for piece in filter(None, pieces):
            words = [self.find(word) for word in piece.split()]
            if key := self.find(piece):
                keys.append(key)
            elif all(words):  # keys with a space between them
                keys += words
            else:
                keys += self._in_parts(piece)
        return list(dict.fromkeys(keys))

    def _in_parts(self, piece: str) -> list[str]:
        """Return the keys in a piece, split wherever a name may end."""
        ends = [found.span() for found in BETWEEN_NAMES.finditer(piece)] + [
            (len(piece), len(piece))
        ]
        starts, keys, at = [0, *(end for _, end in ends)], [], 0
        while at < len(ends):
            for last in reversed(range(at, len(ends))):
                name = piece[starts[at] : ends[last][0]].strip()
                if not name and last == at:
                    break
                if key := self.find(name):
                    keys.append(key)
                    break
            else:
                # A name may have an "and" or a comma in it: what is likest to one is quoted.
                rest = piece[starts[at] :].strip()
                raise self.unknown(
                    max(re.split(SURELY_BETWEEN, rest)[0].strip(), rest, key=self._likeness)
                )
            at = last + 1
        return keys


def _shown(value: Code) -> str:
    is_same = folded(value.label) == folded(value.key)
    return f"“{value.label}”" if is_same else f"“{value.label}” ({value.key})"


def choice_codes(noun: str, model_field: Any) -> Codes:
    """Return the codes of a field with choices."""
    base = model_field.base_field if isinstance(model_field, ArrayField) else model_field
    return Codes(noun, [Code(str(value), str(label)) for value, label in base.flatchoices])


def row_codes(part: Reference | Links) -> Codes:
    """Return the codes of the rows of a table. A row that was merged is called by its names what it was merged into."""
    model: Any = part.model
    former: dict[int, list[str]] = {}
    table = FormerAddress.objects.filter(table_name=model._meta.db_table)
    for key, slug in table.values_list("row_id", "slug"):
        former.setdefault(key, []).append(slug)
    if model is Centre:
        for key, name in CentreName.objects.values_list("centre_id", "name"):
            former.setdefault(key, []).append(name)
    rows = list(model._default_manager.all())
    if issubclass(model, ListRow):
        gone = [row for row in rows if row.ended == ListRow.Ended.MERGED]
        for row in gone:
            names = [row.slug, row.label, *_other_names(row), *former.get(row.pk, ())]
            former.setdefault(row.instead_id, []).extend(names)
        rows = [row for row in rows if row not in gone]
    return Codes(
        str(model._meta.verbose_name),
        [
            Code(
                row.slug,
                str(getattr(row, "name", row)),
                (*_other_names(row), *former.get(row.pk, ())),
            )
            for row in rows
        ],
    )


def _other_names(row: Any) -> Iterator[str]:
    if acronym := getattr(row, "acronym", ""):
        yield acronym
    yield from getattr(row, "also_known_as", ())


def step_codes() -> dict[str, Codes]:
    """Return the codes of the steps of each scale, by the name of the scale."""
    levels = RatingLevel.objects.select_related("scale").order_by("scale__order", "scale", "order")
    return {
        scale.slug: Codes(f"step of “{scale.name}”", [_step(level.label) for level in steps])
        for scale, steps in groupby(levels, lambda level: level.scale)
    }


def _step(label: str) -> Code:
    """Return a step: "3 padlocks (moderate)" is "3 padlocks" and "3" too."""
    short = BRACKETED.sub("", label)
    number = re.match(r"\d+(?![\d+])", label)
    return Code(label, label, tuple(filter(None, (short, number[0] if number else ""))))
