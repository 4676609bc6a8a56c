"""The page "My mail", on which a person chooses what they get, and what administrators see of mail that fails."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from .kinds import KINDS, Kind, When
from .outbox import MailChoice, Notice, choices_of
from .server import is_set_up

SHOWN = 10  # people whose mail fails
LATE = datetime.timedelta(hours=25)  # the daily mail waits for a day


class MailForm(forms.Form):
    """Asks of each kind of mail that a person may get when they want it."""

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [kind for kind in KINDS.values() if kind.is_for(person)]
        self.kinds = sorted(own, key=lambda kind: kind.default)  # what is asked of them first
        chosen = choices_of([person.pk])
        for kind in self.kinds:
            if not kind.always:
                now = chosen.get((person.pk, kind.name), kind.default)
                self.fields[kind.name] = _field(kind, now)

    @property
    def always(self) -> list[Kind]:
        """The kinds that nobody can switch off."""
        return [kind for kind in self.kinds if kind.always]


def my_mail(request: HttpRequest, site: Any) -> HttpResponse:
    """Show a person which mail they get, and on POST save what they chose."""
    person: Any = request.user
    form = MailForm(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        choose(person, form.cleaned_data)
        messages.success(request, "Saved: this holds from the next mail on.")
        return HttpResponseRedirect(request.path)
    context = site.each_context(request) | {
        "title": "My mail",
        "form": form,
        "daily_hour": settings.MAIL_DAILY_HOUR,
        "is_set_up": is_set_up(),
    }
    return TemplateResponse(request, "admin/my_mail.html", context)


def choose(person: User, choices: dict[str, str]) -> None:
    """Save when a person wants which kinds of mail, by name."""
    MailChoice.objects.bulk_create(
        [MailChoice(person=person, kind=name, when=when) for name, when in choices.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["when"],
    )


def failing_mail(user: Any) -> dict[str, Any]:
    """Return what fails, for the first page of those who look after accounts. Empty for anybody else."""
    if not user.has_perm("auth.change_user"):
        return {}
    failing = (
        Notice.objects.filter(Q(state=Notice.State.FAILED) | Q(state="waiting", attempts__gt=0))
        .values("person", "person__username", "person__email")
        .annotate(
            number=Count("pk"), since=Min("at"), error=Max("error"),
            given_up=Count("pk", Q(state=Notice.State.FAILED)),
        )
        .order_by("since", "person")
    )  # fmt: skip
    late = Notice.objects.filter(state=Notice.State.WAITING, at__lt=timezone.now() - LATE)
    return {
        "failing_mail": list(failing[:SHOWN]),
        "late_mail": late.filter(attempts=0).aggregate(since=Min("at"))["since"],
    }


def _field(kind: Kind, now: When) -> forms.ChoiceField:
    default = f"{kind.default.label} unless you choose otherwise."
    return forms.ChoiceField(
        label=kind.label,
        choices=When.choices,
        initial=now,
        widget=forms.RadioSelect,
        help_text=default,
    )
