"""Dotted paths into the documents and entries of the data set: "impact.native" is `native` in the mapping `impact`."""

from typing import Any

Entry = dict[str, Any]


def value_at(document: Any, path: str) -> Any:
    """Return the value at a path; an empty path is the document. Raise KeyError if it is not there."""
    for key in path.split(".") if path else []:
        if not isinstance(document, dict):
            raise KeyError(key)
        document = document[key]
    return document


def set_value(document: Entry, path: str, value: Any) -> None:
    """Set the value at a path, making the mappings on the way."""
    *parents, last = path.split(".")
    for key in parents:
        document = document.setdefault(key, {})
    document[last] = value
