import gc
import weakref

import pytest
from django.template import TemplateDoesNotExist, engines


class Found:
    """What a view may give to a template."""

    name = "mentoring"


def test_a_page_that_is_rendered_lets_go_of_what_it_was_rendered_from(rf):
    template = engines["django"].from_string(
        "{% with other=found.name %}{{ found.name }}, {{ other }}{% endwith %}"
    )
    found = Found()
    left = weakref.ref(found)
    gc.disable()
    try:
        assert template.render({"found": found}, rf.get("/")) == "mentoring, mentoring"
        del found
        assert left() is None
    finally:
        gc.enable()


def test_a_template_that_includes_one_that_does_not_exist_says_which():
    template = engines["django"].from_string('{% extends "no/such/template.html" %}')

    with pytest.raises(TemplateDoesNotExist, match=r"no/such/template\.html"):
        template.render({})
