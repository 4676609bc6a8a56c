"""The address that is suggested for a new summary."""

from django.utils.text import slugify

from centres.models import Centre

from ..models import Summary

LONGEST = 60  # characters; an address of a hundred is allowed, and nobody reads it out


def suggested_address(centre: Centre, title: str) -> str:
    """Return a free address made of the centre and the title, such as "eef-one-to-one-tuition"."""
    whole = f"{centre.slug}-{slugify(title)}".strip("-").replace("_", "-")
    if len(whole) > LONGEST:
        whole = whole[: LONGEST + 1].rpartition("-")[0] or whole[:LONGEST]
    taken = set(Summary.objects.filter(slug__startswith=whole).values_list("slug", flat=True))
    numbered = (f"{whole}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (whole, *numbered) if one not in taken)
