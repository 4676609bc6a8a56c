"""Related summaries are those that people judged to be related (docs/search.md)."""

from pathlib import Path
from statistics import mean

import pytest
import yaml

from evidence.models import ApproachMember, Edition
from evidence.pages.summary import RELATED
from evidence.search.evaluation import Answer, JudgedQuery
from evidence.search.related import related

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def test_what_is_related_is_what_people_judged_to_be_related() -> None:
    judged = yaml.load((Path(__file__).parent / "related.yaml").read_text(), yaml.CSafeLoader)
    slugs = dict(Edition.objects.published().values_list("pk", "summary__slug"))
    gains = []
    for edition in Edition.objects.for_reading().filter(summary__slug__in=judged):
        approaches = list(edition.summary.approaches.all())
        same = ApproachMember.objects.filter(approach__in=approaches)
        apart = set(same.values_list("summary__slug", flat=True))
        grades = {
            slug: grade for slug, grade in judged[edition.summary.slug].items() if slug not in apart
        }
        found = [slugs[key] for key in related(edition, approaches, RELATED)]
        assert not apart & set(found)
        gains.append(JudgedQuery(edition.title, "", grades, Answer(found)).ndcg)
    assert len(gains) == len(judged) == 25
    assert mean(gains) >= 0.74  # of ten places, though a page shows six
