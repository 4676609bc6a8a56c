"""What constraints answer, and what some fields are called. Nothing changes in the database."""

import django.db.models.functions.text
from django.db import migrations, models

from portal.state_alone import InStateAlone


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0004_former_centres_lead_nothing'),
    ]

    operations = [InStateAlone([
        migrations.AlterField(
            model_name='networktotal',
            name='counts',
            field=models.CharField(choices=[('full-centres', 'Full centres only'), ('all-members', 'Every kind of member together')], max_length=12, verbose_name='what it counts'),
        ),
        migrations.AlterField(
            model_name='publication',
            name='by',
            field=models.CharField(choices=[('network', 'The network'), ('others', 'Others')], max_length=7, verbose_name='published by'),
        ),
        migrations.AlterField(
            model_name='ratingscale',
            name='rates',
            field=models.CharField(choices=[('strength', 'Strength of evidence'), ('impact', 'Effect'), ('cost', 'Cost'), ('recommendation', 'Strength of a recommendation')], max_length=14, verbose_name='what it rates'),
        ),
        migrations.AlterConstraint(
            model_name='centre',
            name='centre_status_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['what-works-centre', 'affiliate', 'former'])), name='centre_status_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='centre',
            name='centre_founded_before_left',
            constraint=models.CheckConstraint(condition=models.Q(('founded', ''), ('left', ''), ('founded__lte', django.db.models.functions.text.Concat(models.F('left'), models.Value('-99'))), _connector='OR'), name='centre_founded_before_left', violation_error_message='The dates of “founded” and “left” are out of order.'),
        ),
        migrations.AlterConstraint(
            model_name='centre',
            name='centre_joined_before_became_full_member',
            constraint=models.CheckConstraint(condition=models.Q(('joined', ''), ('became_full_member', ''), ('joined__lte', django.db.models.functions.text.Concat(models.F('became_full_member'), models.Value('-99'))), _connector='OR'), name='centre_joined_before_became_full_member', violation_error_message='The dates of “joined” and “became full member” are out of order.'),
        ),
        migrations.AlterConstraint(
            model_name='centre',
            name='centre_joined_before_left',
            constraint=models.CheckConstraint(condition=models.Q(('joined', ''), ('left', ''), ('joined__lte', django.db.models.functions.text.Concat(models.F('left'), models.Value('-99'))), _connector='OR'), name='centre_joined_before_left', violation_error_message='The dates of “joined” and “left” are out of order.'),
        ),
        migrations.AlterConstraint(
            model_name='centre',
            name='only_former_centres_have_left',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'former'), models.Q(('left', ''), ('left_reason', '')), _connector='OR'), name='only_former_centres_have_left', violation_error_message='Only a former member says when and why it left.'),
        ),
        migrations.AlterConstraint(
            model_name='centre',
            name='centre_nations_are_listed',
            constraint=models.CheckConstraint(condition=models.Q(('nations__contained_by', ['England', 'Wales', 'Scotland', 'Northern Ireland'])), name='centre_nations_are_listed', violation_error_message='Choose from the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='centre',
            name='one_lead_centre_an_area',
            constraint=models.UniqueConstraint(condition=models.Q(('leads_policy_area', True)), fields=('policy_area',), name='one_lead_centre_an_area', violation_error_message='Another centre is the network’s member for this policy area already.'),
        ),
        migrations.AlterConstraint(
            model_name='centrefunder',
            name='funder_kind_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['government', 'non-government'])), name='funder_kind_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='centrefunder',
            name='funding_is_above_zero',
            constraint=models.CheckConstraint(condition=models.Q(('amount_gbp_m', None), ('amount_gbp_m__gt', 0), _connector='OR'), name='funding_is_above_zero', violation_error_message='The amount must be more than 0. Leave it empty if none is stated.'),
        ),
        migrations.AlterConstraint(
            model_name='centrehost',
            name='host_years_in_order',
            constraint=models.CheckConstraint(condition=models.Q(('from_year', None), ('to_year', None), ('from_year__lte', models.F('to_year')), _connector='OR'), name='host_years_in_order', violation_error_message='The last year cannot be before the first.'),
        ),
        migrations.AlterConstraint(
            model_name='commonlevel',
            name='common_level_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['very-high', 'high', 'moderate', 'low', 'very-low', 'insufficient', 'not-rated'])), name='common_level_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='networkevent',
            name='network_event_kind_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['founding', 'joining', 'promotion', 'merger', 'departure', 'change', 'launch', 'product', 'publication', 'announcement', 'policy', 'government', 'people', 'event', 'page-update'])), name='network_event_kind_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='networkstatement',
            name='network_statement_section_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('section__in', ['purpose', 'origin', 'condition', 'field'])), name='network_statement_section_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='networktotal',
            name='one_latest_total',
            constraint=models.UniqueConstraint(condition=models.Q(('latest', True)), fields=('latest',), name='one_latest_total', violation_error_message='Another total is the latest already: untick it there first.'),
        ),
        migrations.AlterConstraint(
            model_name='networktotal',
            name='network_total_counts_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('counts__in', ['full-centres', 'all-members'])), name='network_total_counts_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='organisation',
            name='organisation_sector_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('sector__in', ['', 'academic', 'civil-society', 'private', 'public'])), name='organisation_sector_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='organisation',
            name='organisation_type_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['', 'organisation', 'person', 'group', 'scheme'])), name='organisation_type_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='publication',
            name='publication_by_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('by__in', ['network', 'others'])), name='publication_by_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='ratinglevel',
            name='rating_level_common_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('common__in', ['', 'very-high', 'high', 'moderate', 'low', 'very-low', 'insufficient', 'not-rated'])), name='rating_level_common_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='ratinglevel',
            name='rating_level_direction_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['', 'beneficial', 'mixed', 'no-effect', 'harmful', 'insufficient', 'not-assessed'])), name='rating_level_direction_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='ratingscale',
            name='rating_scale_rates_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('rates__in', ['strength', 'impact', 'cost', 'recommendation'])), name='rating_scale_rates_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='ratingscale',
            name='rating_scale_form_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['', 'ladder', 'checklist', 'number', 'wording'])), name='rating_scale_form_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='one_main_figure_an_area',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'main')), fields=('policy_area',), name='one_main_figure_an_area', violation_error_message='A policy area can have only one main figure.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='spending_is_above_zero',
            constraint=models.CheckConstraint(condition=models.Q(('gbp_bn__gt', 0), ('gbp_bn', None), _connector='OR'), name='spending_is_above_zero', violation_error_message='The amount must be more than 0. Leave it empty if none is stated.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='spending_has_a_source',
            constraint=models.CheckConstraint(condition=models.Q(('gbp_bn', None), ('sources__len__gt', 0), _connector='OR'), name='spending_has_a_source', violation_error_message='An amount needs the page that states it.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='spending_role_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['main', 'part', 'context'])), name='spending_role_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='spending_confidence_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('confidence__in', ['', 'high', 'medium', 'low'])), name='spending_confidence_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='spending_nations_are_listed',
            constraint=models.CheckConstraint(condition=models.Q(('nations__contained_by', ['England', 'Wales', 'Scotland', 'Northern Ireland'])), name='spending_nations_are_listed', violation_error_message='Choose from the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='spending_read_on_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('read_on__in', ['', 'official', 'copy', 'news', 'other'])), name='spending_read_on_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='spendingfigure',
            name='spending_publication_has_a_name',
            constraint=models.CheckConstraint(condition=models.Q(('publication_url', ''), models.Q(('publication', ''), _negated=True), _connector='OR'), name='spending_publication_has_a_name', violation_error_message='Name the publication that the address leads to.'),
        ),
    ])]
