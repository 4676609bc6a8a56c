"""The six questions of local fit that decide, beside the evidence, whether something would work in a place.

They follow the six indicators of the Hexagon Tool. The questions are in our own words. What we say of the tool is what the
pages in READ say; they were read in stored copies.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LocalQuestion:
    """One of the six questions."""

    indicator: str  # as the tool names it
    question: str
    hint: str  # what to look at, in a sentence


@dataclass(frozen=True)
class Reference:
    """A page that was read."""

    text: str
    url: str
    read_on: str  # ISO date


TOOL = Reference(
    "Metz, A. and Louison, L. (2018). The Hexagon Tool: Exploring Context. National Implementation Research Network, "
    "University of North Carolina at Chapel Hill.",
    "https://implementation.fpg.unc.edu/resource/the-hexagon-an-exploration-tool/",
    "2026-11-28",
)
ACCOUNT = Reference(
    "The Center for Implementation. Featured resource: The Hexagon.",
    "https://thecenterforimplementation.com/toolbox/the-hexagon",
    "2026-11-28",
)
READ = (TOOL, ACCOUNT)

# In the order in which a commissioner asks them: the place first, then what would be brought to it.
QUESTIONS = (
    LocalQuestion(
        "Need",
        "Who here has this need, and would this reach them?",
        "Compare the people of the studies with your own, and ask those it is meant for whether they see the need.",
    ),
    LocalQuestion(
        "Fit",
        "Does it fit what we already do and what matters here?",
        "Think of local priorities and values, and of other work that it would join, repeat or displace.",
    ),
    LocalQuestion(
        "Capacity",
        "Do we have the people, skills, space and money, for as long as it takes?",
        "Count staff, expertise, room and yearly cost, and what would have to change in how we work.",
    ),
    LocalQuestion(
        "Evidence",
        "How good is the evidence, and was it found among people and places like ours?",
        "Read the ratings in the centre’s own words, the cautions, and what is not stated.",
    ),
    LocalQuestion(
        "Usability",
        "Is it clear who has to do what for whom, and what may be adapted?",
        "Name the parts that have to stay as they were in the studies.",
    ),
    LocalQuestion(
        "Supports",
        "Who would train, advise and help us to do it well?",
        "Look for training, guidance, materials and people who have done it before.",
    ),
)
