"""Plain values for templates/portal/style-guide.html: each component once, in its awkward forms."""

from typing import Any

DIRECTIONS = {
    "beneficial": "Beneficial",
    "mixed": "Mixed",
    "no-effect": "No effect",
    "harmful": "Harmful",
    "insufficient": "Insufficient evidence",
    "not-assessed": "Not stated",
}
STRENGTHS = {
    "very-high": "Very high",
    "high": "High",
    "moderate": "Moderate",
    "low": "Low",
    "very-low": "Very low",
    "insufficient": "Insufficient",
    "not-rated": "Not rated",
}
COSTS = {5: "Very high", 4: "High", 3: "Moderate", 2: "Low", 1: "Very low", None: ""}


def effect(slug: str, native: str = "") -> dict[str, Any]:
    lack = "Not yet read" if slug == "not-assessed" else ""
    return {"slug": slug, "label": DIRECTIONS[slug], "native": native, "lack": lack}


def strength(slug: str, native: str = "") -> dict[str, Any]:
    return {"slug": slug, "label": STRENGTHS[slug], "native": native}


def cost(level: int | None, native: str = "") -> dict[str, Any]:
    return {"level": level, "label": COSTS[level], "native": native}


def rating(kind: str, level: str | int | None, native: str = "", scale: str = "") -> dict[str, Any]:
    labels: dict[str, dict[Any, str]] = {
        "effect": DIRECTIONS,
        "strength": STRENGTHS,
        "cost": COSTS,
    }
    return {
        "kind": kind,
        "heading": {"effect": "Effect", "strength": "Strength of evidence", "cost": "Cost"}[kind],
        "level": level,
        "label": labels[kind][level],
        "native": native,
        "centre": "EEF",
        "scale": scale,
        "scale_url": "#main-content" if native else "",
    }


def option(label: str, count: int, selected: bool = False) -> dict[str, Any]:
    return {"value": label.lower(), "label": label, "count": count, "selected": selected}


CONTEXT: dict[str, Any] = {
    "stats": [
        {"label": "What Works Centres", "value": "9"},
        {"label": "affiliates", "value": "3"},
        {"label": "evidence summaries", "value": "332"},
        {"label": "of public spending in these areas", "value": "£250bn"},
    ],
    "tiles": [
        {"label": "Headteachers", "decides": "How to spend a school's budget and staff time."},
        {"label": "Commissioners", "decides": "Which services to buy, from whom, on what terms."},
        {"label": "Police", "decides": "Where to send officers and how to respond to crime."},
        {
            "label": "Combined authorities and local growth teams",
            "decides": "Which projects to fund to bring jobs, skills and growth to an area.",
        },
    ],
    "values": [
        {"effect": effect(direction), "strength": strength(level), "cost": cost(band)}
        for direction, level, band in zip(DIRECTIONS, STRENGTHS, COSTS, strict=False)
    ]
    + [{"strength": strength("not-rated"), "cost": cost(None)}],
    "headlines": [
        [
            rating("effect", "beneficial", "+6 months"),
            rating("strength", "high", "4 of 5", "Padlocks"),
            rating("cost", 1, "Very low", "Cost"),
        ],
        [
            rating("effect", "harmful", "Harmful"),
            rating("strength", "insufficient", "Insufficient evidence available"),
            rating("cost", None, "£200 each"),
        ],
        [
            rating("effect", "insufficient"),
            rating("strength", "not-rated", "Promising"),
            rating("cost", 4, "High cost"),
        ],
    ],
    "facets": [
        {
            "label": "Policy area",
            "parameter": "policy_area",
            "selected": 1,
            "open": True,
            "options": [
                option("Educational achievement", 89, selected=True),
                option("Health and social care", 41),
                option("Children at risk of harm and families who need extra help", 7),
            ],
            "more": [option("Wellbeing", 5), option("Homelessness", 3)],
            "more_count": 2,
        },
        {"label": "Cost", "parameter": "cost", "selected": 0, "options": [option("Low", 12)]},
    ],
    "cards": [
        {
            "url": "#main-content",
            "title": "Feedback",
            "kind": "Toolkit entry",
            "centre": "EEF",
            "bottom_line": "Feedback tells pupils how their work compares with what they are meant"
            " to learn, and what to do next. It is one of the strongest and cheapest ways to raise"
            " attainment.",
            "effect": effect("beneficial", "+6 months"),
            "strength": strength("high", "4 of 5"),
            "cost": cost(1, "Very low"),
            "updated": "12 March 2024",
        },
        {
            "url": "#main-content",
            "title": "Boot camps for young people at risk of offending",
            "kind": "Evidence review",
            "centre": "College of Policing",
            "bottom_line": "On average they make no difference to reoffending, and some make it"
            " worse.",
            "effect": effect("mixed", "No overall change, some rises"),
            "strength": strength("very-high", "Very strong"),
            "cost": cost(None),
            "updated": "",
        },
        {
            "url": "#main-content",
            "title": "Depression in adults: treatment and management",
            "kind": "Guideline",
            "centre": "NICE",
            "bottom_line": "How to find, treat and manage depression in adults.",
            "effect": effect("not-assessed"),
            "strength": strength("not-rated"),
            "cost": cost(4),
            "updated": "June 2022",
        },
    ],
    "pages": [
        {"number": 1, "url": "?page=1"},
        {"number": 2, "url": "?page=2", "current": True},
        {"number": 3, "url": "?page=3"},
        {},
        {"number": 17, "url": "?page=17"},
    ],
    "spending": [
        {"label": "Health and social care", "value": "193.1", "percent": "100"},
        {"label": "Educational achievement", "value": "59.6", "percent": "30.9"},
        {"label": "Homelessness", "value": "2.44", "percent": "1.3"},
        {"label": "Youth employment", "value": "", "percent": ""},
    ],
}
