import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize("status", [400, 403, "403_csrf", 404, 500, 503])
def test_an_error_page_needs_no_request_and_no_database(status: int | str) -> None:
    page = render_to_string(f"{status}.html")

    assert page.count("<h1") == 1
    assert 'content="noindex"' in page
    assert "What Works evidence portal</title>" in page
