"""What a reader says of their own place, in the address alone: `?here=wales&here=rural`, or `?here=wales,rural`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from centres.vocabulary import AgeGroup, Nation
from evidence.catalogue.vocabulary import Vocabulary, current_vocabulary

from .places import KINDS

MAX_VALUES = 50  # that are read from an address


@dataclass(frozen=True)
class LocalChoice:
    """Something that a reader can say of their own place."""

    value: str  # in the address
    label: str
    group: str  # nation, kind, setting or age
    legend: str  # of the group, as people name it


@dataclass(frozen=True)
class Group:
    """The choices of one kind, as the form shows them."""

    name: str
    legend: str
    choices: Sequence[LocalChoice]


@dataclass(frozen=True)
class Here:
    """What a reader has said of their own place."""

    choices: Sequence[LocalChoice]
    ignored: Sequence[str]  # values that do not exist

    @property
    def is_asked(self) -> bool:
        """Whether the address says anything of a place, even if nothing of it is known."""
        return bool(self.choices or self.ignored)

    @property
    def values(self) -> list[str]:
        """The values of the address."""
        return [choice.value for choice in self.choices]

    @property
    def groups(self) -> list[Group]:
        """All that can be chosen, for the form."""
        return groups()

    @property
    def query(self) -> str:
        """The choices as parameters of an address."""
        return urlencode([("here", value) for value in self.values])

    @property
    def ignored_text(self) -> str:
        """What was left out, for the visitor; empty if nothing was."""
        named = ", ".join(f"here “{value[:40]}”" for value in self.ignored[:3])
        return f"Left out, because it does not exist: {named}." if named else ""


def here_of(parameters: QueryDict) -> Here:
    """Read what a visitor says of their place. Unknown values are kept apart, for the notice."""
    values = [part.strip() for one in parameters.getlist("here") for part in one.split(",")]
    asked = [value for value in dict.fromkeys(values) if value][:MAX_VALUES]
    known = _choices_of(current_vocabulary())
    return Here(
        choices=[choice for value, choice in known.items() if value in set(asked)],
        ignored=[value for value in asked if value not in known],
    )


def groups() -> list[Group]:
    """Return all that a reader can choose."""
    return list(_groups(current_vocabulary()))


def _choices_of(vocabulary: Vocabulary) -> dict[str, LocalChoice]:
    """Return the choices by their values. The first group wins, should the slug of a setting be that of a nation or an age."""

    def make() -> dict[str, LocalChoice]:
        found: dict[str, LocalChoice] = {}
        for group in _groups(vocabulary):
            for choice in group.choices:
                found.setdefault(choice.value, choice)
        return found

    return vocabulary.get_or_make("here", make)


def _groups(vocabulary: Vocabulary) -> Iterator[Group]:
    def group(name: str, legend: str, pairs: Iterable[tuple[str, str]]) -> Group:
        return Group(
            name, legend, [LocalChoice(value, label, name, legend) for value, label in pairs]
        )

    nations = ((nation.lower().replace(" ", "-"), str(nation.label)) for nation in Nation)
    yield group("nation", "Nation", nations)
    yield group("kind", "Kind of place", ((kind, kind.capitalize()) for kind in KINDS))
    in_use = (setting for setting in vocabulary.settings.values() if not setting.ended)
    settings = ((setting.slug, setting.label) for setting in in_use)
    yield group("setting", "Setting", settings)
    yield group("age", "Age group", ((str(age), str(age.label)) for age in AgeGroup))
