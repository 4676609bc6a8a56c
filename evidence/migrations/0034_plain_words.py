"""What constraints answer, and what some fields are called. Nothing changes in the database."""

import datetime
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from portal.state_alone import InStateAlone


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0005_plain_words'),
        ('evidence', '0033_words_in_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [InStateAlone([
        migrations.AlterField(
            model_name='approach',
            name='ended',
            field=models.CharField(blank=True, choices=[('retired', 'Retired'), ('merged', 'Merged into another')], editable=False, max_length=7, verbose_name='what became of it'),
        ),
        migrations.AlterField(
            model_name='audience',
            name='ended',
            field=models.CharField(blank=True, choices=[('retired', 'Retired'), ('merged', 'Merged into another')], editable=False, max_length=7, verbose_name='what became of it'),
        ),
        migrations.AlterField(
            model_name='kind',
            name='ended',
            field=models.CharField(blank=True, choices=[('retired', 'Retired'), ('merged', 'Merged into another')], editable=False, max_length=7, verbose_name='what became of it'),
        ),
        migrations.AlterField(
            model_name='kind',
            name='rests_on',
            field=models.CharField(choices=[('many-studies', 'Many studies'), ('one-programme', 'One programme'), ('one-study', 'One study')], default='many-studies', help_text='Where several summaries are about one thing, what rests on many studies comes first.', max_length=13, verbose_name='what it rests on'),
        ),
        migrations.AlterField(
            model_name='outcome',
            name='better_when',
            field=models.CharField(choices=[('higher', 'Higher is better'), ('lower', 'Lower is better')], max_length=6, verbose_name='which way is better'),
        ),
        migrations.AlterField(
            model_name='outcome',
            name='ended',
            field=models.CharField(blank=True, choices=[('retired', 'Retired'), ('merged', 'Merged into another')], editable=False, max_length=7, verbose_name='what became of it'),
        ),
        migrations.AlterField(
            model_name='setting',
            name='ended',
            field=models.CharField(blank=True, choices=[('retired', 'Retired'), ('merged', 'Merged into another')], editable=False, max_length=7, verbose_name='what became of it'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='ended',
            field=models.CharField(blank=True, choices=[('retired', 'Retired'), ('merged', 'Merged into another')], editable=False, max_length=7, verbose_name='what became of it'),
        ),
        migrations.AlterConstraint(
            model_name='approach',
            name='approach_ends_by_the_rules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('instead', None)), ('ended', 'retired'), models.Q(('ended', 'merged'), ('instead__isnull', False)), _connector='OR'), name='approach_ends_by_the_rules', violation_error_message='A merged row names the row that it was merged into, and a row in use names none.'),
        ),
        migrations.AlterConstraint(
            model_name='approach',
            name='approach_is_not_its_own_successor',
            constraint=models.CheckConstraint(condition=models.Q(('instead', None), models.Q(('instead', models.F('pk')), _negated=True), _connector='OR'), name='approach_is_not_its_own_successor', violation_error_message='A row cannot stand for itself: choose another one.'),
        ),
        migrations.AlterConstraint(
            model_name='audience',
            name='audience_ends_by_the_rules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('instead', None)), ('ended', 'retired'), models.Q(('ended', 'merged'), ('instead__isnull', False)), _connector='OR'), name='audience_ends_by_the_rules', violation_error_message='A merged row names the row that it was merged into, and a row in use names none.'),
        ),
        migrations.AlterConstraint(
            model_name='audience',
            name='audience_is_not_its_own_successor',
            constraint=models.CheckConstraint(condition=models.Q(('instead', None), models.Q(('instead', models.F('pk')), _negated=True), _connector='OR'), name='audience_is_not_its_own_successor', violation_error_message='A row cannot stand for itself: choose another one.'),
        ),
        migrations.AlterConstraint(
            model_name='comment',
            name='comment_is_by_a_person_or_of_a_fact_check',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', None), ('by__isnull', False)), models.Q(('answer__isnull', False), ('by', None)), _connector='OR'), name='comment_is_by_a_person_or_of_a_fact_check', violation_error_message='A comment is by a person or from a fact check, and not both.'),
        ),
        migrations.AlterConstraint(
            model_name='comment',
            name='only_a_fact_check_has_a_verdict',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'yes', 'no']), models.Q(('verdict', ''), ('answer__isnull', False), _connector='OR')), name='only_a_fact_check_has_a_verdict', violation_error_message='Only an answer to a fact check says “right” or “not right”.'),
        ),
        migrations.AlterConstraint(
            model_name='comment',
            name='comment_says_something',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('verdict', ''), _negated=True), _connector='OR'), name='comment_says_something', violation_error_message='Write a comment, or say whether it is right.'),
        ),
        migrations.AlterConstraint(
            model_name='comment',
            name='comment_is_not_too_long',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 5000), name='comment_is_not_too_long', violation_error_message='A comment must have 5,000 characters or fewer.'),
        ),
        migrations.AlterConstraint(
            model_name='comment',
            name='conversation_is_dealt_with_by_a_person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dealt_with_at', None), ('dealt_with_by', None)), models.Q(('dealt_with_at__isnull', False), ('dealt_with_by__isnull', False), ('reply_to', None)), _connector='OR'), name='conversation_is_dealt_with_by_a_person', violation_error_message='The first comment of a conversation says when it was dealt with, and by whom.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='one_published_edition_a_summary',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('summary',), name='one_published_edition_a_summary', violation_error_message='A summary can have only one published edition at a time.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='one_open_edition_a_summary',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'in-review', 'scheduled'])), fields=('summary',), name='one_open_edition_a_summary', violation_error_message='A summary can have only one draft at a time.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='edition_state_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in-review', 'scheduled', 'published', 'superseded', 'withdrawn'])), name='edition_state_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='direction_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['beneficial', 'mixed', 'no-effect', 'harmful', 'insufficient', 'not-assessed'])), name='direction_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='strength_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('strength__in', ['very-high', 'high', 'moderate', 'low', 'very-low', 'insufficient', 'not-rated'])), name='strength_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='cost_is_from_1_to_5',
            constraint=models.CheckConstraint(condition=models.Q(('cost', None), ('cost__range', (1, 5)), _connector='OR'), name='cost_is_from_1_to_5', violation_error_message='The cost must be a band from 1 to 5, or empty.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='strength_step_needs_its_scale',
            constraint=models.CheckConstraint(condition=models.Q(('strength_step', None), ('strength_scale__isnull', False), _connector='OR'), name='strength_step_needs_its_scale', violation_error_message='Choose the scale of the step of strength too.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='cost_step_needs_its_scale',
            constraint=models.CheckConstraint(condition=models.Q(('cost_step', None), ('cost_scale__isnull', False), _connector='OR'), name='cost_step_needs_its_scale', violation_error_message='Choose the scale of the step of cost too.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='age_groups_are_listed',
            constraint=models.CheckConstraint(condition=models.Q(('age_groups__contained_by', ['early-years', 'children', 'young-people', 'working-age', 'older-people'])), name='age_groups_are_listed', violation_error_message='Choose from the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='edition_has_title_text_and_source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('bottom_line', ''), _negated=True), models.Q(('source_url', ''), _negated=True)), name='edition_has_title_text_and_source', violation_error_message='Give the title, the bottom line and the centre’s page.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='published_edition_says_when',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('state__in', ['draft', 'in-review', 'scheduled'])), models.Q(('published_at__isnull', False), ('state__in', ['published', 'superseded', 'withdrawn'])), _connector='OR'), name='published_edition_says_when', violation_error_message='An edition has a time of publication once it is published, and not before.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='closed_edition_says_when',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ['superseded', 'withdrawn'])), models.Q(models.Q(('state__in', ['superseded', 'withdrawn']), _negated=True), ('closed_at', None)), _connector='OR'), name='closed_edition_says_when', violation_error_message='An edition has a time at which it ended once it is superseded or withdrawn, and not before.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='edition_made_before_published',
            constraint=models.CheckConstraint(condition=models.Q(('published_at', None), ('published_at__gte', models.F('created_at')), _connector='OR'), name='edition_made_before_published', violation_error_message='An edition cannot be published before it was made.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='edition_published_before_closed',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at', None), ('closed_at__gte', models.F('published_at')), _connector='OR'), name='edition_published_before_closed', violation_error_message='An edition cannot end before it was published.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='unreviewed_edition_has_no_approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['draft', 'in-review']), _negated=True), models.Q(('approved_by', None), ('emergency_by', None), ('publish_at', None)), _connector='OR'), name='unreviewed_edition_has_no_approval', violation_error_message='A draft or an edition in review has no approval and no time to go live.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='scheduled_edition_was_approved',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), models.Q(('approved_by__isnull', False), ('publish_at__isnull', False)), _connector='OR'), name='scheduled_edition_was_approved', violation_error_message='A scheduled edition was approved, and has a time to go live.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='emergency_has_a_reason',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('emergency_by', None), ('emergency_reason', '')), models.Q(('emergency_by__isnull', False), models.Q(('emergency_reason', ''), _negated=True)), _connector='OR'), name='emergency_has_a_reason', violation_error_message='A publication in an emergency says who did it and why.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='doubts_are_listed',
            constraint=models.CheckConstraint(condition=models.Q(('doubts__contained_by', ['other-body', 'our-reading', 'second-hand', 'copy', 'older-page', 'not-read', 'sources-differ'])), name='doubts_are_listed', violation_error_message='Choose from the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='reasons_for_missing_are_listed',
            constraint=models.CheckConstraint(condition=models.Q(('missing__contained_by', ['strength-none', 'strength-not-read', 'strength-not-applicable', 'effect-none', 'effect-not-read', 'effect-not-applicable', 'cost-none', 'cost-not-read', 'cost-not-applicable', 'studies-none', 'studies-not-read', 'studies-not-applicable', 'date-none', 'date-not-read', 'date-not-applicable', 'place-none', 'place-not-read', 'place-not-applicable'])), name='reasons_for_missing_are_listed', violation_error_message='Choose from the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='public_edition_was_approved',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in-review', 'scheduled']), ('approved_by__isnull', False), ('emergency_by__isnull', False), ('checked_by__isnull', False), models.Q(('edited_by', None), ('made_by', None), ('submitted_by', None)), _connector='OR'), name='public_edition_was_approved', violation_error_message='What somebody wrote is public only once approved, published in an emergency or checked.'),
        ),
        migrations.AlterConstraint(
            model_name='edition',
            name='check_is_public_and_has_a_review_date',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by', None), models.Q(('approved_by', None), ('emergency_by', None), ('review_due__isnull', False), ('state__in', ['published', 'superseded', 'withdrawn'])), _connector='OR'), name='check_is_public_and_has_a_review_date', violation_error_message='An edition that was only checked is public, and has a date of its next review.'),
        ),
        migrations.AlterConstraint(
            model_name='factcheck',
            name='fact_check_is_asked_by_a_person',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by__isnull', False)), name='fact_check_is_asked_by_a_person', violation_error_message='A fact check names who asked for it.'),
        ),
        migrations.AlterConstraint(
            model_name='factcheck',
            name='fact_check_ends_within_30_days',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('asked_at')), ('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('asked_at'), '+', models.Value(datetime.timedelta(days=30))))), name='fact_check_ends_within_30_days', violation_error_message='The link of a fact check must end within 30 days.'),
        ),
        migrations.AlterConstraint(
            model_name='factcheck',
            name='fact_check_ended_says_by_whom',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='fact_check_ended_says_by_whom', violation_error_message='A fact check that was ended says when and by whom.'),
        ),
        migrations.AlterConstraint(
            model_name='finding',
            name='finding_direction_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['beneficial', 'mixed', 'no-effect', 'harmful', 'insufficient', 'not-assessed'])), name='finding_direction_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='kind',
            name='kind_rests_on_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('rests_on__in', ['many-studies', 'one-programme', 'one-study'])), name='kind_rests_on_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='kind',
            name='kind_review_is_above_zero',
            constraint=models.CheckConstraint(condition=models.Q(('review_months__gt', 0)), name='kind_review_is_above_zero', violation_error_message='The months until a review must be more than 0.'),
        ),
        migrations.AlterConstraint(
            model_name='kind',
            name='kind_ends_by_the_rules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('instead', None)), ('ended', 'retired'), models.Q(('ended', 'merged'), ('instead__isnull', False)), _connector='OR'), name='kind_ends_by_the_rules', violation_error_message='A merged row names the row that it was merged into, and a row in use names none.'),
        ),
        migrations.AlterConstraint(
            model_name='kind',
            name='kind_is_not_its_own_successor',
            constraint=models.CheckConstraint(condition=models.Q(('instead', None), models.Q(('instead', models.F('pk')), _negated=True), _connector='OR'), name='kind_is_not_its_own_successor', violation_error_message='A row cannot stand for itself: choose another one.'),
        ),
        migrations.AlterConstraint(
            model_name='linkcheck',
            name='link_outcome_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['answers', 'moved', 'gone', 'fails', 'refuses', 'not-asked'])), name='link_outcome_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='linkcheck',
            name='moved_link_says_where_to',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'moved'), models.Q(('final_url', ''), _negated=True)), models.Q(models.Q(('outcome', 'moved'), _negated=True), ('final_url', '')), _connector='OR'), name='moved_link_says_where_to', violation_error_message='A link that has moved has a new address, and no other one does.'),
        ),
        migrations.AlterConstraint(
            model_name='linkcheck',
            name='broken_link_says_since_when',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failures__gt', 0), ('first_failed_at__isnull', False), ('first_failed_at__lte', models.F('checked_at')), ('outcome__in', ['gone', 'fails'])), models.Q(models.Q(('outcome__in', ['gone', 'fails']), _negated=True), ('failures', 0), ('first_failed_at', None)), _connector='OR'), name='broken_link_says_since_when', violation_error_message='A link that fails says since when and how often, and no other one does.'),
        ),
        migrations.AlterConstraint(
            model_name='listchange',
            name='list_change_of_a_person_has_a_reason',
            constraint=models.CheckConstraint(condition=models.Q(('by', None), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('role', ''), _negated=True)), _connector='OR'), name='list_change_of_a_person_has_a_reason', violation_error_message='Say why you change it.'),
        ),
        migrations.AlterConstraint(
            model_name='listchange',
            name='list_change_is_decided_by_another_person',
            constraint=models.CheckConstraint(condition=models.Q(('decided_at', None), ('state', 'withdrawn'), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('by')), _negated=True)), _connector='OR'), name='list_change_is_decided_by_another_person', violation_error_message='Somebody other than the person who proposed a change decides on it.'),
        ),
        migrations.AlterConstraint(
            model_name='listchange',
            name='one_proposed_change_a_row',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('list_name', 'row_id'), name='one_proposed_change_a_row', violation_error_message='A change of this row waits for approval already.'),
        ),
        migrations.AlterConstraint(
            model_name='outcome',
            name='outcome_better_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('better_when__in', ['higher', 'lower'])), name='outcome_better_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='outcome',
            name='outcome_domain_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('domain__in', ['education', 'crime', 'health', 'wellbeing', 'family', 'housing', 'work', 'economy', 'money', 'services'])), name='outcome_domain_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='outcome',
            name='outcome_ends_by_the_rules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('instead', None)), ('ended', 'retired'), models.Q(('ended', 'merged'), ('instead__isnull', False)), _connector='OR'), name='outcome_ends_by_the_rules', violation_error_message='A merged row names the row that it was merged into, and a row in use names none.'),
        ),
        migrations.AlterConstraint(
            model_name='outcome',
            name='outcome_is_not_its_own_successor',
            constraint=models.CheckConstraint(condition=models.Q(('instead', None), models.Q(('instead', models.F('pk')), _negated=True), _connector='OR'), name='outcome_is_not_its_own_successor', violation_error_message='A row cannot stand for itself: choose another one.'),
        ),
        migrations.AlterConstraint(
            model_name='plannedwithdrawal',
            name='planned_withdrawal_has_a_reason',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='planned_withdrawal_has_a_reason', violation_error_message='Say why it is to be withdrawn.'),
        ),
        migrations.AlterConstraint(
            model_name='plannedwithdrawal',
            name='planned_withdrawal_is_not_for_itself',
            constraint=models.CheckConstraint(condition=models.Q(('replaced_by', None), models.Q(('replaced_by', models.F('summary')), _negated=True), _connector='OR'), name='planned_withdrawal_is_not_for_itself', violation_error_message='Choose another summary to read instead.'),
        ),
        migrations.AlterConstraint(
            model_name='productrule',
            name='product_rule_value_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('field__in', ['strength', 'effect', 'cost', 'studies', 'date', 'place'])), name='product_rule_value_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='productrule',
            name='product_rule_given_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('given__in', ['every', 'some', 'never', 'unknown'])), name='product_rule_given_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='productrule',
            name='product_rule_basis_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['page-rule', 'page-example', 'entries'])), name='product_rule_basis_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='productrule',
            name='product_rule_if_missing_is_listed',
            constraint=models.CheckConstraint(condition=models.Q(('if_missing__in', ['', 'none', 'not-read', 'not-applicable'])), name='product_rule_if_missing_is_listed', violation_error_message='Choose one of the values that the list offers.'),
        ),
        migrations.AlterConstraint(
            model_name='setting',
            name='setting_ends_by_the_rules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('instead', None)), ('ended', 'retired'), models.Q(('ended', 'merged'), ('instead__isnull', False)), _connector='OR'), name='setting_ends_by_the_rules', violation_error_message='A merged row names the row that it was merged into, and a row in use names none.'),
        ),
        migrations.AlterConstraint(
            model_name='setting',
            name='setting_is_not_its_own_successor',
            constraint=models.CheckConstraint(condition=models.Q(('instead', None), models.Q(('instead', models.F('pk')), _negated=True), _connector='OR'), name='setting_is_not_its_own_successor', violation_error_message='A row cannot stand for itself: choose another one.'),
        ),
        migrations.AlterConstraint(
            model_name='source',
            name='source_has_an_address',
            constraint=models.CheckConstraint(condition=models.Q(('url', ''), _negated=True), name='source_has_an_address', violation_error_message='Give the address of the page.'),
        ),
        migrations.AlterConstraint(
            model_name='summary',
            name='withdrawn_summary_has_a_reason',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='withdrawn_summary_has_a_reason', violation_error_message='A withdrawn summary says why, and no other one does.'),
        ),
        migrations.AlterConstraint(
            model_name='summary',
            name='only_withdrawn_summaries_are_replaced',
            constraint=models.CheckConstraint(condition=models.Q(('replaced_by', None), models.Q(('withdrawn_at__isnull', False), models.Q(('replaced_by', models.F('pk')), _negated=True)), _connector='OR'), name='only_withdrawn_summaries_are_replaced', violation_error_message='Only a withdrawn summary names another to read instead, and never itself.'),
        ),
        migrations.AlterConstraint(
            model_name='topic',
            name='topic_ends_by_the_rules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended', ''), ('instead', None)), ('ended', 'retired'), models.Q(('ended', 'merged'), ('instead__isnull', False)), _connector='OR'), name='topic_ends_by_the_rules', violation_error_message='A merged row names the row that it was merged into, and a row in use names none.'),
        ),
        migrations.AlterConstraint(
            model_name='topic',
            name='topic_is_not_its_own_successor',
            constraint=models.CheckConstraint(condition=models.Q(('instead', None), models.Q(('instead', models.F('pk')), _negated=True), _connector='OR'), name='topic_is_not_its_own_successor', violation_error_message='A row cannot stand for itself: choose another one.'),
        ),
    ])]
