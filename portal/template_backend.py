"""Django's templates, which let go of what a page was rendered from as soon as it is rendered.

A context and the dictionary that a view puts into it hold each other. So all that a page was made from, such as what its search
found, would stay in memory until Python looks for objects that hold only each other, and that takes the longer the more of
them there are.
"""

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates, Template, copy_exception
from django.template.context import make_context
from django.utils.safestring import SafeString


class Templates(DjangoTemplates):
    """The backend to name in TEMPLATES."""

    def from_string(self, template_code: str) -> "LettingGo":
        """Return the template with this code."""
        return LettingGo(super().from_string(template_code).template, self)

    def get_template(self, template_name: str) -> "LettingGo":
        """Return the template of this name. TemplateDoesNotExist if there is none."""
        return LettingGo(super().get_template(template_name).template, self)


class LettingGo(Template):
    """A template that empties its context when it is rendered."""

    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> SafeString:
        """Render the template. TemplateDoesNotExist if it includes one that does not exist."""
        made = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(made)
        except TemplateDoesNotExist as error:
            raise copy_exception(error, self.backend) from error
        finally:
            made.dicts.clear()
