"""The pages of the network know nothing of the evidence: it is put into them by templates that extend theirs."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine

TEMPLATES = Path(settings.BASE_DIR) / "templates"
OWN = sorted((TEMPLATES / "centres").rglob("*.html"))
EXTENDING = sorted((TEMPLATES / "with_evidence").rglob("*.html"))
OF_EVIDENCE = re.compile(
    r"""{%\s*(load\b[^%]*\bevidence_tags|(include|extends|url)\s+["']evidence[:/])"""
)


def blocks(path: Path) -> set[str]:
    return set(re.findall(r"{%\s*block\s+(\w+)", path.read_text()))


def test_no_template_of_the_network_knows_of_the_evidence():
    assert OWN
    assert [path.name for path in OWN if OF_EVIDENCE.search(path.read_text())] == []


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_template_of_the_network_is_complete_without_the_evidence(path):
    tags = {
        "portal_tags": "portal.templatetags.portal_tags",
        "static": "django.templatetags.static",
    }
    engine = Engine(dirs=[str(TEMPLATES)], libraries=tags)
    engine.get_template(str(path.relative_to(TEMPLATES)))  # compiles: no tag of it is unknown


@pytest.mark.parametrize("path", EXTENDING, ids=lambda path: path.name)
def test_the_evidence_is_put_into_blocks_that_are_there(path):
    name = str(path.relative_to(TEMPLATES / "with_evidence"))
    assert f'{{% extends "{name}" %}}' in path.read_text()
    assert blocks(path) <= blocks(TEMPLATES / name)
