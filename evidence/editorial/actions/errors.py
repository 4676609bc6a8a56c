"""Why an action is not possible now."""


class ActionError(Exception):
    """The action is not possible now. The message says why, to the person who tried it."""


class WrongState(ActionError):
    """The edition or summary is not in a state that allows the action."""


class AlreadyOpen(ActionError):
    """A summary can have only one open edition."""


class AddressTaken(ActionError):
    """Another summary has the address."""


class SamePerson(ActionError):
    """The approver must be another person."""


class NotOfTheCentre(ActionError):
    """Only an editor of the centre itself may do it."""


class Stale(ActionError):
    """The content has changed since the person looked at it."""


class Incomplete(ActionError):
    """Something required is missing, or contradicts something else."""
