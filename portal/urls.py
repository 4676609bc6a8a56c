"""Every address of the portal, by room."""

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("centres.urls")),
    path("", include("evidence.urls")),
    path("accessibility/", views.statement, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", views.statement, {"name": "privacy"}, name="privacy"),
    path("cookies/", views.statement, {"name": "cookies"}, name="cookies"),
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("admin/", admin.site.urls),
]
