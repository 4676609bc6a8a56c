"""Any row of any model, with just what it must have: for rules of the database."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.db.models import NOT_PROVIDED

from evidence.models import Edition, Summary
from tests.factories import make_draft

_numbers = itertools.count(1)


def make_row(model: type[models.Model], **fields: Any) -> Any:
    """Make a row of a model, and those that it needs; `fields` go first."""
    if model is Edition:
        return make_draft(**fields)
    if model is Summary:
        return make_draft(**fields).summary
    if model is User:
        return User.objects.create_user(f"person-{next(_numbers)}")
    for field in model._meta.concrete_fields:
        if field.name not in fields and not _may_be_left_out(field):
            fields[field.name] = _value(field)
    return model._default_manager.create(**fields)


def _may_be_left_out(field: Any) -> bool:
    empty = field.blank and field.empty_strings_allowed and not field.is_relation
    return field.null or field.primary_key or empty or field.default is not NOT_PROVIDED


def _value(field: Any) -> Any:
    number = next(_numbers)
    if field.is_relation:
        return make_row(field.related_model)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, ArrayField):
        return ["first", "second"]
    values: dict[type, Any] = {
        models.SlugField: f"row-{number}",
        models.URLField: f"https://example.org/{number}",
        models.DateField: date(2026, 11, 22),
        models.DateTimeField: datetime(2026, 11, 22, tzinfo=UTC),
        models.PositiveSmallIntegerField: number,
        models.PositiveIntegerField: number,
    }
    return values.get(type(field), "x")


def assert_refused(rule: str, rows: models.QuerySet, **values: Any) -> None:
    """Assert that the database itself refuses values, by the constraint of this name."""
    assert rows.exists()
    with pytest.raises(IntegrityError) as refusal:
        _update(rows, values)
    assert refusal.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]


@transaction.atomic
def _update(rows: models.QuerySet, values: dict[str, Any]) -> None:
    rows.update(**values)
    connection.check_constraints()  # those that wait for the end of the transaction


def row(model: type[models.Model], **fields: Any) -> models.QuerySet:
    """Make a row, and return the query set of just it."""
    return model._default_manager.filter(pk=make_row(model, **fields).pk)
