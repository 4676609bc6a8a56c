"""A centre confirms the figures of its summaries. The date of a product line goes: what is confirmed is counted."""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import portal.guards
from django.conf import settings
from django.db import migrations, models

from evidence.roles import CONFIRMATION, grant
from portal.at_once import at_once
from portal.sql_files import InstallSqlFile


def grant_confirmation(apps: Any, schema_editor: Any) -> None:
    """Let the editors of a centre confirm its figures."""
    grant(apps, CONFIRMATION)


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0034_plain_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.AlterModelOptions(
            name='edition',
            options={'ordering': ['summary', '-number'], 'permissions': [('submit_edition', 'Can submit a draft for review'), ('approve_edition', 'Can approve, schedule or send back what others wrote'), ('publish_in_emergency', 'Can publish without approval in an emergency'), ('withdraw_summary', 'Can withdraw a summary'), ('confirm_figures', 'Can confirm figures for their own centres'), ('all_centres', 'Works on the summaries of every centre')]},
        ),
        # The code of the release before still reads the column, so the next release drops it (docs/scale.md).
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='product', name='confirmed_on')],
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('made', 'Opened'), ('edited', 'Edited'), ('assigned', 'Assigned'), ('submitted', 'Submitted for review'), ('sent-back', 'Sent back'), ('approved', 'Approved'), ('scheduled', 'Approved and scheduled'), ('checked', 'Checked: still true'), ('confirmed', 'Confirmed by the centre'), ('confirmation-undone', 'Confirmation taken back'), ('confirmation-lost', 'Confirmation lost'), ('emergency', 'Published in an emergency'), ('approved-afterwards', 'Approved after an emergency'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('withdrawal-planned', 'Withdrawal planned'), ('withdrawal-cancelled', 'Withdrawal cancelled'), ('discarded', 'Discarded'), ('fact-check-asked', 'Fact check asked for'), ('fact-check-answered', 'Fact check answered'), ('fact-check-ended', 'Fact check ended')], max_length=20, verbose_name='what was done'),
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition_number', models.PositiveIntegerField(verbose_name='edition')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='confirmed')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
                ('reason', models.TextField(blank=True, verbose_name='why it ended')),
                ('by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('ended_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                ('summary', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='evidence.summary')),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('summary',), name='one_confirmation_a_summary', violation_error_message='The centre has confirmed the figures of this summary already.'), models.CheckConstraint(condition=models.Q(('by__isnull', False)), name='confirmation_is_by_a_person', violation_error_message='A confirmation names who gave it.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('reason', '')), models.Q(('ended_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='confirmation_ends_for_a_reason', violation_error_message='A confirmation that has ended says when and why, and no other one does.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='confirmation_is_the_centres_word', sql=portal.guards.GuardSql(declare='DECLARE its_edition evidence_edition;', func="\n                    PERFORM FROM evidence_edition\n                    WHERE summary_id = NEW.summary_id AND number = NEW.edition_number FOR SHARE;\n                    SELECT * INTO its_edition FROM evidence_edition\n                    WHERE summary_id = NEW.summary_id AND number = NEW.edition_number AND state = 'published';\n                    IF its_edition.id IS NULL\n                    THEN RAISE EXCEPTION 'only what is published is confirmed'; END IF;\n                    IF its_edition.doubts <> '{}'\n                    THEN RAISE EXCEPTION 'figures in doubt are not confirmed'; END IF;\n                    IF NOT EXISTS (\n                        SELECT FROM centres_membership\n                        JOIN evidence_summary USING (centre_id)\n                        WHERE evidence_summary.id = NEW.summary_id AND user_id = NEW.by_id\n                    ) THEN RAISE EXCEPTION 'only an editor of the centre confirms its figures'; END IF;\n                    IF NOT EXISTS (\n                        SELECT FROM evidence_auditentry\n                        WHERE summary_id = NEW.summary_id AND edition_number = NEW.edition_number\n                            AND action = 'confirmed' AND by_id = NEW.by_id AND at >= now()\n                    ) THEN RAISE EXCEPTION 'this confirmation is not in the audit log'; END IF;\n                    PERFORM FROM centres_ratinglevel\n                    WHERE id IN (its_edition.strength_step_id, its_edition.cost_step_id) FOR SHARE;\n                    NEW.at = clock_timestamp();\n                    RETURN NEW;\n                ", hash='10bb7df4392178fde5af3def9f7a0f08df1ca118', operation='INSERT', pgid='pgtrigger_confirmation_is_the_centres_word_d9f63', table='evidence_confirmation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='confirmation_begins_held', sql=portal.guards.GuardSql(condition='WHEN (NEW."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='511d1cd5078235a1126d00ebf0ebb89d77bcac9e', operation='INSERT', pgid='pgtrigger_confirmation_begins_held_4d221', table='evidence_confirmation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='confirmation_only_ends', sql=portal.guards.GuardSql(condition="WHEN (OLD.ended_at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.* OR to_jsonb(OLD) - '{ended_at,ended_by_id,reason}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{ended_at,ended_by_id,reason}'::text[])", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e9fb84a8c0af38727c74cd2cc4180bc3c3744dd0', operation='UPDATE', pgid='pgtrigger_confirmation_only_ends_f9a96', table='evidence_confirmation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='end_of_confirmation_is_in_the_log', sql=portal.guards.GuardSql(condition='WHEN (NEW."ended_at" IS NOT NULL AND OLD."ended_at" IS NULL)', func="\n                    IF NOT EXISTS (\n                        SELECT FROM evidence_auditentry\n                        WHERE summary_id = NEW.summary_id AND comment = NEW.reason\n                            AND by_id IS NOT DISTINCT FROM NEW.ended_by_id AND at >= now()\n                            AND action IN ('confirmation-undone', 'confirmation-lost')\n                    ) THEN RAISE EXCEPTION 'this end of a confirmation is not in the audit log'; END IF;\n                    NEW.ended_at = clock_timestamp();\n                    RETURN NEW;\n                ", hash='8fae982078eccbb2795b006596329bc7c7f53d2c', operation='UPDATE', pgid='pgtrigger_end_of_confirmation_is_in_the_log_655bc', table='evidence_confirmation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='208748f766a74ea4643631baf794766e31376a98', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_27de8', table='evidence_confirmation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='row_is_kept', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8700f449e60a23f99c81e40361a569bfe3b7419b', operation='DELETE', pgid='pgtrigger_row_is_kept_7e2a7', table='evidence_confirmation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmation',
            trigger=pgtrigger.compiler.Trigger(name='table_is_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='a6bbdb589000d34bdecd7cd65d5853e68d1f3d0d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_table_is_never_emptied_59566', table='evidence_confirmation', when='BEFORE')),
        ),
        InstallSqlFile('evidence/sql/confirmations.sql', '342e08594a50b021'),
        # Going backwards, the triggers would ask for a table that is gone.
        migrations.RunSQL(migrations.RunSQL.noop, """
            DROP TRIGGER IF EXISTS edition_loses_confirmation ON evidence_edition;
            DROP TRIGGER IF EXISTS step_loses_confirmation ON centres_ratinglevel;
        """),
        migrations.RunPython(grant_confirmation, migrations.RunPython.noop),
    ])
