"""The only code that changes the state of an edition. Admin, commands and tests all use it.

draft -> in review -> (scheduled ->) published -> superseded or withdrawn. An edition that is sent back is a draft again. The
database refuses every other change of state (see evidence.models.rules).

`by` is the person who acts. Without one it is the system, as when the shipped data set is loaded, and the system publishes only
editions that no person has changed. People publish with `approve`, and nobody approves what they submitted or were the last to
edit. The caller checks what a person may do at all; these modules and the database check that the approver is another person.

Every action is one transaction and takes keyword arguments only. If it is not possible, it raises an ActionError with a message
that says why. Times are those of the database's clock.
"""

from .comments import comment, deal_with
from .confirmations import (
    CONFIRMED,
    OWN_CENTRE,
    UNCONFIRMED,
    confirm_figures,
    in_doubt,
    take_back_confirmation,
)
from .drafts import (
    assign,
    begin,
    discard,
    make_drafts,
    open_edition,
    record_edit,
    rewrite_drafts,
    write,
)
from .errors import (
    ActionError,
    AddressTaken,
    AlreadyOpen,
    Incomplete,
    NotOfTheCentre,
    SamePerson,
    Stale,
    WrongState,
)
from .fact_checks import (
    Said,
    answer_fact_check,
    ask_for_fact_check,
    end_fact_check,
    forget_names,
    why_over,
)
from .publishing import (
    FOUR_EYES,
    UNSUBMITTED,
    approve,
    approve_afterwards,
    confirm,
    has_other_level,
    may_not_approve,
    publish,
    publish_due,
    publish_first_editions,
    publish_in_emergency,
    schedule,
)
from .review import (
    LEVEL_ACTION,
    have_retired,
    lacks_rows,
    lacks_wording,
    send_back,
    submit,
    take_back,
    wrong_level,
    wrong_next_review_day,
    wrong_review_day,
)
from .shared import STALE, WHO_HAS_IT, has_it_open, in_words, lock_all
from .source_pages import WHY_NOT, seen_changes, settle_page_changes
from .withdrawals import NOT_ITSELF, cancel_withdrawal, plan_withdrawal, withdraw, withdraw_due

__all__ = [
    "CONFIRMED",
    "FOUR_EYES",
    "LEVEL_ACTION",
    "NOT_ITSELF",
    "OWN_CENTRE",
    "STALE",
    "UNCONFIRMED",
    "UNSUBMITTED",
    "WHO_HAS_IT",
    "WHY_NOT",
    "ActionError",
    "AddressTaken",
    "AlreadyOpen",
    "Incomplete",
    "NotOfTheCentre",
    "Said",
    "SamePerson",
    "Stale",
    "WrongState",
    "answer_fact_check",
    "approve",
    "approve_afterwards",
    "ask_for_fact_check",
    "assign",
    "begin",
    "cancel_withdrawal",
    "comment",
    "confirm",
    "confirm_figures",
    "deal_with",
    "discard",
    "end_fact_check",
    "forget_names",
    "has_it_open",
    "has_other_level",
    "have_retired",
    "in_doubt",
    "in_words",
    "lacks_rows",
    "lacks_wording",
    "lock_all",
    "make_drafts",
    "may_not_approve",
    "open_edition",
    "plan_withdrawal",
    "publish",
    "publish_due",
    "publish_first_editions",
    "publish_in_emergency",
    "record_edit",
    "rewrite_drafts",
    "schedule",
    "seen_changes",
    "send_back",
    "settle_page_changes",
    "submit",
    "take_back",
    "take_back_confirmation",
    "why_over",
    "withdraw",
    "withdraw_due",
    "write",
    "wrong_level",
    "wrong_next_review_day",
    "wrong_review_day",
]
