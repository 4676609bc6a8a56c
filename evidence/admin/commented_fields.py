"""What the review page shows of each field: what an edition says, what changes, and what people say about it."""

from dataclasses import dataclass

from evidence.editorial.comments import (
    NAMES,
    WHOLE,
    WHOLE_LABEL,
    Conversation,
    Conversations,
    anchor_of,
    field_label,
    seen_of,
)
from evidence.editorial.diff import Change
from evidence.models import Edition
from evidence.models.content_fields import in_page_order, lack_in, lines_of


@dataclass(frozen=True)
class CommentedField:
    """One field of an edition, or the edition as a whole. `change` is what differs from another edition, if anything does."""

    name: str
    label: str
    lines: list[str]
    conversations: list[Conversation]
    seen: str
    change: Change | None = None

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return anchor_of(self.name)

    @property
    def lack(self) -> str:
        """What to say where there are no lines."""
        return lack_in(self.name)

    @property
    def takes_comments(self) -> bool:
        """Whether people can comment on it: not on the review date, which is no content."""
        return self.name in {WHOLE, *NAMES}


class CommentedFields:
    """The fields of an edition: those that `changes` names, all others, and the edition as a whole."""

    def __init__(
        self, edition: Edition, conversations: Conversations, changes: list[Change]
    ) -> None:
        self._edition, self._conversations = edition, conversations
        changed = {change.field for change in changes}
        self.changed = [self._field(change.field, change.label, change) for change in changes]
        names = [one.name for one in in_page_order() if one.name not in changed]
        self.others = [self._field(name, field_label(name)) for name in names]
        self.whole = self._field(WHOLE, WHOLE_LABEL)

    @property
    def others_are_discussed(self) -> bool:
        """Whether there is an open comment on a field that does not change."""
        return any(one.first.is_open for field in self.others for one in field.conversations)

    @property
    def any_comment(self) -> bool:
        """Whether anybody has said anything."""
        fields = [*self.changed, *self.others, self.whole]
        return any(field.conversations for field in fields)

    def _field(self, name: str, label: str, change: Change | None = None) -> CommentedField:
        lines = lines_of(self._edition, name) if name else []
        seen = seen_of(self._edition, name)
        return CommentedField(name, label, lines, self._conversations.on(name), seen, change)
