"""Lists whose history the public reads: whoever changes a row says why."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from evidence.dataset.list_history import keep_history, list_of


class ReasonForm(forms.ModelForm):
    """The form of a row, with the reason for its change."""

    reason = forms.CharField(
        label="Why you change it",
        help_text="The public reads this in its history, with your role and without your name.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 100}),
    )


class KeepsHistory(admin.ModelAdmin):
    """Asks for a reason, and keeps what each row said before and after a change."""

    form = ReasonForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row. What it said before, if that was not kept, was nobody's change here."""
        if change:
            self._keep(obj.pk)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep what the row and those that belong to it say now."""
        super().save_related(request, form, formsets, change)
        self._keep(form.instance.pk, by=request.user, reason=form.cleaned_data["reason"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row and keep what it said."""
        key = obj.pk
        self._keep(key)
        super().delete_model(request, obj)
        self._keep(key, by=request.user, reason="Deleted.")

    def _keep(self, key: int, **why: Any) -> None:
        keep_history(list_of(self.model), [key], **why)
