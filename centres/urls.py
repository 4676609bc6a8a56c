from django.http import HttpResponse
from django.urls import path

app_name = "centres"
v = lambda r, **k: HttpResponse("")
urlpatterns = [
    path("centres/", v, name="centre-list"),
    path("centres/<slug:slug>/", v, name="centre"),
    path("policy-areas/", v, name="policy-area-list"),
    path("policy-areas/<slug:slug>/", v, name="policy-area"),
    path("ratings/", v, name="ratings"),
    path("network/", v, name="network"),
]
