"""The addresses of the portal. Those of a room are in its own urls.py."""

from django.contrib import admin
from django.urls import include, path

from evidence.views import home

from . import sitemaps, views

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
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.sitemap_of_pages, name="sitemap-of-pages"),
    path("sitemap-<int:number>.xml", sitemaps.sitemap_of_summaries, name="sitemap-of-summaries"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("favicon.ico", views.favicon),
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("admin/", admin.site.urls),
]
