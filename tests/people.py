"""People with roles, made as an administrator makes them."""

from django.contrib.auth.models import Group, User

from centres.models import Centre, Membership

ROLES = ["Centre editor", "Secretariat editor", "Publisher", "Auditor", "Administrator"]


def make_person(name: str, *roles: str, centre: Centre | None = None, email: str = "") -> User:
    """Make a person with these roles, who may work for a centre."""
    person = User.objects.create_user(name, email, is_staff=True)
    person.groups.set(Group.objects.filter(name__in=roles))
    assert person.groups.count() == len(roles)
    if centre:
        Membership.objects.create(user=person, centre=centre)
    return person
