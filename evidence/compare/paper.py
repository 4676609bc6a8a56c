"""A paper as plain values: what stands in it, in order. `docx.py` writes it as a Word document, and a template as a page.

So both say the same, and neither knows what a paper is about. Texts are plain; a cell of a table has one line or more.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

Lines = tuple[str, ...]  # of a cell of a table


@dataclass(frozen=True)
class Heading:
    """A heading below the title. There is always something under it before the next one of its level or above."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 1  # from 1 to 3

    @property
    def level_on_page(self) -> int:
        """Its level where the title is the h1."""
        return self.level + 1

    @property
    def size_on_page(self) -> str:
        """Its size there, as GOV.UK names it."""
        return "m" if self.level == 1 else "s"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, perhaps with a bold word or two at its beginning."""

    kind: ClassVar[str] = "paragraph"
    text: str
    label: str = ""
    is_quiet: bool = False  # a note beside what matters


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with a row of heads, and a head for each row in its first column. No cell spans others."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Lines, ...], ...]
    widths: tuple[int, ...]  # of the columns, in parts of the whole
    is_form: bool = False  # the last column is empty, with room to write

    @property
    def labelled_rows(self) -> list[tuple[Lines, list[tuple[str, Lines]]]]:
        """The head of each row, and its other cells with the head of their column, for a page on a phone."""
        return [(row[0], list(zip(self.head[1:], row[1:], strict=True))) for row in self.rows]


@dataclass(frozen=True)
class Source:
    """A page that the paper rests on."""

    text: str
    url: str
    read: str = ""  # when and how it was read


@dataclass(frozen=True)
class Sources:
    """The numbered list of sources; [1] in the text is the first of them."""

    kind: ClassVar[str] = "sources"
    items: tuple[Source, ...]


Block = Heading | Paragraph | Bullets | Table | Sources


@dataclass(frozen=True)
class Part:
    """Blocks that follow each other, made when they are asked for: a page keeps what it shows of some parts."""

    make: Callable[[], Iterable[Block]]
    # All that it depends on besides what is published: papers share the parts of one key. None: this paper alone has it.
    key: tuple[object, ...] | None = None

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in order."""
        return tuple(self.make())


@dataclass(frozen=True)
class Paper:
    """A whole paper."""

    title: str
    subtitle: str
    author: str
    dated: datetime.datetime  # the date of its content, and not of its making
    parts: tuple[Part, ...]

    @property
    def blocks(self) -> Iterator[Block]:
        """Its blocks, in order."""
        return (block for part in self.parts for block in part.blocks)

    @property
    def headings(self) -> Iterator[Heading]:
        """Its headings, in order."""
        return (block for block in self.blocks if isinstance(block, Heading))
