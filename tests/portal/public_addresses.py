"""Every address that the public can ask for, on the shipped data set with something of every kind in it."""

from django.test import Client

from centres.models import Centre, PolicyArea
from evidence.editorial import actions
from evidence.models import Approach, Audience, Edition, Summary, Topic
from tests.factories import make_draft, publish_draft
from tests.reading_sitemap import addresses_in_sitemap

FILES = [
    *("/robots.txt", "/.well-known/security.txt"),
    *("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-1.xml"),
]
LISTS = [
    "",
    "?page=2",
    "?sort=newest",
    "?sort=strength&page=3",
    "?sort=title",
    "?sort=-cost&view=table",
    "?outcome=debt&outcome_effect=harmful&strength_at_least=low&view=table",
    "?policy_area=crime-reduction&strength=high&strength=very-high",
    "?audience=headteachers&impact=harmful",
    "?cost=not-stated&age_group=children&updated=2",
    "?strength=nonsense&centre=yef",
    "?strength=very-high&cost=5&impact=harmful",
    "?view=picture&q=mentoring",
    "?q=mentoring",
    "?q=peple+who+slep+rough&sort=newest",
    "?q=%22rough+sleeping%22+-hostels+OR+school&centre=chi",
    "?q=eef",
    "?q=zzqq",
    "?q=zzqq&exact=zzqq",
]
MAPS = [
    "?policy_area=homelessness",
    "?rows=topic&columns=outcome&empty=1",
    "?rows=approach&columns=setting&q=mentoring&strength=high",
    "?rows=centre&columns=centre&topic=nonsense",
    "?rows=nonsense&columns=%00",
    "?q=zzqq&exact=zzqq",
]
NOT_FOUND = [
    "/nothing/",
    "/sitemap-0.xml",
    "/sitemap-99.xml",
    "/evidence/nothing/",
    "/evidence/nothing/history/",
    "/evidence/nothing/history/1/",
    "/evidence/preview/nothing/",
    "/fact-check/nothing/",
    "/fact-check/nothing/page/",
    "/evidence/?page=9999",
    "/evidence/?page=abc",
    "/evidence/?page=0",
    "/evidence.json?page=0",
    "/evidence.docx?q=zzqq",
    "/compare.docx",
    "/compare.docx?summary=nothing",
    "/compare/paper/",
    "/approaches/nothing/",
    "/coverage/nothing/",
    "/topics/nothing/",
    "/for/nothing/",
    "/centres/nothing/",
    "/policy-areas/nothing/",
]


def make_something_of_every_kind() -> dict[str, int]:
    """Change the shipped data set so that there is something of every kind; return the addresses of that with their status.

    It makes a second edition, two withdrawn summaries of which one is replaced, one that came back, a draft, and a former
    address of every kind.
    """
    changed, replaced, withdrawn, back = Summary.objects.filter(
        editions__state=Edition.State.PUBLISHED
    )[:4]
    publish_draft(
        make_draft(summary=changed, studies=77, missing=[], bottom_line="It now says more."),
        "More.",
    )
    actions.withdraw(summary=replaced, reason="It was replaced.", replaced_by=changed)
    actions.withdraw(summary=withdrawn, reason="It was wrong.")
    actions.withdraw(summary=back, reason="It was in doubt.")
    publish_draft(make_draft(summary=back, studies=78, missing=[]), "It was right.")
    never = make_draft(slug="never-published", centre=changed.centre).summary
    expected: dict[str, int] = {}
    for summary, status, editions in (
        (changed, 200, 2),
        (replaced, 410, 1),
        (withdrawn, 410, 1),
        (back, 200, 2),
        (never, 404, 0),
    ):
        page = summary.get_absolute_url()
        expected |= {page: status, f"{page}history/": 200 if editions else 404}
        expected |= {
            f"{page}history/{number}/": 200 if 1 <= number <= editions else 404
            for number in range(4)
        }
    for model in (Approach, Topic, Audience, Centre, PolicyArea):
        row = model._default_manager.first()
        assert row is not None
        expected |= {row.get_absolute_url(): 301, f"{row.get_absolute_url()}?q=caf%C3%A9": 301}
        model._default_manager.filter(pk=row.pk).update(slug=f"moved-{row.slug}")
    return expected


def public_addresses(client: Client) -> dict[str, int]:
    """Return the addresses of the sitemap, of files, lists and filters, and some that lead nowhere, with their status."""
    lists = [
        f"/{path}{query}"
        for path in ("evidence/", "evidence.json", "evidence.csv")
        for query in LISTS
    ]
    maps = [f"/{path}{query}" for path in ("map/", "map.csv") for query in MAPS]
    areas = [*PolicyArea.objects.values_list("slug", flat=True), "nothing"]
    approaches = [f"/approaches/?policy_area={slug}" for slug in areas]
    events = [
        f"/network/?{query}" for query in ("kind=merger", "kind=x", "kind=launch&kind=people")
    ]
    mentoring = "summary=eef-mentoring&summary=yef-mentoring"
    comparisons = [
        f"/compare/?{query}"
        for query in (
            "summary=eef-mentoring&summary=x",
            mentoring,
            f"{mentoring}&differences=1&here=wales",
        )
    ]
    papers = [
        "/coverage.csv",
        "/evidence.docx",
        "/evidence.docx?q=mentoring&here=wales",
        f"/compare.docx?{mentoring}&here=wales&here=x",
        f"/compare/paper/?{mentoring}&here=wales&here=x",
    ]
    suggestions = [f"/suggest?q={typed}" for typed in ("", "m", "men", "what works", "yef")]
    found = [
        *(*addresses_in_sitemap(client), *FILES, *lists, *maps, *papers),
        *(*comparisons, *approaches, *events, *suggestions),
    ]
    return dict.fromkeys(found, 200) | dict.fromkeys(NOT_FOUND, 404) | {"/favicon.ico": 302}
