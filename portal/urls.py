"""Every address of the portal, by room."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("centres.urls")),
    path("", include("evidence.urls")),
    path("admin/", admin.site.urls),
]
