"""Evidence in Django admin, a module for each part of the work."""

from . import editions, links, lists, log, summaries  # noqa: F401  # each registers its pages
