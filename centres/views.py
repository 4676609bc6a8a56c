"""The network's members, their fields and money, their rating scales, and its history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.former_addresses import redirects_former
from portal.page_cache import public_page
from portal.rows import row_or_404

from . import pages
from .models import Centre, PolicyArea
from .published import current_network


@require_safe
@public_page
def centre_list(request: HttpRequest) -> HttpResponse:
    """List the members of today by status, and those of the past with why they left."""
    return render(request, "centres/centre_list.html", pages.centre_list_context())


@require_safe
@redirects_former(Centre, lambda: current_network().centres)
@public_page
def centre(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one member: what it does, who runs it and pays for it, how it rates, its evidence."""
    centre = row_or_404(current_network().centres, slug)
    return render(request, "centres/centre.html", pages.centre_context(centre))


@require_safe
@public_page
def policy_area_list(request: HttpRequest) -> HttpResponse:
    """Show the policy areas and what is spent on them."""
    return render(request, "centres/policy_area_list.html", pages.policy_area_list_context())


@require_safe
@redirects_former(PolicyArea, lambda: current_network().policy_areas)
@public_page
def policy_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one policy area: its figures, its centres and its evidence."""
    area = row_or_404(current_network().policy_areas, slug)
    return render(request, "centres/policy_area.html", pages.policy_area_context(area))


@require_safe
@public_page
def ratings(request: HttpRequest) -> HttpResponse:
    """Show every scale of every centre, and the rule that maps it to the common one."""
    return render(request, "centres/ratings.html", pages.ratings_context())


@require_safe
@public_page
def network(request: HttpRequest) -> HttpResponse:
    """Show what the network is, its history, its totals and publications."""
    context = pages.network_context(request.GET.getlist("kind"))
    return render(request, "centres/network.html", context)
