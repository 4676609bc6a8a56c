"""The data dictionary names every field, and the key that it comes from."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client

from centres.vocabulary import Doubt, Rated, Reason
from evidence.dataset.parts import Dated, Links, Reference, Rows, Value
from evidence.dataset.tables import NOTES, TABLES, UNRATED
from evidence.models import Edition
from evidence.models.content_fields import FIELDS
from tests.factories import make_edition

DICTIONARY = (settings.BASE_DIR / "docs/data-dictionary.md").read_text()
ROOMS = ("portal", "centres", "evidence")
MODELS = [
    model
    for room in ROOMS
    for model in apps.get_app_config(room).get_models()
    if not model._meta.proxy
]


def rows_of(model: type[models.Model]) -> dict[str, tuple[str, str]]:
    """Return what the dictionary says of each field: what it is, and its key."""
    section = re.search(rf"^### {model.__name__}\n(.*?)(?=^##|\Z)", DICTIONARY, re.S | re.M)
    assert section, f"### {model.__name__} is missing"
    cells = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", section[1], re.M)
    return {name: (what, key) for name, what, key in cells}


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_there_and_none_that_is_gone(model: type[models.Model]) -> None:
    fields = {
        field.name
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.name != "id"
    }
    assert set(rows_of(model)) == fields


def test_every_kind_of_doubt_is_explained() -> None:
    for doubt in Doubt:
        assert f"| `{doubt.value}` | {doubt.label} | " in DICTIONARY


def test_every_reason_why_a_value_is_missing_is_explained() -> None:
    for value in (*Rated, *Reason):
        assert f"| `{value.value}` | {value.label} | " in DICTIONARY


def keys() -> Iterator[tuple[type[models.Model], str, str]]:
    """Yield model, field and key of everything that the files hold."""
    for table in (*(one for one in TABLES if one is not NOTES), UNRATED):
        for part in table.parts:
            if isinstance(part, Rows):
                for one in part.parts:
                    yield part.model, one.attribute, one.key
            elif isinstance(part, Value | Dated | Links | Reference) and _is_its_own(
                part.attribute
            ):
                yield table.model, part.attribute, part.key


def _is_its_own(attribute: str) -> bool:
    return "__" not in attribute  # the centre of a summary is a field of the summary


def test_every_key_of_the_files_stands_beside_its_field() -> None:
    wrong = [
        f"{model.__name__}.{field}: `{key}`"
        for model, field, key in keys()
        if f"`{key}`" not in rows_of(model)[field][1]
    ]
    assert wrong == []


def test_what_an_edition_says_has_the_name_that_people_see() -> None:
    rows = rows_of(Edition)
    wrong = [
        field.name
        for field in FIELDS
        if not field.is_rows and not rows[field.name][0].startswith(f"{field.label}. ")
    ]
    assert wrong == []
    assert all(f"“{field.label}”" in DICTIONARY for field in FIELDS if field.is_rows)


def test_every_file_is_named() -> None:
    files = {table.file for table in TABLES if table.file.endswith(".yaml")}
    assert [file for file in sorted(files) if f"`{file}`" not in DICTIONARY] == []


@pytest.mark.django_db
def test_every_key_of_the_answers_is_reported(client: Client) -> None:
    make_edition(title="Zither")
    found = client.get("/evidence.json?q=zither").json()
    one = client.get("/suggest?q=zither").json()["suggestions"][0]
    told = DICTIONARY.partition("## What the addresses answer")[2]
    keys = {*found, *found["results"][0], *one, *found["facets"]["topic"][0], "suggestions"}
    assert {key for key in keys if f"`{key}`" not in told} == set()
