"""Changes of the lists that editors keep: proposed by one person, made by another, and kept as the history of the lists."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from portal import guards
from portal.content_version import ContentModel

from .fields import person

# What a decision about a proposal writes. A new row has its key only once it is made.
DECISION = "{state,row_id,comment,decided_at,decided_by_id,decided_role}"


class ListChangeQuerySet(models.QuerySet["ListChange"]):
    """Changes by what became of them."""

    def made(self) -> "ListChangeQuerySet":
        """Return the history: what was changed, in the order of time, with `made_at`."""
        made = self.filter(state=ListChange.State.MADE)
        return made.annotate(made_at=Coalesce("decided_at", "at")).order_by("made_at", "pk")

    def proposed(self) -> "ListChangeQuerySet":
        """Return what waits for a second person, the oldest first."""
        return self.filter(state=ListChange.State.PROPOSED).order_by("at", "pk")


class ListChange(ContentModel):
    """One change of one row of a list. The database refuses to change or remove what was made.

    What the row said is what its entry in the files of data/ would say. The public reads the reason and the roles, and
    never who it was.
    """

    class List(models.TextChoices):
        APPROACH = "approach", "Approaches"
        TOPIC = "topic", "Topics"
        AUDIENCE = "audience", "Audiences"
        SETTING = "setting", "Settings"
        KIND = "kind", "Kinds"
        OUTCOME = "outcome", "Outcomes"
        SYNONYMS = "synonyms", "Synonyms"
        COMMON_LEVEL = "common-level", "Common levels"
        RATING_SCALE = "rating-scale", "Rating scales"
        NETWORK_TOTAL = "network-total", "Network totals"
        MEMBERSHIP_VALUE = "membership-value", "Membership values"
        CENTRE = "centre", "Centres"
        NETWORK_EVENT = "network-event", "Network events"
        NETWORK_STATEMENT = "network-statement", "Network statements"
        POLICY_AREA = "policy-area", "Policy areas and their spending"
        PRODUCT_LINE = "product-line", "Product lines"
        ORGANISATION = "organisation", "Organisations"
        RATING_REFERENCE = "rating-reference", "Rating references"
        PUBLICATION = "publication", "Publications"
        NETWORK_FUNCTION = "network-function", "Network functions"
        NETWORK_SOURCE = "network-source", "Network sources"
        NETWORK_AUDIENCE = "network-audience", "Network audiences"
        NETWORK_NOTE = "network-note", "Network notes"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        MADE = "made", "Made"
        SENT_BACK = "sent-back", "Sent back"
        WITHDRAWN = "withdrawn", "Taken back"

    at = models.DateTimeField("when", auto_now_add=True)
    list_name = models.CharField("list", max_length=20, choices=List)
    row_id = models.BigIntegerField("key of the row", null=True)
    before = models.JSONField(
        null=True, help_text="What it said before; empty if nothing is known of that."
    )
    after = models.JSONField(null=True, help_text="What it says since; empty if it was deleted.")
    reason = models.TextField(blank=True)
    by = person("who")
    role = models.CharField(max_length=150, blank=True, help_text="Of the person, at that time.")
    state = models.CharField(max_length=10, choices=State, default=State.MADE)
    decided_at = models.DateTimeField("decided", null=True, editable=False)
    decided_by = person("who decided")
    decided_role = models.CharField(max_length=150, blank=True)
    comment = models.TextField(blank=True, help_text="Why it was sent back.")
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="parts",
        help_text="The change of another row that this one is decided with.",
    )

    objects = ListChangeQuerySet.as_manager()

    class Meta(ContentModel.Meta):
        ordering = ["-pk"]
        verbose_name = "change of a list"
        verbose_name_plural = "changes of lists"
        permissions = [("decide_listchange", "Can approve or send back changes of lists")]
        constraints = [
            models.CheckConstraint(
                condition=Q(by=None) | ~Q(reason="") & ~Q(role=""),
                name="list_change_of_a_person_has_a_reason",
                violation_error_message="Say why you change it.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None)
                | Q(state="withdrawn")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("by")),
                name="list_change_is_decided_by_another_person",
                violation_error_message="Somebody other than the person who proposed a change decides on it.",
            ),
            models.UniqueConstraint(
                fields=["list_name", "row_id"],
                condition=Q(state="proposed"),
                name="one_proposed_change_a_row",
                violation_error_message="A change of this row waits for approval already.",
            ),
        ]
        triggers = [
            *ContentModel.Meta.triggers,
            guards.Guard(
                name="list_change_is_of_its_moment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF TG_OP = 'INSERT' THEN NEW.at = clock_timestamp();
                    ELSIF NEW.state <> OLD.state THEN NEW.decided_at = clock_timestamp();
                    END IF;
                    RETURN NEW;
                """,
            ),
            guards.OwnerOnly(
                name="only_the_owner_keeps_for_the_system",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.by_id IS NULL"),
                refusal="a change of a list names who proposed it",
            ),
            guards.Protect(
                name="list_change_begins_as_a_proposal",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.by_id IS NOT NULL AND NEW.state <> 'proposed'"),
            ),
            guards.FSM(
                name="list_change_moves_by_the_rules",
                field="state",
                transitions=[
                    ("proposed", "made"),
                    ("proposed", "sent-back"),
                    ("proposed", "withdrawn"),
                    ("sent-back", "withdrawn"),
                ],
            ),
            guards.Protect(
                name="list_change_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('made', 'withdrawn') AND OLD.* IS DISTINCT FROM NEW.*"
                    f" OR to_jsonb(OLD) - '{DECISION}'::text[]"
                    f" IS DISTINCT FROM to_jsonb(NEW) - '{DECISION}'::text[]"
                ),
            ),
            # All rows of one statement are there when it asks, so a whole and its parts are decided in one.
            guards.Guard(
                name="parts_of_a_list_change_go_with_it",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.by_id IS NOT NULL"),
                func="""
                    IF EXISTS (
                        SELECT FROM evidence_listchange AS part
                        JOIN evidence_listchange AS whole ON whole.id = part.part_of_id
                        WHERE (part.id = NEW.id OR part.part_of_id = NEW.id) AND (
                            whole.part_of_id IS NOT NULL
                            OR (part.state, part.by_id, part.decided_by_id)
                            IS DISTINCT FROM (whole.state, whole.by_id, whole.decided_by_id)
                        )
                    ) THEN RAISE EXCEPTION 'the parts of a change are decided with it'; END IF;
                    RETURN NULL;
                """,
            ),
            guards.Protect(name="list_change_is_kept", operation=pgtrigger.Delete),
            guards.NeverEmptied(name="list_changes_are_never_emptied"),
        ]

    def __str__(self) -> str:
        return f"{self.get_list_name_display()}: {self.name}"

    @property
    def name(self) -> str:
        """What the row is called, by the later of its states."""
        said = self.after or self.before or {}
        keys = ("label", "name", "title", "from", "id", "slug")
        name = next((said[key] for key in keys if said.get(key)), "")
        return ", ".join(name) if isinstance(name, list) else str(name)
