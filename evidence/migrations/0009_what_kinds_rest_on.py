"""How much research one item of a kind rests on; the kinds of the shipped data set get theirs."""

from typing import Any

from django.db import migrations, models


def tell_kinds_apart(apps: Any, schema_editor: Any) -> None:
    """Say it of the kinds that do not rest on many studies, as data/kinds.yaml does."""
    kinds = apps.get_model("evidence", "Kind").objects.using(schema_editor.connection.alias)
    rests_on = {"programme": "one-programme", "trial": "one-study"}
    for kind in kinds.filter(slug__in=rests_on):  # an update of no row would move the content version all the same
        kinds.filter(pk=kind.pk).update(rests_on=rests_on[kind.slug])


class Migration(migrations.Migration):
    dependencies = [("evidence", "0008_former_slugs_of_every_list")]

    operations = [
        migrations.AddField(
            model_name="kind",
            name="rests_on",
            field=models.CharField(
                choices=[
                    ("many-studies", "Many studies"),
                    ("one-programme", "One programme"),
                    ("one-study", "One study"),
                ],
                default="many-studies",
                help_text="Where several summaries are about one thing, what rests on many studies comes first.",
                max_length=13,
            ),
        ),
        migrations.RunPython(tell_kinds_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="kind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rests_on__in", ["many-studies", "one-programme", "one-study"])
                ),
                name="kind_rests_on_is_listed",
            ),
        ),
    ]
