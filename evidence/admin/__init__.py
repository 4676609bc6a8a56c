"""Evidence in Django admin, a module for each part of the work."""

from evidence.editorial.dashboard import dashboard_context
from evidence.editorial.reminders import unreached_context
from portal.accounts.admin_site import add_to_first_page

from . import (  # noqa: F401  # each registers its pages
    approaches,
    editions,
    links,
    list_changes,
    log,
    membership,
    network_lists,
    products,
    summaries,
    synonyms,
    vocabulary,
)

add_to_first_page(dashboard_context)
add_to_first_page(unreached_context)
