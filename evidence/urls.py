"""Addresses of the evidence."""

from django.urls import path

from . import views
from .fact_checks import views as fact_checks

app_name = "evidence"

urlpatterns = [
    path("evidence/", views.find, name="find"),
    path("evidence.json", views.find_json, name="find-json"),
    path("evidence.csv", views.find_csv, name="find-csv"),
    path("evidence.docx", views.find_docx, name="find-docx"),
    path("evidence/preview/<str:token>/", views.preview, name="preview"),
    path("fact-check/<str:token>/", fact_checks.fact_check, name="fact-check"),
    path("fact-check/<str:token>/page/", fact_checks.fact_check_page, name="fact-check-page"),
    path("compare/", views.compare, name="compare"),
    path("compare.docx", views.compare_docx, name="compare-docx"),
    path("compare/paper/", views.compare_paper, name="compare-paper"),
    path("map/", views.gap_map, name="map"),
    path("map.csv", views.gap_map_csv, name="map-csv"),
    path("coverage/", views.coverage, name="coverage"),
    path("coverage.csv", views.coverage_csv, name="coverage-csv"),
    path("coverage/<slug:slug>/", views.product, name="product"),
    path("suggest", views.suggestions, name="suggest"),
    path("evidence/<slug:slug>/", views.summary, name="summary"),
    path("evidence/<slug:slug>/history/", views.history, name="history"),
    path("evidence/<slug:slug>/history/<int:number>/", views.edition, name="edition"),
    path("approaches/", views.approach_list, name="approach-list"),
    path("approaches/<slug:slug>/", views.approach, name="approach"),
    path("topics/", views.topic_list, name="topic-list"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("for/", views.audience_list, name="audience-list"),
    path("for/<slug:slug>/", views.audience, name="audience"),
]
