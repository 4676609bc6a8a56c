"""What shows nothing is no answer to a question that needs one, in every form of the portal."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import get_resolver

from portal import form_fields
from portal.written_dates import WrittenDateField

pytestmark = pytest.mark.django_db

ROOMS = {"portal", "centres", "evidence"}


def kinds_of_form(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from kinds_of_form(one)


def forms_of_the_portal() -> Iterator[Any]:
    """Yield every form that the rooms declare, and every form that admin makes of a model."""
    assert get_resolver().url_patterns  # which imports the modules of all pages
    for kind in {*kinds_of_form(forms.BaseForm)}:
        if kind.__module__.partition(".")[0] in ROOMS:
            yield kind
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser("root")
    for page in admin.site._registry.values():
        if page.has_add_permission(request):
            yield page.get_form(request)


def is_typed(field: forms.Field) -> bool:
    """Say whether people type a text that others may read: no password, and nothing that a page carries along."""
    hidden = forms.PasswordInput | forms.HiddenInput
    return isinstance(field, forms.CharField) and not isinstance(field.widget, hidden)


def test_a_text_that_shows_nothing_is_refused_where_one_is_required() -> None:
    required = [
        (form, name, field)
        for form in forms_of_the_portal()
        for name, field in form.base_fields.items()
        if is_typed(field) and field.required
    ]
    assert len(required) > 50
    taken = []
    for form, name, field in required:
        for unseen in ("\u200b", " \u2060\ufeff", "\u3164"):
            try:
                field.clean(unseen)
                taken.append(f"{form.__name__}.{name}")
            except ValidationError:
                pass
    assert set(taken) == set()


def test_a_text_far_above_its_limit_is_refused_before_it_is_cleaned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(form_fields, "cleaned", lambda text, layout: pytest.fail("It was cleaned."))
    for form in forms_of_the_portal():
        for name, field in form.base_fields.items():
            if isinstance(field, form_fields.CleansPastedText):
                with pytest.raises(ValidationError) as refused:
                    field.clean("<b>" * 100_000)  # type: ignore[attr-defined]  # it is a field
                assert refused.value.code == "max_length", (form, name)


@pytest.mark.parametrize("typed", ["0000", "0012-03-04", "1/2/0012"])
def test_a_date_in_a_year_that_no_evidence_has_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="has no year 00"):
        WrittenDateField().clean(typed)
