import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import portal.guards
import portal.models
import uuid
from django.conf import settings
from django.db import migrations, models

from evidence.roles import make_roles
from portal.at_once import at_once
from portal.migrations._replaced import replaced


class Migration(migrations.Migration):

    initial = True

    replaces = replaced('evidence')

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('portal', '0001_models'),
        ('centres', '0001_models'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='Approach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('label', models.CharField(max_length=100)),
                ('description', models.TextField()),
                ('why_ratings_differ', models.TextField(blank=True)),
                ('also_known_as', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Other words that people use for it; search finds it by them. One a line.', size=None)),
                ('reviewed_on', models.DateField(help_text='When the grouping was last reviewed.')),
            ],
            options={
                'verbose_name_plural': 'approaches',
                'ordering': ['order', 'label'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('action', models.CharField(choices=[('made', 'Opened'), ('edited', 'Edited'), ('submitted', 'Submitted for review'), ('sent-back', 'Sent back'), ('approved', 'Approved'), ('scheduled', 'Approved and scheduled'), ('emergency', 'Published in an emergency'), ('approved-afterwards', 'Approved after an emergency'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('discarded', 'Discarded')], max_length=20, verbose_name='what was done')),
                ('edition_number', models.PositiveIntegerField(verbose_name='edition')),
                ('comment', models.TextField(blank=True)),
                ('digest', models.CharField(blank=True, help_text='SHA-256, when submitted.', max_length=64, verbose_name='fingerprint of the content')),
            ],
            options={
                'verbose_name_plural': 'audit log',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DatasetEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(editable=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in-review', 'In review'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('superseded', 'Superseded'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10)),
                ('change_note', models.TextField(blank=True, help_text='What changed and why, in a sentence that the public will read.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='superseded or withdrawn at')),
                ('review_due', models.DateField(blank=True, help_text='When somebody should check that it is still true.', null=True)),
                ('minor', models.BooleanField(default=False, help_text='Nothing that it says has changed, so it needs no change note.', verbose_name='only spelling has changed')),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('approved_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('publish_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='goes live at')),
                ('emergency_reason', models.TextField(blank=True, editable=False, verbose_name='reason for the emergency')),
                ('title', models.CharField(help_text='In sentence case, without a full stop.', max_length=200)),
                ('code', models.CharField(blank=True, help_text='The centre’s own, such as “NG222”.', max_length=20, verbose_name='reference')),
                ('product', models.CharField(help_text='The centre’s publication line, such as “YEF Toolkit”.', max_length=100, verbose_name='publication line')),
                ('bottom_line', models.TextField(help_text='What it is and what the evidence says, in two or three plain sentences.')),
                ('key_findings', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='One a line, in plain sentences.', size=None, verbose_name='key findings')),
                ('implementation', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='One point a line, in plain sentences.', size=None, verbose_name='how to do it')),
                ('caveats', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='One a line, in plain sentences.', size=None, verbose_name='cautions and harms')),
                ('age_groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('early-years', 'Early years'), ('children', 'Children'), ('young-people', 'Young people'), ('working-age', 'Working age'), ('older-people', 'Older people')], max_length=13), blank=True, default=list, help_text='Who it was done with. Leave empty if the centre does not say.', size=None)),
                ('direction', models.CharField(choices=[('beneficial', 'Beneficial'), ('mixed', 'Mixed'), ('no-effect', 'No effect'), ('harmful', 'Harmful'), ('insufficient', 'Insufficient evidence'), ('not-assessed', 'Not assessed')], help_text='Which way the effect goes overall. “Insufficient evidence” is the centre’s own verdict; “Not assessed” is for a source that measures no effect.', max_length=12, verbose_name='effect')),
                ('impact_native', models.CharField(blank=True, help_text='Its headline, such as “+6 months”. Leave empty if it gives none.', max_length=200, verbose_name='effect in the centre’s words')),
                ('strength', models.CharField(choices=[('very-high', 'Very high'), ('high', 'High'), ('moderate', 'Moderate'), ('low', 'Low'), ('very-low', 'Very low'), ('insufficient', 'Insufficient'), ('not-rated', 'Not rated')], help_text='The common level. The ratings page has the rule that maps each scale to it.', max_length=12, verbose_name='strength of evidence')),
                ('strength_native', models.CharField(blank=True, help_text='Such as “4 of 5 padlocks”. Never a rating without the centre’s own wording.', max_length=200, verbose_name='strength in the centre’s words')),
                ('cost', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Very low'), (2, 'Low'), (3, 'Moderate'), (4, 'High'), (5, 'Very high')], help_text='The common band, from 1 (very low) to 5 (very high). Leave empty if the centre does not rate cost: never guess.', null=True)),
                ('cost_native', models.CharField(blank=True, help_text='Such as “£££” or “Moderate”. Leave empty if it gives none.', max_length=200, verbose_name='cost in the centre’s words')),
                ('studies', models.PositiveIntegerField(blank=True, help_text='As the centre states it. Leave empty if it does not: never guess.', null=True, verbose_name='number of studies')),
                ('countries', models.CharField(blank=True, help_text='As the centre states it, such as “England and Wales”.', max_length=200, verbose_name='where the studies were done')),
                ('source_url', models.URLField(help_text='The page that a reader should go to.', max_length=500, verbose_name='the centre’s page')),
                ('updated', portal.models.PartialDateField(blank=True, default='', help_text='As shown on the page: 2024, 2024-08 or 2024-08-20.', max_length=10, verbose_name='date of the version read')),
                ('data_note', models.TextField(blank=True, help_text='What readers should know about the figures. Leave empty if there is no doubt.', verbose_name='doubt about a figure')),
            ],
            options={
                'ordering': ['summary', '-number'],
                'permissions': [('submit_edition', 'Can submit a draft for review'), ('approve_edition', 'Can approve, schedule or send back what others wrote'), ('publish_in_emergency', 'Can publish without approval in an emergency'), ('withdraw_summary', 'Can withdraw a summary'), ('all_centres', 'Works on the summaries of every centre')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='Its place in the list.')),
                ('measured', models.CharField(blank=True, help_text='What exactly was measured.', max_length=200)),
                ('direction', models.CharField(choices=[('beneficial', 'Beneficial'), ('mixed', 'Mixed'), ('no-effect', 'No effect'), ('harmful', 'Harmful'), ('insufficient', 'Insufficient evidence'), ('not-assessed', 'Not assessed')], help_text='Which way this outcome went.', max_length=12)),
                ('effect', models.CharField(blank=True, help_text='In the centre’s words, such as “21% reduction”.', max_length=300, verbose_name='effect, as stated')),
                ('strength_native', models.CharField(blank=True, help_text='The centre’s rating of this outcome. Leave empty if it gives none.', max_length=200, verbose_name='strength in the centre’s words')),
            ],
            options={
                'verbose_name_plural': 'findings by outcome',
                'ordering': ['edition', 'order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=255)),
                ('content', models.BinaryField()),
                ('fingerprint', models.CharField(help_text='Of the plan that the person was shown.', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Kind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('label', models.CharField(max_length=100)),
                ('what', models.TextField(verbose_name='what it is')),
            ],
            options={
                'ordering': ['order', 'label'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, unique=True, verbose_name='address')),
                ('checked_at', models.DateTimeField(verbose_name='last checked')),
                ('outcome', models.CharField(choices=[('answers', 'Answers'), ('moved', 'Answers at a new address'), ('gone', 'Is gone'), ('fails', 'Does not answer'), ('refuses', 'Refuses to be checked'), ('not-asked', 'Was not checked')], max_length=9)),
                ('status', models.PositiveSmallIntegerField(blank=True, help_text='Empty where there was no answer.', null=True, verbose_name='HTTP status')),
                ('reason', models.TextField(verbose_name='in words')),
                ('final_url', models.TextField(blank=True, help_text='Where it has moved to for good.', verbose_name='new address')),
                ('first_failed_at', models.DateTimeField(blank=True, help_text='Empty once it answers again.', null=True, verbose_name='has failed since')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
            ],
            options={
                'verbose_name': 'link',
                'ordering': ['url'],
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('label', models.CharField(max_length=100)),
                ('domain', models.CharField(choices=[('education', 'Education'), ('crime', 'Crime and justice'), ('health', 'Health'), ('wellbeing', 'Wellbeing'), ('family', 'Family'), ('housing', 'Housing'), ('work', 'Work'), ('economy', 'Economy'), ('money', 'Money'), ('services', 'Services')], max_length=10)),
                ('better_when', models.CharField(choices=[('higher', 'Higher is better'), ('lower', 'Lower is better')], max_length=6)),
                ('also_known_as', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Other words that people use for it; search finds it by them. One a line.', size=None)),
            ],
            options={
                'ordering': ['order', 'label'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Setting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('label', models.CharField(max_length=100)),
            ],
            options={
                'ordering': ['order', 'label'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='Its place in the list.')),
                ('url', models.URLField(help_text='Of a page that was read for it.', max_length=500, verbose_name='address')),
                ('note', models.CharField(blank=True, help_text='What kind of page it is, such as “centre’s page”.', max_length=200)),
            ],
            options={
                'verbose_name_plural': 'pages read',
                'ordering': ['edition', 'order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Summary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Its address for good, such as the last part of /evidence/eef-feedback/.', max_length=100, unique=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('withdrawn_reason', models.TextField(blank=True, editable=False)),
            ],
            options={
                'verbose_name_plural': 'summaries',
                'ordering': ['slug'],
                'permissions': [('import_summary', 'Can import summaries from a spreadsheet, as drafts'), ('export_summary', 'Can export summaries, drafts included, to a spreadsheet')],
            },
        ),
        migrations.CreateModel(
            name='SynonymGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('one_way', models.BooleanField(default=False)),
                ('terms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), help_text='Words that mean the same. One way: the words that people type. One a line.', size=None)),
                ('finds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='One way only: the words that these also find. One a line.', size=None)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('label', models.CharField(max_length=100)),
                ('description', models.TextField()),
                ('also_known_as', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Other words that people use for it; search finds it by them. One a line.', size=None)),
            ],
            options={
                'ordering': ['order', 'label'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApproachMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('approach', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='evidence.approach')),
            ],
            options={
                'ordering': ['approach', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('label', models.CharField(max_length=100)),
                ('decides', models.TextField(help_text='What these people decide.')),
            ],
            options={
                'ordering': ['order', 'label'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='audience_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='audience',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='ad02247dacd4b929e5532c5e1618dd4ac8135073', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_6486b', table='evidence_audience', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='audience',
            trigger=pgtrigger.compiler.Trigger(name='records_former_address', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO portal_formeraddress (table_name, slug, row_id, until)\n        VALUES (TG_TABLE_NAME, OLD.slug, NEW.id, now())\n        ON CONFLICT (table_name, slug) DO UPDATE\n        SET row_id = EXCLUDED.row_id, until = EXCLUDED.until;\n        RETURN NULL;\n    ', hash='afd0ade307432874491fa5ac3bb93905ce84e30b', operation='UPDATE', pgid='pgtrigger_records_former_address_95543', table='evidence_audience', when='AFTER')),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddConstraint(
            model_name='datasetentry',
            constraint=models.UniqueConstraint(fields=('table', 'key'), name='dataset_entry_once'),
        ),
        migrations.AddField(
            model_name='edition',
            name='approved_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='edition',
            name='audiences',
            field=models.ManyToManyField(help_text='Who can act on it. Choose at least one.', related_name='editions', to='evidence.audience', verbose_name='who it is for'),
        ),
        migrations.AddField(
            model_name='edition',
            name='cost_scale',
            field=models.ForeignKey(blank=True, help_text='The centre’s own scale of cost, if it has one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='centres.ratingscale'),
        ),
        migrations.AddField(
            model_name='edition',
            name='cost_step',
            field=models.ForeignKey(blank=True, help_text='Where it stands on that scale, as the scale words it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='centres.ratinglevel', verbose_name='step on the cost scale'),
        ),
        migrations.AddField(
            model_name='edition',
            name='edited_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='last edited by'),
        ),
        migrations.AddField(
            model_name='edition',
            name='emergency_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published in an emergency by'),
        ),
        migrations.AddField(
            model_name='edition',
            name='made_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by'),
        ),
        migrations.AddField(
            model_name='edition',
            name='policy_areas',
            field=models.ManyToManyField(help_text='The policy areas that it is about. Choose at least one.', related_name='editions', to='centres.policyarea'),
        ),
        migrations.AddField(
            model_name='edition',
            name='strength_scale',
            field=models.ForeignKey(blank=True, help_text='The centre’s own scale of strength, if its rating is on one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='centres.ratingscale'),
        ),
        migrations.AddField(
            model_name='edition',
            name='strength_step',
            field=models.ForeignKey(blank=True, help_text='Where it stands on that scale, as the scale words it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='centres.ratinglevel', verbose_name='step on the strength scale'),
        ),
        migrations.AddField(
            model_name='edition',
            name='submitted_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by'),
        ),
        migrations.AddField(
            model_name='finding',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='evidence.edition'),
        ),
        migrations.AddField(
            model_name='importfile',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='kind',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='kind_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddField(
            model_name='edition',
            name='kind',
            field=models.ForeignKey(help_text='What sort of product it sums up.', on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='evidence.kind'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kind',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='0eea5fa90a1d3eb5252a83569a6224f1b52154d4', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_36df3', table='evidence_kind', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['answers', 'moved', 'gone', 'fails', 'refuses', 'not-asked'])), name='link_outcome_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'moved'), models.Q(('final_url', ''), _negated=True)), models.Q(models.Q(('outcome', 'moved'), _negated=True), ('final_url', '')), _connector='OR'), name='moved_link_says_where_to'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failures__gt', 0), ('first_failed_at__isnull', False), ('first_failed_at__lte', models.F('checked_at')), ('outcome__in', ['gone', 'fails'])), models.Q(models.Q(('outcome__in', ['gone', 'fails']), _negated=True), ('failures', 0), ('first_failed_at', None)), _connector='OR'), name='broken_link_says_since_when'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='outcome_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('better_when__in', ['higher', 'lower'])), name='outcome_better_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('domain__in', ['education', 'crime', 'health', 'wellbeing', 'family', 'housing', 'work', 'economy', 'money', 'services'])), name='outcome_domain_is_listed'),
        ),
        migrations.AddField(
            model_name='finding',
            name='outcome',
            field=models.ForeignKey(help_text='What should change.', on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='evidence.outcome'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outcome',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='680b97440e9e3a5238b9824b3b6121f2f5c5b570', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_50f76', table='evidence_outcome', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='setting',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='setting_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddField(
            model_name='edition',
            name='settings',
            field=models.ManyToManyField(blank=True, help_text='Where it is done. Leave empty if the centre does not say.', related_name='editions', to='evidence.setting'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='setting',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='438c959e6209a9bac6c19fcc76a72a5f5d39f449', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_06bcb', table='evidence_setting', when='AFTER')),
        ),
        migrations.AddField(
            model_name='source',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='evidence.edition'),
        ),
        migrations.AddField(
            model_name='summary',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='summaries', to='centres.centre'),
        ),
        migrations.AddField(
            model_name='summary',
            name='replaced_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='evidence.summary'),
        ),
        migrations.AddField(
            model_name='edition',
            name='summary',
            field=models.ForeignKey(help_text='One that has no draft yet. If it is new, add it under Summaries first.', on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='evidence.summary'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='summary',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='audit', to='evidence.summary'),
        ),
        migrations.AddField(
            model_name='approachmember',
            name='summary',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='evidence.summary'),
        ),
        migrations.AddField(
            model_name='approach',
            name='members',
            field=models.ManyToManyField(related_name='approaches', through='evidence.ApproachMember', to='evidence.summary'),
        ),
        migrations.AddConstraint(
            model_name='synonymgroup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finds__len__gt', 0), ('one_way', True), ('terms__len__gt', 0)), models.Q(('finds__len', 0), ('one_way', False), ('terms__len__gt', 1)), _connector='OR'), name='synonym_group_has_two_sides', violation_error_message='Give two or more words that mean the same; or, one way, words on both sides.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='synonymgroup',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='20feda4b977e27684d697ac98cb5cc913da71a4c', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_a3ede', table='evidence_synonymgroup', when='AFTER')),
        ),
        migrations.AddField(
            model_name='topic',
            name='policy_areas',
            field=models.ManyToManyField(related_name='topics', to='centres.policyarea'),
        ),
        migrations.AddField(
            model_name='edition',
            name='topics',
            field=models.ManyToManyField(help_text='What people would look for. Choose at least one.', related_name='editions', to='evidence.topic'),
        ),
        migrations.CreateModel(
            name='EditionAudience',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('evidence.edition_audiences',),
        ),
        migrations.CreateModel(
            name='EditionPolicyArea',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('evidence.edition_policy_areas',),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['beneficial', 'mixed', 'no-effect', 'harmful', 'insufficient', 'not-assessed'])), name='finding_direction_is_listed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finding',
            trigger=pgtrigger.compiler.Trigger(name='fixed_with_edition', sql=portal.guards.GuardSql(declare='DECLARE fixed text;', func="\n        PERFORM FROM evidence_edition\n        WHERE TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id\n        FOR SHARE;\n        SELECT state INTO fixed FROM evidence_edition\n        WHERE state <> 'draft'\n          AND (TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id);\n        IF fixed IS NOT NULL THEN\n            RAISE EXCEPTION 'the edition is %, so its % are fixed', fixed, TG_TABLE_NAME;\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        RETURN NEW;\n    ", hash='744cf09ae7813b3bbe53b3cc98b80471c4dc4f0c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_fixed_with_edition_afd12', table='evidence_finding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finding',
            trigger=pgtrigger.compiler.Trigger(name='parts_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='bdfa31031b35943a2dd71952f1489b498f74685b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_parts_are_never_emptied_0361a', table='evidence_finding', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='EditionSetting',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('evidence.edition_settings',),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('url', ''), _negated=True), name='source_has_an_address'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('edition', 'url'), name='source_once_an_edition'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='source',
            trigger=pgtrigger.compiler.Trigger(name='fixed_with_edition', sql=portal.guards.GuardSql(declare='DECLARE fixed text;', func="\n        PERFORM FROM evidence_edition\n        WHERE TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id\n        FOR SHARE;\n        SELECT state INTO fixed FROM evidence_edition\n        WHERE state <> 'draft'\n          AND (TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id);\n        IF fixed IS NOT NULL THEN\n            RAISE EXCEPTION 'the edition is %, so its % are fixed', fixed, TG_TABLE_NAME;\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        RETURN NEW;\n    ", hash='360e1f1de1d3c0bf333e38002ff9cfc56444843b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_fixed_with_edition_f19e3', table='evidence_source', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='source',
            trigger=pgtrigger.compiler.Trigger(name='parts_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='b35b050eeaff4432cf28aeb1a01325cd52e6f210', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_parts_are_never_emptied_eafc8', table='evidence_source', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='summary',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='summary_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='summary',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='withdrawn_summary_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='summary',
            constraint=models.CheckConstraint(condition=models.Q(('replaced_by', None), models.Q(('withdrawn_at__isnull', False), models.Q(('replaced_by', models.F('pk')), _negated=True)), _connector='OR'), name='only_withdrawn_summaries_are_replaced'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='summary',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        IF EXISTS (\n            SELECT FROM old_rows AS before JOIN new_rows AS after USING (id)\n            WHERE (before.withdrawn_at, before.withdrawn_reason, before.replaced_by_id) IS DISTINCT FROM (after.withdrawn_at, after.withdrawn_reason, after.replaced_by_id)\n        ) THEN \n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n END IF;\n        RETURN NULL;\n    ', hash='61811c71f328d88b78eec92aa8656c77cc80c622', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_moves_content_version_540ac', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='evidence_summary', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='summary',
            trigger=pgtrigger.compiler.Trigger(name='summary_is_never_deleted', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='030ebdfa00c4117e95f43e52c705961c2917358a', operation='DELETE', pgid='pgtrigger_summary_is_never_deleted_9ecc8', table='evidence_summary', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='summary',
            trigger=pgtrigger.compiler.Trigger(name='summaries_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='f452d7894eb2025337a2f3938fbf3836ec6088cb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_summaries_are_never_emptied_7105a', table='evidence_summary', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='summary',
            trigger=pgtrigger.compiler.Trigger(name='summary_keeps_its_address', sql=portal.guards.GuardSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."centre_id" IS DISTINCT FROM (NEW."centre_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d4886bac8dcb67e519488349c80ffc02104631ff', operation='UPDATE', pgid='pgtrigger_summary_keeps_its_address_ae40c', table='evidence_summary', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='summary',
            trigger=pgtrigger.compiler.Trigger(name='withdrawn_summary_has_left', sql=portal.guards.GuardSql(func="\n            IF NEW.withdrawn_at IS NOT NULL AND EXISTS (\n                SELECT FROM evidence_edition WHERE summary_id = NEW.id AND state = 'published'\n            ) THEN RAISE EXCEPTION 'an edition of this summary is still published'; END IF;\n            RETURN NEW;\n        ", hash='21df2384fca4cdbcd68dbf1c9214813b3aa17ee7', operation='UPDATE', pgid='pgtrigger_withdrawn_summary_has_left_63238', table='evidence_summary', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='audit_entry_is_of_its_moment', sql=portal.guards.GuardSql(func='NEW.at = clock_timestamp(); RETURN NEW;', hash='271aa47e1e0c9f61cd045b8dd6229cb81f13b6c8', operation='INSERT', pgid='pgtrigger_audit_entry_is_of_its_moment_647ef', table='evidence_auditentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='audit_entry_is_kept', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='26e502dd9ab8c0bfa9ee45a3df938087850acc16', operation='UPDATE OR DELETE', pgid='pgtrigger_audit_entry_is_kept_d7164', table='evidence_auditentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='audit_log_is_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='0ce937eabaaa4849756d37c1465b43dbe5aa4614', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_audit_log_is_never_emptied_87a69', table='evidence_auditentry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='approachmember',
            constraint=models.UniqueConstraint(fields=('approach', 'summary'), name='summary_once_an_approach'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='approachmember',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='d3157c94c21b1d540be363d8b10c3a5def53af8b', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_1a416', table='evidence_approachmember', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='approach',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='approach_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='approach',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='b14f771e5cf74a3a19bcb100ee7031406e757e8c', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_99c18', table='evidence_approach', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='approach',
            trigger=pgtrigger.compiler.Trigger(name='records_former_address', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO portal_formeraddress (table_name, slug, row_id, until)\n        VALUES (TG_TABLE_NAME, OLD.slug, NEW.id, now())\n        ON CONFLICT (table_name, slug) DO UPDATE\n        SET row_id = EXCLUDED.row_id, until = EXCLUDED.until;\n        RETURN NULL;\n    ', hash='2070058c12fe0018505f57ebf63c268b362e2b9d', operation='UPDATE', pgid='pgtrigger_records_former_address_4c02d', table='evidence_approach', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='topic_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='d22de87e0fd2d6b3192b39d427e5e7b5b17aed4b', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_482e4', table='evidence_topic', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='records_former_address', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO portal_formeraddress (table_name, slug, row_id, until)\n        VALUES (TG_TABLE_NAME, OLD.slug, NEW.id, now())\n        ON CONFLICT (table_name, slug) DO UPDATE\n        SET row_id = EXCLUDED.row_id, until = EXCLUDED.until;\n        RETURN NULL;\n    ', hash='de778ae83b6321f57ae6b95dbb051e55f267b4c3', operation='UPDATE', pgid='pgtrigger_records_former_address_127da', table='evidence_topic', when='AFTER')),
        ),
        migrations.CreateModel(
            name='TopicPolicyArea',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('evidence.topic_policy_areas',),
        ),
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(models.F('title'), models.OrderBy(models.F('number'), descending=True), models.OrderBy(models.F('id'), descending=True), name='edition_by_title'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('summary', 'number'), name='edition_number_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('summary',), name='one_published_edition_a_summary'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'in-review', 'scheduled'])), fields=('summary',), name='one_open_edition_a_summary'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in-review', 'scheduled', 'published', 'superseded', 'withdrawn'])), name='edition_state_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['beneficial', 'mixed', 'no-effect', 'harmful', 'insufficient', 'not-assessed'])), name='direction_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('strength__in', ['very-high', 'high', 'moderate', 'low', 'very-low', 'insufficient', 'not-rated'])), name='strength_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('cost', None), ('cost__range', (1, 5)), _connector='OR'), name='cost_is_from_1_to_5'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('strength_step', None), ('strength_scale__isnull', False), _connector='OR'), name='strength_step_needs_its_scale'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('cost_step', None), ('cost_scale__isnull', False), _connector='OR'), name='cost_step_needs_its_scale'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('age_groups__contained_by', ['early-years', 'children', 'young-people', 'working-age', 'older-people'])), name='age_groups_are_listed'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('bottom_line', ''), _negated=True), models.Q(('source_url', ''), _negated=True)), name='edition_has_title_text_and_source'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('updated', ''), ('updated__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='edition_updated_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('state__in', ['draft', 'in-review', 'scheduled'])), models.Q(('published_at__isnull', False), ('state__in', ['published', 'superseded', 'withdrawn'])), _connector='OR'), name='published_edition_says_when'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ['superseded', 'withdrawn'])), models.Q(models.Q(('state__in', ['superseded', 'withdrawn']), _negated=True), ('closed_at', None)), _connector='OR'), name='closed_edition_says_when'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('published_at', None), ('published_at__gte', models.F('created_at')), _connector='OR'), name='edition_made_before_published'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at', None), ('closed_at__gte', models.F('published_at')), _connector='OR'), name='edition_published_before_closed'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('submitted_by__isnull', False), models.Q(('approved_by', models.F('submitted_by')), _negated=True), models.Q(('edited_by', None), models.Q(('approved_by', models.F('edited_by')), _negated=True), _connector='OR'), models.Q(('emergency_by', None), models.Q(('approved_by', models.F('emergency_by')), _negated=True), _connector='OR')), _connector='OR'), name='approver_is_another_person', violation_error_message='The approver must be somebody who neither wrote nor submitted it.'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in-review', 'scheduled']), ('approved_by__isnull', False), ('emergency_by__isnull', False), models.Q(('edited_by', None), ('made_by', None), ('submitted_by', None)), _connector='OR'), name='public_edition_was_approved'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['draft', 'in-review']), _negated=True), models.Q(('approved_by', None), ('emergency_by', None), ('publish_at', None)), _connector='OR'), name='unreviewed_edition_has_no_approval'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), models.Q(('approved_by__isnull', False), ('publish_at__isnull', False)), _connector='OR'), name='scheduled_edition_was_approved'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('emergency_by', None), ('emergency_reason', '')), models.Q(('emergency_by__isnull', False), models.Q(('emergency_reason', ''), _negated=True)), _connector='OR'), name='emergency_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF EXISTS (\n            SELECT FROM old_rows AS before JOIN new_rows AS after USING (id)\n            WHERE (before.state IN ('published', 'superseded', 'withdrawn') OR after.state IN ('published', 'superseded', 'withdrawn')) AND to_jsonb(before) - '{approved_by_id,approved_at}'::text[] IS DISTINCT FROM to_jsonb(after) - '{approved_by_id,approved_at}'::text[]\n        ) THEN \n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n END IF;\n        RETURN NULL;\n    ", hash='b3b9661ac59d8a8cc0e497949ec78a3aea73efc8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_moves_content_version_0b9b4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='evidence_edition', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='edition_moves_by_the_rules', sql=portal.guards.GuardSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:in-review,in-review:draft,in-review:scheduled,in-review:published,scheduled:draft,scheduled:published,published:superseded,published:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='21ee69ccb57f34cf6812babf25d53bf37b865f7d', operation='UPDATE', pgid='pgtrigger_edition_moves_by_the_rules_27726', table='evidence_edition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='published_edition_is_fixed', sql=portal.guards.GuardSql(condition="WHEN (OLD.state IN ('published', 'superseded', 'withdrawn') AND OLD.* IS DISTINCT FROM NEW.* AND (OLD.state = NEW.state OR to_jsonb(OLD) - '{state,closed_at}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{state,closed_at}'::text[]) AND NOT (OLD.emergency_by_id IS NOT NULL AND OLD.approved_by_id IS NULL AND NEW.approved_by_id IS NOT NULL AND to_jsonb(OLD) - '{approved_by_id,approved_at}'::text[] = to_jsonb(NEW) - '{approved_by_id,approved_at}'::text[]))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0ade34d9bbd33eed012d470629e1340cc5f32503', operation='UPDATE', pgid='pgtrigger_published_edition_is_fixed_9012a', table='evidence_edition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='submitted_edition_is_fixed', sql=portal.guards.GuardSql(condition="WHEN (OLD.state IN ('in-review', 'scheduled') AND to_jsonb(OLD) - '{state,published_at,closed_at,approved_by_id,approved_at,publish_at,emergency_by_id,emergency_reason}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{state,published_at,closed_at,approved_by_id,approved_at,publish_at,emergency_by_id,emergency_reason}'::text[])", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6596fbb0a9dd9f94964d79fc92318e4206b6b9a7', operation='UPDATE', pgid='pgtrigger_submitted_edition_is_fixed_9c217', table='evidence_edition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='edition_keeps_its_people', sql=portal.guards.GuardSql(condition='WHEN (OLD.made_by_id IS NOT NULL AND NEW.made_by_id IS DISTINCT FROM OLD.made_by_id OR OLD.edited_by_id IS NOT NULL AND NEW.edited_by_id IS NULL OR OLD.submitted_by_id IS NOT NULL AND NEW.submitted_by_id IS NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b8f14fb25a174d2564e1b9c036377abf09826a72', operation='UPDATE', pgid='pgtrigger_edition_keeps_its_people_4c7fd', table='evidence_edition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='only_the_owner_publishes_for_the_system', sql=portal.guards.GuardSql(condition="WHEN (OLD.state <> 'published' AND NEW.state = 'published' AND NEW.approved_by_id IS NULL AND NEW.emergency_by_id IS NULL)", func="\n            IF NOT pg_has_role(\n                current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER'\n            ) THEN RAISE EXCEPTION 'nobody has approved this edition'; END IF;\n            RETURN NEW;\n        ", hash='b2a33fc5956d52f28b3fe57c17a9c5ca55b66105', operation='UPDATE', pgid='pgtrigger_only_the_owner_publishes_for_the_system_e9c09', table='evidence_edition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='edition_begins_as_a_draft', sql=portal.guards.GuardSql(condition='WHEN (NOT (NEW."state" = \'draft\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='b8317d2c10f6d88790c4cc4d9968c85996b14c6e', operation='INSERT', pgid='pgtrigger_edition_begins_as_a_draft_d8cc8', table='evidence_edition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='published_edition_is_kept', sql=portal.guards.GuardSql(condition='WHEN (OLD."state" IN (\'published\', \'superseded\', \'withdrawn\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='58ecd04bb3ae482f97f6edf0691ae0d96493a52a', operation='DELETE', pgid='pgtrigger_published_edition_is_kept_e65b0', table='evidence_edition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='edition',
            trigger=pgtrigger.compiler.Trigger(name='editions_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='65fbe666addd876f74cc2d9b7745cd82dbbf1efc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_editions_are_never_emptied_77b8a', table='evidence_edition', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='EditionTopic',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('evidence.edition_topics',),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editionaudience',
            trigger=pgtrigger.compiler.Trigger(name='fixed_with_edition', sql=portal.guards.GuardSql(declare='DECLARE fixed text;', func="\n        PERFORM FROM evidence_edition\n        WHERE TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id\n        FOR SHARE;\n        SELECT state INTO fixed FROM evidence_edition\n        WHERE state <> 'draft'\n          AND (TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id);\n        IF fixed IS NOT NULL THEN\n            RAISE EXCEPTION 'the edition is %, so its % are fixed', fixed, TG_TABLE_NAME;\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        RETURN NEW;\n    ", hash='41de88c1df8ecefd0745b20067af75f39f468093', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_fixed_with_edition_dbaff', table='evidence_edition_audiences', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editionaudience',
            trigger=pgtrigger.compiler.Trigger(name='parts_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='774dd95b4bf29b82939cbcc0908442aab6902a1b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_parts_are_never_emptied_1148c', table='evidence_edition_audiences', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editionpolicyarea',
            trigger=pgtrigger.compiler.Trigger(name='fixed_with_edition', sql=portal.guards.GuardSql(declare='DECLARE fixed text;', func="\n        PERFORM FROM evidence_edition\n        WHERE TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id\n        FOR SHARE;\n        SELECT state INTO fixed FROM evidence_edition\n        WHERE state <> 'draft'\n          AND (TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id);\n        IF fixed IS NOT NULL THEN\n            RAISE EXCEPTION 'the edition is %, so its % are fixed', fixed, TG_TABLE_NAME;\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        RETURN NEW;\n    ", hash='253a6d38be835793813f4a031ed081908a46821e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_fixed_with_edition_34457', table='evidence_edition_policy_areas', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editionpolicyarea',
            trigger=pgtrigger.compiler.Trigger(name='parts_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='5472d232747f8d5d832346467f7a62a75e4e11bd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_parts_are_never_emptied_4ecc6', table='evidence_edition_policy_areas', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editionsetting',
            trigger=pgtrigger.compiler.Trigger(name='fixed_with_edition', sql=portal.guards.GuardSql(declare='DECLARE fixed text;', func="\n        PERFORM FROM evidence_edition\n        WHERE TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id\n        FOR SHARE;\n        SELECT state INTO fixed FROM evidence_edition\n        WHERE state <> 'draft'\n          AND (TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id);\n        IF fixed IS NOT NULL THEN\n            RAISE EXCEPTION 'the edition is %, so its % are fixed', fixed, TG_TABLE_NAME;\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        RETURN NEW;\n    ", hash='b784abdf9af836b89eb2682be0af8db21e3559f3', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_fixed_with_edition_ffc2f', table='evidence_edition_settings', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editionsetting',
            trigger=pgtrigger.compiler.Trigger(name='parts_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='8543e1f268051903be9482ba839be2dadfcecbc4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_parts_are_never_emptied_5e30b', table='evidence_edition_settings', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='topicpolicyarea',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='064ced822dde932907735ba78bbdc56aba687e93', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_6b321', table='evidence_topic_policy_areas', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editiontopic',
            trigger=pgtrigger.compiler.Trigger(name='fixed_with_edition', sql=portal.guards.GuardSql(declare='DECLARE fixed text;', func="\n        PERFORM FROM evidence_edition\n        WHERE TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id\n        FOR SHARE;\n        SELECT state INTO fixed FROM evidence_edition\n        WHERE state <> 'draft'\n          AND (TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id);\n        IF fixed IS NOT NULL THEN\n            RAISE EXCEPTION 'the edition is %, so its % are fixed', fixed, TG_TABLE_NAME;\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        RETURN NEW;\n    ", hash='9011d9f874199234203bd7c7701dd6272002bb12', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_fixed_with_edition_79ce4', table='evidence_edition_topics', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='editiontopic',
            trigger=pgtrigger.compiler.Trigger(name='parts_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='59543d2aae4203e9ef0da5810dfd5640038c5a80', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_parts_are_never_emptied_27270', table='evidence_edition_topics', when='BEFORE')),
        ),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ])
