"""The kinds of mail about editions, and what of each still concerns a person when it is sent."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from evidence.models import Comment, Edition, centres_of
from portal.mail.kinds import Kind, When, having, register
from portal.mail.outbox import name_of

State = Edition.State
STILL_TO_APPROVE = "Somebody who neither wrote nor submitted it must still approve it."


def _editions(*states: str) -> Callable[[User, set[int]], set[int]]:
    """Return what says which editions somebody may still see, in these states if any are given."""

    def current(person: User, keys: set[int]) -> set[int]:
        rows = Edition.objects.for_person(person).filter(pk__in=keys)
        return set((rows.filter(state__in=states) if states else rows).values_list("pk", flat=True))

    return current


def _assigned(person: User, keys: set[int]) -> set[int]:
    """Return the drafts that are still theirs to go on with."""
    mine = Edition.objects.for_person(person).filter(state=State.DRAFT, assigned_to=person)
    return set(mine.filter(pk__in=keys).values_list("pk", flat=True))


def _approved_since(keys: set[int]) -> dict[int, str]:
    """Say of editions that were published in an emergency whether somebody has approved them, or still has to."""
    editions = Edition.objects.filter(pk__in=keys)
    waiting = dict.fromkeys(editions.unapproved().values_list("pk", flat=True), STILL_TO_APPROVE)
    approved = editions.exclude(approved_by=None).select_related("approved_by")
    return waiting | {
        one.pk: f"{name_of(one.approved_by)} has approved it since." for one in approved
    }


def _comments(person: User, keys: set[int]) -> set[int]:
    """Return the comments of conversations that nobody has dealt with, on open editions that somebody may still see."""
    mine = Edition.objects.for_person(person).open()
    its_edition = mine.filter(summary=OuterRef("summary"), number=OuterRef("edition_number"))
    comments = Comment.objects.filter(Exists(its_edition), pk__in=keys)
    waiting = comments.filter(dealt_with_at=None, reply_to__dealt_with_at=None)
    return set(waiting.values_list("pk", flat=True))


def _centres(person: User, keys: set[int]) -> set[int]:
    return set(centres_of(person).filter(pk__in=keys).values_list("pk", flat=True))


WRITES, APPROVES = "evidence.change_edition", "evidence.approve_edition"


def is_secretariat(person: User) -> bool:
    """Say whether somebody writes for all centres."""
    return person.has_perms(["evidence.all_centres", WRITES])


REVIEW = Kind(
    "review", "Editions that wait for review", "editions to review",
    "you may approve what others wrote", having(APPROVES), When.AT_ONCE, _editions(State.IN_REVIEW), latest=True,
)  # fmt: skip
SENT_BACK = Kind(
    "sent-back", "Drafts that are sent back to you", "drafts sent back",
    "you wrote, submitted or have a draft that was sent back",
    having(WRITES), When.AT_ONCE, _editions(State.DRAFT),
)  # fmt: skip
TAKEN_BACK = Kind(
    "taken-back", "Editions that are taken back before they were reviewed", "editions taken back",
    "you were asked to review what was taken back, or wrote it",
    having(APPROVES, WRITES), When.AT_ONCE, _editions(State.DRAFT), latest=True,
)  # fmt: skip
ASSIGNED = Kind(
    "assigned", "Drafts that are assigned to you", "drafts assigned to you",
    "a draft was assigned to you", having(WRITES), When.AT_ONCE, _assigned, latest=True,
)  # fmt: skip
COMMENTED = Kind(
    "comment", "Comments on drafts that concern you, and replies", "comments on drafts",
    "you wrote, submitted or have a draft that somebody commented on, or commented there before",
    having("evidence.view_edition"), When.AT_ONCE, _comments,
)  # fmt: skip
ANSWERED = Kind(
    "fact-check", "Fact checks that you asked for are answered", "fact checks answered",
    "you asked for a fact check", having(WRITES), When.DAILY, _editions(*Edition.OPEN),
)  # fmt: skip
REVIEWS_DUE = Kind(
    "reviews-due", "Reviews that are due at your centres, once a week", "centres with reviews due",
    "you write for a centre whose summaries are due for review", having(WRITES), When.AT_ONCE, _centres,
)  # fmt: skip
PAGES_CHANGED = Kind(
    "pages-changed", "Source pages of your centres that have changed",
    "centres with source pages that have changed",
    "you write for a centre with summaries whose source pages have changed",
    having(WRITES), When.DAILY, _centres,
)  # fmt: skip
UNREACHED = Kind(
    "unreached", "Centres whose editors get no mail", "centres whose editors get no mail",
    "you look after the summaries of all centres",
    is_secretariat, When.AT_ONCE, _centres,
)  # fmt: skip
DECIDED = Kind(
    "decided", "What you wrote or submitted is approved, scheduled or published",
    "editions approved, scheduled or published", "you wrote or submitted what was decided on",
    having(WRITES), When.DAILY, _editions(),
)  # fmt: skip
WITHDRAWN = Kind(
    "withdrawn", "Withdrawals, of what you wrote or at your centres", "withdrawals",
    "you wrote what is withdrawn, or write for its centre", having(WRITES), When.DAILY, _editions(),
)  # fmt: skip
CONFIRMATION = Kind(
    "confirmation", "Confirmations in the name of your centres, and their loss", "confirmations by the centre",
    "you write for a centre that confirmed figures, or look after those of all centres",
    having(WRITES), When.DAILY, _editions(),
)  # fmt: skip
EMERGENCY = Kind(
    "emergency", "Publications in an emergency, without approval",
    "editions published in an emergency",
    "you approve or write evidence summaries, and this was published without approval",
    having(APPROVES, WRITES), When.AT_ONCE, _editions(), always=True,
    stands=_approved_since,
)  # fmt: skip
register(
    REVIEW, TAKEN_BACK, SENT_BACK, ASSIGNED, COMMENTED, REVIEWS_DUE, UNREACHED, PAGES_CHANGED, DECIDED, ANSWERED, WITHDRAWN,
    CONFIRMATION, EMERGENCY,
)  # fmt: skip
