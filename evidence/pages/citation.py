"""How to refer to a summary: for people, for reference managers and for search engines."""

import json
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from evidence.models import Edition
from portal.templatetags.portal_tags import day, partial_date

PORTAL = "What Works evidence portal"


@dataclass(frozen=True)
class Citation:
    """An edition as something to refer to, at its permanent address."""

    edition: Edition
    url: str

    @property
    def of_summary(self) -> str:
        """One line of plain text for a footnote: who, when, what, where it is summed up."""
        edition = self.edition
        published = f", {day(edition.published_at)}" if edition.published_at else ""
        version = f"edition {edition.number}{published}"
        return f"{self.of_source} Summed up in {PORTAL}, {version}. {self.url}"

    @property
    def of_source(self) -> str:
        """The centre's own work, without its address."""
        edition = self.edition
        centre = edition.summary.centre.name
        date = partial_date(edition.updated) if edition.updated else "no date stated"
        code = f" ({edition.code})" if edition.code else ""
        return f"{centre} ({date}). {edition.title}{code}. {edition.product}."

    @property
    def metadata(self) -> list[tuple[str, str]]:
        """Names and contents of <meta> tags, as reference managers and catalogues read them."""
        edition, centre = self.edition, self.edition.summary.centre
        described = {
            "citation_title": edition.title,
            "citation_author": centre.name,
            "citation_publication_date": edition.updated.replace("-", "/"),
            "citation_technical_report_institution": centre.name,
            "citation_technical_report_number": edition.code,
            "citation_language": "en",
            "citation_public_url": self.url,
            "citation_abstract": edition.bottom_line,
            "DC.title": edition.title,
            "DC.creator": centre.name,
            "DC.date": edition.updated,
            "DC.language": "en",
            "DC.identifier": self.url,
            "DC.source": edition.source_url,
            "DC.publisher": PORTAL,
        }
        return [(name, content) for name, content in described.items() if content]

    @property
    def structured(self) -> SafeString:
        """What it is in schema.org's words, as JSON that is safe inside <script>."""
        edition, centre = self.edition, self.edition.summary.centre
        published = edition.published_at.date().isoformat() if edition.published_at else ""
        publisher = {"@type": "Organization", "name": centre.name, "url": centre.website}
        described = {
            "@context": "https://schema.org",
            "@type": "Report",
            "@id": self.url,
            "url": self.url,
            "name": edition.title,
            "reportNumber": edition.code,
            "abstract": edition.bottom_line,
            "inLanguage": "en-GB",
            "publisher": {"@type": "Organization", "name": PORTAL},
            "datePublished": published,
            "version": edition.number,
            "sourceOrganization": publisher,
            "isBasedOn": {
                "@type": "CreativeWork",
                "url": edition.source_url,
                "publisher": publisher,
                "dateModified": edition.updated,
            },
        }
        text = json.dumps(_without_empty(described), ensure_ascii=False)
        for character in "<>&":
            text = text.replace(character, f"\\u{ord(character):04x}")
        return mark_safe(text)  # noqa: S308 - nothing in it can end a script


def _without_empty(described: dict[str, object]) -> dict[str, object]:
    pruned = {
        key: _without_empty(value) if isinstance(value, dict) else value
        for key, value in described.items()
    }
    return {key: value for key, value in pruned.items() if value not in ("", None)}
