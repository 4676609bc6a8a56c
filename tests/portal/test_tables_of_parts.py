"""Each part of the snapshot that is read anew when one of its tables has changed names all tables that it reads."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centres import published as network
from centres.models import PolicyArea
from evidence.catalogue import confirmations, list_history, vocabulary
from evidence.models import ListChange, Summary
from portal import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


@pytest.mark.parametrize(
    ("part", "tables", "others"),
    [
        (network.Network, network.TABLES, set()),
        # The slug of a summary never changes, and a policy area that changes makes another Network.
        (vocabulary.Vocabulary, vocabulary.TABLES, {Summary, PolicyArea}),
        (confirmations.Confirmations, confirmations.TABLES, {Summary}),
        (list_history.ListHistory, [ListChange], set()),
    ],
)
def test_a_part_is_read_anew_if_any_table_in_it_changes(
    part: Any, tables: tuple[Any, ...], others: set[Any]
) -> None:
    snapshot = published.current()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        part.load(None, snapshot)
    statements = " ".join(one["sql"] for one in asked if "md5" not in one["sql"])
    read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', statements))
    assert read == {model._meta.db_table for model in {*tables, *others}}
    assert part.load(snapshot[part], snapshot) is snapshot[part]
