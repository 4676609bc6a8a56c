"""The form of a draft: its fields, what may not be right about them, and what becomes of them if two people save it."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms

from centres.models import Centre
from evidence.editorial.addresses import suggested_address
from evidence.editorial.content import CLASSIFICATION
from evidence.editorial.diff import Change
from evidence.editorial.merging import Changed, fingerprint, who_changed
from evidence.editorial.steps import AS_PEOPLE_WRITE
from evidence.models.content_fields import lack_in, lines_of_value
from portal.many_to_many import replace_links
from portal.models import SLUG

from ..models import Edition, ListRow, Product, Summary, centres_of, present_rows
from .choices import know
from .draft_rows import PARTS, posted_row, saved_by, seen_by
from .scales import RATINGS, offer_scales

# Fields that choose a row; the form itself makes sure that there is one.
LINKS = ("kind", *(f"{rating}_{part}" for rating in RATINGS for part in ("scale", "step")))


def as_posted(field: forms.Field, value: Any) -> list[str]:
    """Return what a browser posts for a value of a field."""
    prepared = field.prepare_value(value)
    if prepared is None or prepared is False:
        return []
    several = prepared if isinstance(prepared, list | tuple) else [prepared]
    return ["on" if one is True else str(one) for one in several]


class EditionForm(forms.ModelForm):
    """A draft, or the first draft of a new summary with the address and the centre of that.

    The hidden field `seen` has a fingerprint of everything that the form showed when it was opened, so that what somebody
    else has saved since is kept. `merged` names those fields, and `conflicts` has what both changed in a different way: then
    the form is not valid. Ticking `use_saved` takes what is saved.
    """

    user: Any = None  # who fills it in; set for each request
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    centre = forms.ModelChoiceField(
        Centre.objects.none(), help_text="Whose evidence it sums up.", empty_label=None
    )
    slug = forms.RegexField(
        SLUG,
        label="Address",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"invalid": "Use lower case letters, digits and single hyphens."},
        help_text=(
            "The last part of /evidence/eef-feedback/. Leave it empty for one that is made of the centre and the title. You "
            "can change it while the first edition is a draft; once it is published, it stays for good."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merged: list[str] = []
        self.conflicts: list[Change] = []
        self.is_new = not self.instance.pk
        if "title" not in self.fields:
            return  # only read
        if review_due := self.fields.get("review_due"):
            review_due.error_messages["invalid"] = AS_PEOPLE_WRITE
        if self.is_new:
            self._choose_centre()
        else:
            del self.fields["centre"]
            self.initial["slug"] = self.instance.summary.slug
            if not getattr(self.instance, "may_move", False):
                del self.fields["slug"]
        self.fields["product"].widget.attrs["list"] = "product-lines"
        self._know_rows()
        offer_scales(self)
        self.initial["seen"] = json.dumps(self._seen())

    def product_lines(self) -> list[str]:
        """Return the names to choose from: those of the product lines of the centre, or of all where it is not chosen yet."""
        lines = Product.objects.filter(
            centre__in=centres_of(self.user) if self.is_new else [self.instance.summary.centre_id]
        )
        return [name for names in lines.values_list("names", flat=True) for name in names]

    # Checking

    def clean(self) -> dict[str, Any] | None:
        """Keep what somebody else has saved, and refuse what contradicts itself."""
        super().clean()
        if self.is_new:
            self._name_summary()
        else:
            self._merge()
            self._check_address()
        for rating in RATINGS:  # a step says which scale it is of
            step = self.cleaned_data.get(f"{rating}_step")
            if step and not self.cleaned_data.get(f"{rating}_scale"):
                self.cleaned_data[f"{rating}_scale"] = step.scale
        return self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), *LINKS}  # type: ignore[misc]  # unknown to the stubs

    @property
    def changed_data(self) -> list[str]:
        """Name the fields that this person changed, beside what is saved now."""
        if self.is_new or not hasattr(self, "cleaned_data"):
            return super().changed_data
        values = self.cleaned_data
        return [
            name
            for name in self.fields
            if name != "seen"
            and (name not in values or self._print(name, values[name]) != self._saved()[name])
        ]

    def _save_m2m(self) -> None:
        """Write the lists that have changed, each in two statements."""
        for name in CLASSIFICATION:
            if self.is_new or name in self.changed_data:
                keys = [row.pk for row in self.cleaned_data[name]]
                replace_links(Edition, name, {self.instance.pk: keys})

    # The summary

    def _choose_centre(self) -> None:
        centre: Any = self.fields["centre"]
        centre.queryset = centres_of(self.user)
        own = list(centre.queryset[:2])
        if len(own) == 1:
            self.initial["centre"] = own[0].pk
        else:
            centre.empty_label = "---------"

    def _name_summary(self) -> None:
        """Give the edition its new summary, with the address that was typed or one that is suggested."""
        centre, title = self.cleaned_data.get("centre"), self.cleaned_data.get("title")
        slug = self.cleaned_data.get("slug")
        if not slug and centre and title:
            slug = self.cleaned_data["slug"] = suggested_address(centre, title)
            self._show("slug", slug)
        taken = Summary.objects.filter(slug=slug).first() if slug else None
        if taken and taken.editions.exists():
            self._refuse_address(centre, title)
        elif centre and slug:
            self.instance.summary = taken or Summary(slug=slug)
            self.instance.summary.centre = centre

    def _check_address(self) -> None:
        slug = self.cleaned_data.get("slug")
        if slug is None or slug == self.instance.summary.slug:
            return
        if not slug:
            self.add_error("slug", "Give it an address.")
        elif Summary.objects.filter(slug=slug).exists():
            self._refuse_address(self.instance.summary.centre, self.cleaned_data.get("title"))

    def _refuse_address(self, centre: Centre | None, title: str | None) -> None:
        free = f" “{suggested_address(centre, title)}” is free." if centre and title else ""
        self.add_error("slug", f"Another summary has this address.{free}")

    # Two people

    def _know_rows(self) -> None:
        """Know the rows that the draft has, what merged ones became, and offer what can be chosen beside them."""
        edition = self.instance
        for name in (*CLASSIFICATION, "kind"):
            rows = [edition.kind.present] if name == "kind" and edition.kind_id else []
            if name != "kind" and edition.pk:
                rows = present_rows(getattr(edition, name).all())
            field: Any = self.fields[name]
            know(field, rows)
            if issubclass(field.queryset.model, ListRow):
                field.queryset = field.queryset.model.objects.in_use([row.pk for row in rows])
            if edition.pk:
                self.initial[name] = rows[0].pk if name == "kind" else rows

    def _seen(self) -> dict[str, dict[str, str]]:
        rows = {} if self.is_new else {
            part: {str(row.pk): fingerprint(posted_row(row)) for row in getattr(self.instance, part).all()}
            for part in PARTS
        }  # fmt: skip
        return {"fields": dict(self._saved()), **rows}

    def _saved(self) -> dict[str, str]:
        """Return the fingerprint of each field as it is saved now, before anything of this form is written."""
        if not hasattr(self, "_saved_prints"):
            names = [name for name in self.fields if name not in {"seen", "centre"}]
            self._saved_prints = {name: self._print(name, self.initial.get(name)) for name in names}
        return self._saved_prints

    def _print(self, name: str, value: Any) -> str:
        unordered = isinstance(self.fields[name], forms.MultipleChoiceField)
        return fingerprint(sorted(value or []) if unordered else value)

    def _merge(self) -> None:
        """Keep what somebody else has saved in the fields that this person left as they were; ask about the others."""
        was, prints = seen_by(self.data).get("fields", {}), self._seen()
        take: Any = getattr(self.data, "getlist", lambda name: [])("use_saved")
        for name, now in self._saved().items():
            if name not in self.cleaned_data:
                # It is wrong, and the form says so. What somebody else saved there is not shown yet, so it is not seen.
                prints["fields"][name] = was.get(name, "")
                continue
            ours = self._print(name, self.cleaned_data[name])
            changed = who_changed(was.get(name), ours, now)
            if changed is Changed.THEIRS or (changed is Changed.OURS and name in take):
                self.merged.append(name)
                self._show(name, self.initial.get(name))
                self.cleaned_data[name] = self._saved_value(name)
            elif changed is Changed.CONFLICT:
                self._ask(name)
        self._show("seen", json.dumps(prints))

    def _ask(self, name: str) -> None:
        ours, theirs = self.cleaned_data[name], self._saved_value(name)
        self.conflicts.append(
            Change(name, str(self.fields[name].label), _text(name, theirs), _text(name, ours))
        )
        who = saved_by(self.instance, self.user)
        self.add_error(
            name, f"{who} changed this too, while you were editing. See the top of the page."
        )

    def _saved_value(self, name: str) -> Any:
        if name == "slug":
            return self.instance.summary.slug
        value = getattr(self.instance, name)
        if name == "kind":
            return value.present
        return present_rows(value.all()) if name in CLASSIFICATION else value

    def _show(self, name: str, value: Any) -> None:
        """Let the form show a value in place of what was posted."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data.setlist(self.add_prefix(name), as_posted(self.fields[name], value))
        self.data = data


def _text(name: str, value: Any) -> str:
    lines: Iterable[str] = [str(value)] if name == "slug" else lines_of_value(name, value)
    return "\n".join(lines) or lack_in(name)
