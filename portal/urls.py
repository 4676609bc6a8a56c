"""The addresses of the portal. Those of a room are in its own urls.py."""

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.http import require_safe

from evidence.views import home

from . import sitemaps, views
from .page_cache import public_page

handler404 = "portal.views.not_found"
handler500 = "portal.outage.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("", include("centres.urls")),
    path("", include("evidence.urls")),
    path("accessibility/", views.statement, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", views.statement, {"name": "privacy"}, name="privacy"),
    path("cookies/", views.statement, {"name": "cookies"}, name="cookies"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        require_safe(public_page(sitemap)),
        {"sitemaps": sitemaps.SECTIONS},
        name="sitemap",
    ),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("favicon.ico", views.favicon),
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("admin/", admin.site.urls),
]
