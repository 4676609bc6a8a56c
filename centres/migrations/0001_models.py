import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import portal.models
from django.conf import settings
from django.db import migrations, models

from portal.at_once import at_once
from portal.migrations._replaced import replaced


class Migration(migrations.Migration):

    initial = True

    replaces = replaced('centres')

    dependencies = [
        ('portal', '0001_models'),  # its triggers write to tables of portal
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name_plural': 'people of centres',
            },
        ),
        migrations.CreateModel(
            name='MembershipValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=1)),
                ('order', models.PositiveSmallIntegerField(unique=True)),
                ('name', models.CharField(max_length=60)),
                ('meaning', models.TextField()),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NetworkAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('label', models.CharField(max_length=100)),
                ('sentence', models.TextField()),
                ('portal_audiences', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, help_text='The audiences of evidence summaries that it stands for, by slug.', size=None)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NetworkEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('date', portal.models.PartialDateField(blank=True, default='', max_length=10)),
                ('date_note', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('founding', 'A centre opens'), ('joining', 'A centre joins'), ('promotion', 'A centre becomes a full member'), ('merger', 'Centres merge'), ('departure', 'A centre leaves'), ('change', 'A centre changes'), ('launch', 'A launch'), ('product', 'A tool or product'), ('publication', 'A publication'), ('announcement', 'An announcement'), ('policy', 'Policy'), ('government', 'Government'), ('people', 'People'), ('event', 'A meeting'), ('page-update', "Update to the network's page")], max_length=12)),
                ('title', models.CharField(max_length=200)),
                ('sentence', models.TextField()),
                ('source', models.URLField(blank=True, max_length=500)),
                ('source_note', models.TextField(blank=True)),
                ('also', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, help_text='Other pages that say so. One address a line.', size=None)),
                ('page_update', models.BooleanField(default=False, help_text="Is it in the list of updates on the network's public page?")),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NetworkFunction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=100)),
                ('sentence', models.TextField()),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NetworkNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('text', models.TextField()),
                ('sources', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, help_text='One address a line.', size=None)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NetworkSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('publisher', models.CharField(max_length=200)),
                ('date', portal.models.PartialDateField(blank=True, default='', max_length=10)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NetworkTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('date', portal.models.PartialDateField(blank=True, default='', max_length=10)),
                ('date_note', models.TextField(blank=True)),
                ('latest', models.BooleanField(default=False)),
                ('counts', models.CharField(choices=[('full-centres', 'Full centres only'), ('all-members', 'Every kind of member together')], max_length=12)),
                ('centres', models.PositiveSmallIntegerField()),
                ('affiliates', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('associates', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('spending_gbp_bn', models.PositiveIntegerField(blank=True, null=True, verbose_name='spending, £ billion')),
                ('spending_wording', models.CharField(blank=True, max_length=100)),
                ('note', models.TextField(blank=True)),
                ('source', models.URLField(blank=True, max_length=500)),
                ('source_note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('type', models.CharField(blank=True, choices=[('organisation', 'Organisation'), ('person', 'Person'), ('group', 'Group of bodies'), ('scheme', 'Levy, fund or scheme')], max_length=12)),
                ('sector', models.CharField(blank=True, choices=[('academic', 'Academic'), ('civil-society', 'Civil society'), ('private', 'Private'), ('public', 'Public')], max_length=13)),
                ('website', models.URLField(blank=True, max_length=500)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PolicyArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('label', models.CharField(max_length=100)),
                ('label_note', models.TextField(blank=True, help_text='Where the label comes from, if not GOV.UK.')),
                ('description', models.TextField()),
                ('also_known_as', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Other words that people use for it; search finds it by them. One a line.', size=None)),
            ],
            options={
                'ordering': ['order', 'label'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('date', portal.models.PartialDateField(blank=True, default='', max_length=10)),
                ('publisher', models.CharField(blank=True, max_length=200)),
                ('editors', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(choices=[('network', 'The network'), ('others', 'Others')], max_length=7)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('about', models.TextField()),
                ('extent_read', models.CharField(blank=True, max_length=200)),
                ('source', models.URLField(blank=True, max_length=500)),
                ('source_note', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RatingDimension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('letter', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=60)),
                ('meaning', models.TextField()),
            ],
            options={
                'ordering': ['scale', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RatingLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(help_text='From worst to best.')),
                ('rank', models.SmallIntegerField(blank=True, help_text='The step on the ladder; empty if it is not on it.', null=True)),
                ('label', models.CharField(max_length=100)),
                ('meaning', models.TextField(blank=True)),
                ('common', models.CharField(blank=True, choices=[('very-high', 'Very high'), ('high', 'High'), ('moderate', 'Moderate'), ('low', 'Low'), ('very-low', 'Very low'), ('insufficient', 'Insufficient'), ('not-rated', 'Not rated')], max_length=12, verbose_name='common level')),
                ('direction', models.CharField(blank=True, choices=[('beneficial', 'Beneficial'), ('mixed', 'Mixed'), ('no-effect', 'No effect'), ('harmful', 'Harmful'), ('insufficient', 'Insufficient evidence'), ('not-assessed', 'Not assessed')], help_text='Where the step also says which way the effect goes.', max_length=12)),
                ('reason', models.TextField(blank=True, help_text='Why it maps to this common level.')),
            ],
            options={
                'ordering': ['scale', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RatingReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('citation', models.TextField()),
                ('url', models.URLField(blank=True, help_text='The publication itself.', max_length=500)),
                ('finding', models.TextField(help_text='What it found, in plain words.')),
                ('source', models.URLField(help_text='The page that was read.', max_length=500)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RatingScale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('name', models.CharField(max_length=200)),
                ('rates', models.CharField(choices=[('strength', 'Strength of evidence'), ('impact', 'Effect'), ('cost', 'Cost'), ('recommendation', 'Strength of a recommendation')], max_length=14)),
                ('unit', models.TextField(blank=True, help_text='What one rating is given to.')),
                ('form', models.CharField(blank=True, choices=[('ladder', 'Ladder of levels'), ('checklist', 'Checklist'), ('number', 'Number'), ('wording', 'Wording')], max_length=9)),
                ('complete', models.BooleanField(blank=True, help_text='Are all its steps listed here? Unknown is an answer.', null=True)),
                ('address', models.URLField(blank=True, max_length=500)),
                ('address_note', models.TextField(blank=True)),
                ('levels_from', models.TextField(blank=True, help_text='Where the levels were read, if not there.')),
                ('contestable', models.TextField(blank=True, help_text='What one may dispute in the mapping.')),
                ('note', models.TextField(blank=True)),
                ('sources', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, help_text='One address a line.', size=None)),
            ],
            options={
                'ordering': ['order', 'name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SpendingFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('main', 'Main figure of the area'), ('part', 'Part of the area'), ('context', 'Context only')], max_length=10)),
                ('order', models.PositiveSmallIntegerField()),
                ('official_gbp_bn', models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name='official figure, £ billion')),
                ('gbp_bn', models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True, verbose_name='indicative figure, £ billion')),
                ('year', models.CharField(blank=True, help_text='As stated, such as "2024-25".', max_length=40)),
                ('nations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('England', 'England'), ('Wales', 'Wales'), ('Scotland', 'Scotland'), ('Northern Ireland', 'Northern Ireland')], max_length=16), blank=True, default=list, size=None)),
                ('basis', models.CharField(blank=True, help_text='Such as "Plan" or "Outturn".', max_length=60)),
                ('annual', models.BooleanField(blank=True, help_text='Is it the sum for one year?', null=True)),
                ('scope', models.TextField(help_text='What the figure covers.')),
                ('confidence', models.CharField(blank=True, choices=[('high', 'High'), ('medium', 'Medium'), ('low', 'Low')], max_length=6)),
                ('note', models.TextField(blank=True)),
                ('in_sum', models.BooleanField(default=False, help_text='May it be added up with the others?')),
                ('sources', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, help_text='One address a line.', size=None)),
            ],
            options={
                'ordering': ['policy_area', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Centre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('order', models.PositiveSmallIntegerField(help_text='Its place in lists, from 1.')),
                ('name', models.CharField(max_length=200)),
                ('acronym', models.CharField(blank=True, max_length=20)),
                ('status', models.CharField(choices=[('what-works-centre', 'What Works Centre'), ('affiliate', 'Affiliate'), ('former', 'Former member')], max_length=17)),
                ('policy_area_label', models.CharField(help_text='The area as the network words it for this centre.', max_length=100)),
                ('leads_policy_area', models.BooleanField(default=False, help_text="Is it the network's centre for the area today?")),
                ('description', models.TextField(help_text='What it does, in plain words.')),
                ('website', models.URLField(blank=True, max_length=500)),
                ('founded', portal.models.PartialDateField(blank=True, default='', max_length=10)),
                ('founded_note', models.TextField(blank=True)),
                ('joined', portal.models.PartialDateField(blank=True, default='', max_length=10, verbose_name='joined the network')),
                ('joined_note', models.TextField(blank=True)),
                ('became_full_member', portal.models.PartialDateField(blank=True, default='', max_length=10, verbose_name='became a full member')),
                ('became_full_member_note', models.TextField(blank=True)),
                ('left', portal.models.PartialDateField(blank=True, default='', max_length=10, verbose_name='left the network')),
                ('left_reason', models.TextField(blank=True)),
                ('legal_form', models.TextField(blank=True)),
                ('nations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('England', 'England'), ('Wales', 'Wales'), ('Scotland', 'Scotland'), ('Northern Ireland', 'Northern Ireland')], max_length=16), blank=True, default=list, size=None)),
                ('nations_note', models.TextField(blank=True)),
                ('sources', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, help_text='One address a line.', size=None)),
                ('unrated_note', models.TextField(blank=True, help_text='Why it has no rating scale, if so.')),
                ('unrated_sources', django.contrib.postgres.fields.ArrayField(base_field=models.URLField(max_length=500), blank=True, default=list, help_text='One address a line.', size=None)),
                ('successors', models.ManyToManyField(blank=True, related_name='predecessors', to='centres.centre')),
            ],
            options={
                'ordering': ['order', 'name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CentreFunder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('government', 'Government'), ('non-government', 'Not government')], max_length=14)),
                ('amount_gbp_m', models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True, verbose_name='amount, £ million')),
                ('year', models.CharField(blank=True, help_text='As stated, such as "2021-22".', max_length=40)),
                ('note', models.TextField(blank=True)),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='funders', to='centres.centre')),
            ],
            options={
                'ordering': ['centre', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CentreHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('role', models.TextField()),
                ('from_year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('to_year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hosts', to='centres.centre')),
            ],
            options={
                'ordering': ['centre', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CentreName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('note', models.TextField(blank=True)),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='other_names', to='centres.centre')),
            ],
            options={
                'ordering': ['centre', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CentreNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('about', models.CharField(blank=True, max_length=40)),
                ('text', models.TextField()),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='centres.centre')),
            ],
            options={
                'ordering': ['centre', 'order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CommonLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('very-high', 'Very high'), ('high', 'High'), ('moderate', 'Moderate'), ('low', 'Low'), ('very-low', 'Very low'), ('insufficient', 'Insufficient'), ('not-rated', 'Not rated')], max_length=12, unique=True)),
                ('rank', models.PositiveSmallIntegerField(unique=True)),
                ('label', models.CharField(max_length=40)),
                ('meaning', models.TextField()),
            ],
            options={
                'ordering': ['rank'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['very-high', 'high', 'moderate', 'low', 'very-low', 'insufficient', 'not-rated'])), name='common_level_is_listed')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commonlevel',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='b988f280d4e195209c166bb08a44504ba7cbf04f', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_d9a30', table='centres_commonlevel', when='AFTER')),
        ),
        migrations.AddField(
            model_name='membership',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='centres.centre'),
        ),
        migrations.AddField(
            model_name='membership',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membershipvalue',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='3f910f89e4abcb7c008302554c1ddddf83821f2b', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_0f172', table='centres_membershipvalue', when='AFTER')),
        ),
        migrations.AddField(
            model_name='networkevent',
            name='centres',
            field=models.ManyToManyField(blank=True, related_name='events', to='centres.centre'),
        ),
        migrations.AddConstraint(
            model_name='networkfunction',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='network_function_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networkfunction',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='4a0c67e810faf5eb11080fdf5fcec454a90ee3b4', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_fd16c', table='centres_networkfunction', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='networknote',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='network_note_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networknote',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='605de79b73296d777c210d5820fa64e15f06f185', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_aa9f9', table='centres_networknote', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='networksource',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='network_source_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='networksource',
            constraint=models.CheckConstraint(condition=models.Q(('date', ''), ('date__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='network_source_date_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddField(
            model_name='networkaudience',
            name='named_in',
            field=models.ManyToManyField(blank=True, related_name='audiences', to='centres.networksource'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networksource',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='d220a8a15a41e2421c856dbce38b47fceb4580a4', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_38da4', table='centres_networksource', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='networktotal',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='network_total_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='networktotal',
            constraint=models.CheckConstraint(condition=models.Q(('date', ''), ('date__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='network_total_date_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='networktotal',
            constraint=models.UniqueConstraint(condition=models.Q(('latest', True)), fields=('latest',), name='one_latest_total'),
        ),
        migrations.AddConstraint(
            model_name='networktotal',
            constraint=models.CheckConstraint(condition=models.Q(('counts__in', ['full-centres', 'all-members'])), name='network_total_counts_is_listed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networktotal',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='37ddfe5ec5ad17f0370269ab1dabd575357d59be', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_7d093', table='centres_networktotal', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='organisation_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('sector__in', ['', 'academic', 'civil-society', 'private', 'public'])), name='organisation_sector_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['', 'organisation', 'person', 'group', 'scheme'])), name='organisation_type_is_listed'),
        ),
        migrations.AddField(
            model_name='centrehost',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hosted', to='centres.organisation'),
        ),
        migrations.AddField(
            model_name='centrefunder',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funded', to='centres.organisation'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='67b68d64b4de6ca5105c00805d54ff6eb02d33fc', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_7004f', table='centres_organisation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='policyarea',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='policy_area_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddField(
            model_name='centre',
            name='policy_area',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='centres', to='centres.policyarea'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyarea',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='e7147a96b5cf6aaa363c91a0a1a0d612dc6a059a', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_bb3cf', table='centres_policyarea', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyarea',
            trigger=pgtrigger.compiler.Trigger(name='records_former_address', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO portal_formeraddress (table_name, slug, row_id, until)\n        VALUES (TG_TABLE_NAME, OLD.slug, NEW.id, now())\n        ON CONFLICT (table_name, slug) DO UPDATE\n        SET row_id = EXCLUDED.row_id, until = EXCLUDED.until;\n        RETURN NULL;\n    ', hash='de1aa50d0f407e8078b026a040b8765499d7b10b', operation='UPDATE', pgid='pgtrigger_records_former_address_7caf9', table='centres_policyarea', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='publication_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('date', ''), ('date__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='publication_date_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('by__in', ['network', 'others'])), name='publication_by_is_listed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publication',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='af620ad68dc2ef5c369da6c54ebb2e6ea30f5012', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_73033', table='centres_publication', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='ratingreference',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='rating_reference_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ratingreference',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='a43a976fdae8566b0acf1769a85b393127d48ae0', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_97bbe', table='centres_ratingreference', when='AFTER')),
        ),
        migrations.AddField(
            model_name='ratingscale',
            name='centre',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rating_scales', to='centres.centre'),
        ),
        migrations.AddField(
            model_name='ratingscale',
            name='used_by',
            field=models.ManyToManyField(blank=True, help_text='For a scale of others: the centres that use it.', related_name='reference_scales', to='centres.centre'),
        ),
        migrations.AddField(
            model_name='ratinglevel',
            name='scale',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='centres.ratingscale'),
        ),
        migrations.AddField(
            model_name='ratingdimension',
            name='scale',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dimensions', to='centres.ratingscale'),
        ),
        migrations.AddField(
            model_name='spendingfigure',
            name='policy_area',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='centres.policyarea'),
        ),
        migrations.CreateModel(
            name='CentreSuccessor',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('centres.centre_successors',),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centrename',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='3569c9a66033c5166f72e0f7efae897dd6f7e565', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_81e12', table='centres_centrename', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centrenote',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='78c6825af3d58620b98f297f5a693c13f3e4b049', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_7c1e8', table='centres_centrenote', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'centre'), name='membership_once'),
        ),
        migrations.AddConstraint(
            model_name='networkevent',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='network_event_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='networkevent',
            constraint=models.CheckConstraint(condition=models.Q(('date', ''), ('date__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='network_event_date_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='networkevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['founding', 'joining', 'promotion', 'merger', 'departure', 'change', 'launch', 'product', 'publication', 'announcement', 'policy', 'government', 'people', 'event', 'page-update'])), name='network_event_kind_is_listed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networkevent',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='3194438c32e796bf1c896d006f906cb9339ce960', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_f1c45', table='centres_networkevent', when='AFTER')),
        ),
        migrations.CreateModel(
            name='NetworkEventCentre',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('centres.networkevent_centres',),
        ),
        migrations.AddConstraint(
            model_name='networkaudience',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='network_audience_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networkaudience',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='0d315c69abbb2ca0925d265468214b5bd23524b1', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_e4c89', table='centres_networkaudience', when='AFTER')),
        ),
        migrations.CreateModel(
            name='NetworkAudienceSource',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('centres.networkaudience_named_in',),
        ),
        migrations.AddConstraint(
            model_name='centrehost',
            constraint=models.CheckConstraint(condition=models.Q(('from_year', None), ('to_year', None), ('from_year__lte', models.F('to_year')), _connector='OR'), name='host_years_in_order'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centrehost',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='4bb63e01ff9c42869bcffb4a4c9ab7ff2fe419b3', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_12f71', table='centres_centrehost', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='centrefunder',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['government', 'non-government'])), name='funder_kind_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='centrefunder',
            constraint=models.CheckConstraint(condition=models.Q(('amount_gbp_m', None), ('amount_gbp_m__gt', 0), _connector='OR'), name='funding_is_above_zero'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centrefunder',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='3519753133d0c0878ee96dd16724bcd3976a90fa', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_c6a06', table='centres_centrefunder', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='centre_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['what-works-centre', 'affiliate', 'former'])), name='centre_status_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('founded', ''), ('founded__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='centre_founded_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('joined', ''), ('joined__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='centre_joined_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('became_full_member', ''), ('became_full_member__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='centre_became_full_member_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('left', ''), ('left__regex', '^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$'), _connector='OR'), name='centre_left_is_partial_date', violation_error_message='Write a date as 2013, 2013-03 or 2013-03-04.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('founded', ''), ('left', ''), ('founded__lte', django.db.models.functions.text.Concat(models.F('left'), models.Value('-99'))), _connector='OR'), name='centre_founded_before_left', violation_error_message='The dates of founded and left are out of order.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('joined', ''), ('became_full_member', ''), ('joined__lte', django.db.models.functions.text.Concat(models.F('became_full_member'), models.Value('-99'))), _connector='OR'), name='centre_joined_before_became_full_member', violation_error_message='The dates of joined and became_full_member are out of order.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('joined', ''), ('left', ''), ('joined__lte', django.db.models.functions.text.Concat(models.F('left'), models.Value('-99'))), _connector='OR'), name='centre_joined_before_left', violation_error_message='The dates of joined and left are out of order.'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'former'), models.Q(('left', ''), ('left_reason', '')), _connector='OR'), name='only_former_centres_have_left'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('nations__contained_by', ['England', 'Wales', 'Scotland', 'Northern Ireland'])), name='centre_nations_are_listed'),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.UniqueConstraint(condition=models.Q(('leads_policy_area', True)), fields=('policy_area',), name='one_lead_centre_an_area'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centre',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='f59229e24d8009ad3fa99ec6b6525f903d6dee83', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_ead90', table='centres_centre', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centre',
            trigger=pgtrigger.compiler.Trigger(name='records_former_address', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))', func='\n        INSERT INTO portal_formeraddress (table_name, slug, row_id, until)\n        VALUES (TG_TABLE_NAME, OLD.slug, NEW.id, now())\n        ON CONFLICT (table_name, slug) DO UPDATE\n        SET row_id = EXCLUDED.row_id, until = EXCLUDED.until;\n        RETURN NULL;\n    ', hash='508980f59bfac04c4d6b07f873a68352797f179a', operation='UPDATE', pgid='pgtrigger_records_former_address_927cf', table='centres_centre', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='ratingscale',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(-[a-z0-9]+)*$')), name='rating_scale_slug_is_words', violation_error_message='Use lower case letters, digits and single hyphens.'),
        ),
        migrations.AddConstraint(
            model_name='ratingscale',
            constraint=models.CheckConstraint(condition=models.Q(('rates__in', ['strength', 'impact', 'cost', 'recommendation'])), name='rating_scale_rates_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='ratingscale',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['', 'ladder', 'checklist', 'number', 'wording'])), name='rating_scale_form_is_listed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ratingscale',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='c65cf510e4111ef63dbf1b3a6980b0dfd7fcb739', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_c7e51', table='centres_ratingscale', when='AFTER')),
        ),
        migrations.CreateModel(
            name='RatingScaleUser',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('centres.ratingscale_used_by',),
        ),
        migrations.AddConstraint(
            model_name='ratinglevel',
            constraint=models.UniqueConstraint(fields=('scale', 'order'), name='rating_levels_in_one_order'),
        ),
        migrations.AddConstraint(
            model_name='ratinglevel',
            constraint=models.UniqueConstraint(fields=('scale', 'label'), name='rating_level_once_a_scale'),
        ),
        migrations.AddConstraint(
            model_name='ratinglevel',
            constraint=models.UniqueConstraint(fields=('id', 'scale'), name='rating_level_and_its_scale'),
        ),
        migrations.AddConstraint(
            model_name='ratinglevel',
            constraint=models.CheckConstraint(condition=models.Q(('common__in', ['', 'very-high', 'high', 'moderate', 'low', 'very-low', 'insufficient', 'not-rated'])), name='rating_level_common_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='ratinglevel',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['', 'beneficial', 'mixed', 'no-effect', 'harmful', 'insufficient', 'not-assessed'])), name='rating_level_direction_is_listed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ratinglevel',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='6ab3e3c9f0e4acabbe07f6fe8e7185a3e611fa4b', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_9cb41', table='centres_ratinglevel', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ratingdimension',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='cd92cf1c9a9ffd33271cc836685d2f907e410ccd', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_e05ce', table='centres_ratingdimension', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='spendingfigure',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'main')), fields=('policy_area',), name='one_main_figure_an_area'),
        ),
        migrations.AddConstraint(
            model_name='spendingfigure',
            constraint=models.UniqueConstraint(fields=('policy_area', 'order'), name='spending_figures_in_one_order'),
        ),
        migrations.AddConstraint(
            model_name='spendingfigure',
            constraint=models.CheckConstraint(condition=models.Q(('gbp_bn__gt', 0), ('gbp_bn', None), _connector='OR'), name='spending_is_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='spendingfigure',
            constraint=models.CheckConstraint(condition=models.Q(('gbp_bn', None), ('sources__len__gt', 0), _connector='OR'), name='spending_has_a_source'),
        ),
        migrations.AddConstraint(
            model_name='spendingfigure',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['main', 'part', 'context'])), name='spending_role_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='spendingfigure',
            constraint=models.CheckConstraint(condition=models.Q(('confidence__in', ['', 'high', 'medium', 'low'])), name='spending_confidence_is_listed'),
        ),
        migrations.AddConstraint(
            model_name='spendingfigure',
            constraint=models.CheckConstraint(condition=models.Q(('nations__contained_by', ['England', 'Wales', 'Scotland', 'Northern Ireland'])), name='spending_nations_are_listed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='spendingfigure',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='3ed5f64ba2f1e6ec89a824d90ae9912d6e6260fb', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_efd67', table='centres_spendingfigure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centresuccessor',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='721c7d56a089d4497a4d7d837361436033f391f1', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_facb4', table='centres_centre_successors', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networkeventcentre',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='73fac7a71a14586574903cc2101b99da84ce7903', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_d0f2d', table='centres_networkevent_centres', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networkaudiencesource',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='5987b2cf135ebeb4c7b21c2ec9e4d58512021787', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_00a30', table='centres_networkaudience_named_in', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ratingscaleuser',
            trigger=pgtrigger.compiler.Trigger(name='moves_content_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)\n        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;\n RETURN NULL;', hash='e31a1861be5bb333fa465a1cc5aef1740064290d', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_moves_content_version_e957b', table='centres_ratingscale_used_by', when='AFTER')),
        ),
    ])
