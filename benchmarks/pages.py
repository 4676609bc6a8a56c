"""Measures every kind of public page beside a view that does nothing: `.venv/bin/python -m benchmarks.pages [summaries ...]`.

How, and the figures: benchmarks/README.md.
"""

import argparse

from benchmarks.costs import measure

MENTORING = (
    "summary=eef-mentoring",
    "summary=yef-mentoring",
    "summary=college-of-policing-mentoring",
    "summary=wwg-apprenticeship-mentoring",
    "summary=taso-mentoring-post-entry",
    "summary=yff-mentoring-and-coaching",
)
THREE, SIX = "&".join(MENTORING[:3]), "&".join(MENTORING)
HERE = "here=wales&here=rural&here=secondary-schools"

# {n} is a parameter that the pages ignore: it makes each address new to the page cache, and to nothing else.
KINDS = {
    "hello-world": "/hello/?n={n}",
    "home": "/?n={n}",
    "find, no filter": "/evidence/?n={n}",
    "the same list as a table": "/evidence/?view=table&n={n}",
    "the same list as a table by cost": "/evidence/?view=table&sort=cost&n={n}",
    "the same list as a picture": "/evidence/?view=picture&n={n}",
    "a policy area as a picture": "/evidence/?view=picture&policy_area=crime-reduction&n={n}",
    "the same list as JSON": "/evidence.json?n={n}",
    "its first 10 as an option paper (Word)": "/evidence.docx?n={n}",
    "gap map": "/map/?n={n}",
    "gap map of a policy area": "/map/?policy_area=crime-reduction&n={n}",
    "gap map of 60 topics and 30 outcomes": "/map/?rows=topic&columns=outcome&n={n}",
    "gap map as CSV": "/map.csv?n={n}",
    "a comparison, nothing chosen": "/compare/?n={n}",
    "a comparison of 3": f"/compare/?{THREE}&n={{n}}",
    "a comparison of 6": f"/compare/?{SIX}&n={{n}}",
    "a comparison of 6 beside a place": f"/compare/?{SIX}&{HERE}&n={{n}}",
    "an option paper of 6 to print": f"/compare/paper/?{SIX}&{HERE}&n={{n}}",
    "an option paper of 3 (Word)": f"/compare.docx?{THREE}&{HERE}&n={{n}}",
    "an option paper of 6 (Word)": f"/compare.docx?{SIX}&{HERE}&n={{n}}",
    "a summary": "/evidence/eef-feedback/?n={n}",
    "a summary that nobody asked for": "/evidence/synthetic-{n}/",
    "a summary with 11 outcomes and 8 others": "/evidence/yef-mentoring/?n={n}",
    "a summary beside a place": f"/evidence/eef-feedback/?{HERE}&n={{n}}",
    "a history": "/evidence/eef-feedback/history/?n={n}",
    "approaches": "/approaches/?n={n}",
    "approaches of a policy area": "/approaches/?policy_area=crime-reduction&n={n}",
    "an approach": "/approaches/mentoring/?n={n}",
    "topics": "/topics/?n={n}",
    "a topic": "/topics/mentoring/?n={n}",
    "audiences": "/for/?n={n}",
    "an audience": "/for/headteachers/?n={n}",
    "centres": "/centres/?n={n}",
    "a centre": "/centres/yef/?n={n}",
    "policy areas": "/policy-areas/?n={n}",
    "policy areas over £50 billion": "/policy-areas/?spending=over-50bn&n={n}",
    "a policy area": "/policy-areas/crime-reduction/?n={n}",
    "ratings": "/ratings/?n={n}",
    "network": "/network/?n={n}",
    "network, one kind of event": "/network/?kind=merger&n={n}",
    "a statement": "/privacy/?n={n}",
    "sitemap": "/sitemap.xml?n={n}",
    "sitemap of pages": "/sitemap-pages.xml?n={n}",
    "sitemap of 1,000 summaries": "/sitemap-1.xml?n={n}",
    "suggestions": "/suggest?q=men&n={n}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summaries", nargs="*", type=int, default=[332, 20_000])
    measure(KINDS, parser.parse_args().summaries, file="/evidence.csv?n={n}")


if __name__ == "__main__":
    main()
