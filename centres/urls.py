"""Addresses of the network's pages."""

from django.urls import path

from . import views

app_name = "centres"

urlpatterns = [
    path("centres/", views.centre_list, name="centre-list"),
    path("centres/<slug:slug>/", views.centre, name="centre"),
    path("policy-areas/", views.policy_area_list, name="policy-area-list"),
    path("policy-areas/<slug:slug>/", views.policy_area, name="policy-area"),
    path("ratings/", views.ratings, name="ratings"),
    path("network/", views.network, name="network"),
]
