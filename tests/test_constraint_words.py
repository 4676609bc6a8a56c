"""What the rules of the tables answer to a person: a sentence, and not the name of the rule."""

import pytest
from django.apps import apps
from django.db.models import BaseConstraint, CheckConstraint, UniqueConstraint

RULES = [
    pytest.param(rule, id=rule.name)
    for app in ("evidence", "centres", "portal")
    for model in apps.get_app_config(app).get_models()
    for rule in model._meta.constraints
    # Of other rules Django names the fields: "Summary with this Slug already exists."
    if isinstance(rule, CheckConstraint) or (isinstance(rule, UniqueConstraint) and rule.condition)
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_answers_in_a_plain_sentence(rule: BaseConstraint) -> None:
    said = str(rule.violation_error_message)
    assert said != rule.default_violation_error_message
    assert said[0].isupper()
    assert said.endswith(".")
    assert "_" not in said
