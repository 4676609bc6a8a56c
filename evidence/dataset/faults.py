"""What is wrong in the files, and where."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Location:
    """The file and line where an entry begins; the line is 0 if it is not known."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" if self.line else self.file


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in the files."""

    location: Location
    message: str
    entry: str = ""
    field: str = ""

    def __str__(self) -> str:
        parts = (str(self.location), self.entry, self.field, self.message)
        return ": ".join(part for part in parts if part)


class DatasetError(Exception):
    """The data set cannot be loaded. `faults` lists everything that is wrong; nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
