"""Pieces of pages whose template runs once for each shape of what it shows."""

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from evidence.find import rendering
from evidence.find.rendering import render_compact, render_filled

TEMPLATE = "evidence/partials/query_note.html"
# No white space: a template as a whole is squeezed, and what is filled in stays as it is.
TEXTS = st.one_of(st.just(""), st.text(st.sampled_from("ab<>&\"'{}%é"), max_size=4))
LINKS = st.lists(st.fixed_dictionaries({"label": TEXTS, "url": TEXTS}), max_size=2)


@given(
    st.fixed_dictionaries(
        dict.fromkeys(["words", "corrected", "corrected_url", "exact_url", "meant_url"], TEXTS)
        | dict.fromkeys(["nearest_topics", "nearest_centres", "declined"], LINKS)
        | {"unknown": st.lists(TEXTS, max_size=2), "is_loose": st.booleans()}
    )
)
def test_what_is_filled_in_is_what_the_template_renders(context):
    assert render_filled(TEMPLATE, context) == render_compact(TEMPLATE, context)


def test_a_template_that_changes_a_text_is_refused(monkeypatch):
    template = engines["django"].from_string("<b>{{ words|upper }}</b>")
    monkeypatch.setattr(rendering, "get_template", lambda name: template)
    with pytest.raises(ValueError, match="changes a text"):
        render_filled("changes a text", {"words": "any"})
