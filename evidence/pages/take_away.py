"""Which options go into a paper, and what was asked: from a list of evidence, or from a comparison."""

from evidence.catalogue.orders import SORTS
from evidence.catalogue.reading import editions
from evidence.compare.here import Here
from evidence.compare.paper import Paper
from evidence.compare.selection import FEWEST, MOST, Choice, keys_of
from evidence.find.context import filter_chips, heading, ignored_text
from evidence.find.results import Results
from portal.errors import PageNotFound

from .option_paper import OptionPaper

MOST_OF_A_LIST = 10  # summaries of a list that become options


def paper_of_list(results: Results, here: Here, site: str) -> Paper:
    """Return a paper on the first summaries of a list. PageNotFound if the list is empty."""
    if not results.count:
        raise PageNotFound("Nothing in the evidence matches, so there are no options for a paper.")
    keys = results.selection.editions(results.sort, 0, MOST_OF_A_LIST)
    asked = [f"{heading(results)}, in the order “{SORTS[results.sort].label}”."]
    filters = [chip["label"] for chip in filter_chips(results, results.url)]
    if filters:
        asked.append(f"Only with: {'; '.join(filters)}.")
    if results.count > len(keys):
        asked.append(f"This paper has the first {len(keys)} of them.")
    asked += [text for text in (ignored_text(results), here.ignored_text) if text]
    return OptionPaper(editions(keys), asked, here, site, site + results.url()).paper()


def paper_of_choice(choice: Choice, here: Here, site: str) -> Paper:
    """Return a paper on the summaries that a reader compares. PageNotFound if they are too few."""
    if not choice.is_enough:
        raise PageNotFound(
            f"A paper compares {FEWEST} to {MOST} evidence summaries, and this address has {len(choice.summaries)}."
        )
    asked = [f"How do these {len(choice.summaries)} evidence summaries compare?"]
    if choice.left_out:
        titles = "; ".join(edition.title for edition in editions(keys_of(choice.left_out)))
        asked.append(f"Left out, because a paper compares at most {MOST}: {titles}.")
    if missing := (*choice.withdrawn, *choice.unknown):
        named = ", ".join(f"“{slug[:40]}”" for slug in missing[:3])
        asked.append(f"Left out, because it is not published: {named}.")
    if here.ignored_text:
        asked.append(here.ignored_text)
    chosen = editions(keys_of(choice.summaries))
    address = site + choice.url(differences="")
    return OptionPaper(chosen, asked, here, site, address).paper()
