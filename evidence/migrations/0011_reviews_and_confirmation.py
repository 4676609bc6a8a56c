"""Rules for the day of a review, when a centre confirmed a product line, and rights on what founding texts say."""

from typing import Any

import django.core.validators
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from evidence.roles import STATEMENTS, grant
from portal.at_once import at_once

# As data/kinds.yaml has them.
REVIEWS = {
    "toolkit-strand": (12, "Centres change the entries of a toolkit in place, and often give no notice."),
    "programme": (24, "A programme is assessed again when new studies of it appear."),
    "evidence-review": (36, "A review stays as it was published, but newer research may overtake it."),
    "guideline": (12, "A guideline may be changed in place, in part or as a whole."),
    "guidance-report": (24, "Advice gets a new edition every few years."),
    "trial": (48, "What one study found does not change, but a longer follow-up may come."),
}


def set_reviews(apps: Any, schema_editor: Any) -> None:
    """Give the kinds of the shipped data set their rules."""
    kinds = apps.get_model("evidence", "Kind").objects.using(schema_editor.connection.alias)
    for kind in kinds.filter(slug__in=REVIEWS):  # an update of no row would move the content version all the same
        months, reason = REVIEWS[kind.slug]
        kinds.filter(pk=kind.pk).update(review_months=months, review_reason=reason)


def grant_statements(apps: Any, schema_editor: Any) -> None:
    """Let the roles see what founding texts say of the network, and the Secretariat change it."""
    grant(apps, STATEMENTS)


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0003_network_statements'),
        ('evidence', '0010_product_lines'),
    ]

    operations = at_once([
        migrations.AddField(
            model_name='kind',
            name='review_months',
            field=models.PositiveSmallIntegerField(default=24, help_text='Of each summary of this kind, from its publication, unless its product line has a rule of its own.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='months until a review'),
        ),
        migrations.AddField(
            model_name='kind',
            name='review_reason',
            field=models.TextField(blank=True, verbose_name='why so many months'),
        ),
        migrations.AddField(
            model_name='product',
            name='confirmed_on',
            field=models.DateField(blank=True, help_text='When somebody at the centre said that what is said here of the line is right. Leave empty until then.', null=True, verbose_name='confirmed by the centre on'),
        ),
        migrations.AddField(
            model_name='product',
            name='review_months',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Of each summary in it, from its publication. Empty: as for the kind of the summary.', null=True, verbose_name='months until a review'),
        ),
        migrations.AddField(
            model_name='product',
            name='review_reason',
            field=models.TextField(blank=True, verbose_name='why so many months'),
        ),
        migrations.RunPython(set_reviews, migrations.RunPython.noop),
        migrations.RunPython(grant_statements, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='product',
            trigger=pgtrigger.compiler.Trigger(name='records_former_address', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO portal_formeraddress (table_name, slug, row_id, until)\n        VALUES (TG_TABLE_NAME, OLD.slug, NEW.id, now())\n        ON CONFLICT (table_name, slug) DO UPDATE\n        SET row_id = EXCLUDED.row_id, until = EXCLUDED.until;\n        RETURN NULL;\n    ', hash='3c056a94c787b107f9b827234e6636ea8a3c3ff5', operation='UPDATE', pgid='pgtrigger_records_former_address_24fdf', table='evidence_product', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='kind',
            constraint=models.CheckConstraint(condition=models.Q(('review_months__gt', 0)), name='kind_review_is_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('review_months', None), models.Q(('review_months__gt', 0), models.Q(('review_reason', ''), _negated=True)), _connector='OR'), name='product_review_has_a_reason', violation_error_message='Give at least one month, and say why so many.'),
        ),
    ])
