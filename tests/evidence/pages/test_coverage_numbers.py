"""How much of the centres' product lines is here: on pages, in CSV, in admin and as a command."""

import csv
import io
import re
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command

from centres.vocabulary import Doubt, Rated, Reason
from evidence.models import Edition, Product, ProductRule
from evidence.models.products import is_stated
from tests.reading_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def rows_of_csv(client: Any) -> list[dict[str, str]]:
    content = client.get("/coverage.csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_every_number_is_what_the_database_holds_and_no_size_is_made_up(client):
    rows = rows_of_csv(client)
    assert len(rows) == Product.objects.count()
    for row, product in zip(rows, Product.objects.order_by("order"), strict=True):
        editions = list(
            Edition.objects.published().filter(
                summary__centre=product.centre, product__in=product.names
            )
        )
        assert row["product_line"] == product.name
        assert row["held"] == str(len(editions))
        assert row["real_size"] == ("" if product.count is None else str(product.count))
        assert bool(row["share_percent"]) <= bool(product.count and not product.count_qualifier)
        for field in Rated:
            stated = sum(is_stated(field, partial(getattr, one)) for one in editions)
            assert row[f"{field.value}_stated"] == str(stated)


def is_the_centres(edition: Edition, field: str) -> bool:
    """Say whether a value that is stated is the centre's, and neither another body's nor this portal's reading."""
    not_its_own = {Doubt.OTHER_BODY} | ({Doubt.OUR_READING} if field == Rated.EFFECT else set())
    return is_stated(field, partial(getattr, edition)) and not not_its_own & set(edition.doubts)


def test_no_rule_of_a_line_contradicts_what_its_summaries_state_or_itself():
    denied = {ProductRule.Given.NEVER, ProductRule.Given.UNKNOWN}
    wrong = []
    for product in Product.objects.prefetch_related("rules"):
        editions = Edition.objects.published().filter(
            summary__centre=product.centre_id, product__in=product.names
        )
        for rule in product.rules.all():
            is_stated_here = any(is_the_centres(edition, rule.field) for edition in editions)
            if rule.given in denied and is_stated_here:
                wrong.append(f"{product.slug}: {rule}, which a summary here states")
            if rule.given == ProductRule.Given.EVERY and rule.if_missing == Reason.NONE:
                wrong.append(f"{product.slug}: {rule}, and none where it is missing")
    assert wrong == []


def test_the_page_has_every_line_with_its_numbers_and_each_leads_to_a_page_of_its_own(client):
    text = text_of(client, "/coverage/")
    assert "How many the other" in text
    for row in rows_of_csv(client):
        assert row["product_line"] in text
        own = text_of(client, row["url"].removeprefix("http://testserver"))
        assert f"{row['held']} summar" in own
        assert (f"({row['share_percent']}%)" in own) == bool(row["share_percent"])
        assert ("not known : no number was read" in own) == (not row["real_size"])


def test_admin_and_the_command_say_the_same(client, admin_client):
    admin = text_of(admin_client, "/admin/evidence/product/?all=")
    output = io.StringIO()
    call_command("coverage", stdout=output)
    for row in rows_of_csv(client):
        printed = next(
            line
            for line in output.getvalue().splitlines()
            if line.startswith(f"{row['centre']}: {row['product_line']}  ")
        )
        assert f" {row['held']} " in printed
        assert row["product_line"] in admin
        if row["share_percent"]:
            assert f"{row['share_percent']}%" in printed
            assert f"{row['share_percent']}%" in admin


def test_readers_are_not_led_to_copies_that_centres_test_with(client):
    lines = [line for line in Product.objects.all() if "staging" in " ".join(line.sources)]
    assert lines
    for line in lines:
        page = client.get(line.get_absolute_url()).content.decode()
        assert "(a copy for tests, not linked)" in page
        assert "staging" not in "".join(re.findall(r'href="[^"]*"', page))
