"""The network in Django admin, in the parts of centres.models."""

from . import centres, membership, network, ratings, spending  # noqa: F401  # each registers its pages
