"""What is published, read in one process and handed over to another."""

import pytest
from django.test import Client

from centres.published import Network
from evidence.catalogue.documents import Documents
from evidence.catalogue.vocabulary import Vocabulary
from evidence.models import Edition, Summary
from evidence.search.glossary import Glossary
from evidence.search.lexicon import Terms
from portal import published
from portal.run.in_a_child import made_in_a_child
from tests.factories import make_draft, publish_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def test_what_is_published_later_shares_with_it_what_has_not_changed(client: Client) -> None:
    read = published.load(None)
    handed = made_in_a_child(lambda: read)
    # Or each worker would make it again.
    assert handed[Vocabulary].cache.keys() == read[Vocabulary].cache.keys() != set()
    published.set_snapshot(handed)
    summary = Summary.objects.filter(editions__state=Edition.State.PUBLISHED)[0]
    publish_draft(make_draft(summary=summary, bottom_line="Evidence and evidence."), "Different.")
    later = published.current()
    assert later[Documents] is not handed[Documents]
    for part in (Network, Vocabulary, Glossary, Terms):
        assert later[part] is handed[part]
    page = client.get(f"/evidence/{summary.slug}/").content.decode()
    assert "Evidence and evidence." in page
