"""Reads and writes the YAML files of the data set."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import yaml

from portal.pasted_text import cleaned, note_of

from .faults import Fault, Location

Documents = dict[str, Any]  # by file name, such as "network/centres.yaml"
OnCleaned = Callable[[Fault], Any]


class LinedMapping(dict[str, Any]):
    """A mapping that knows the line it begins on."""

    line = 0


def read_documents(
    folder: Path, names: list[str], on_cleaned: OnCleaned = lambda remark: None
) -> tuple[Documents, list[Fault]]:
    """Return the documents of a folder by file name, and what is wrong with its files.

    `names` are the files that should be there; a name without an ending is a folder of files. `on_cleaned` is called for each
    text from which something was taken out that pasting had left in it.
    """
    if not folder.is_dir():
        return {}, [Fault(Location(str(folder)), "there is no such folder")]
    documents: Documents = {}
    faults = []
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.y*ml")
        if path.suffix in {".yaml", ".yml"}
    }
    for name in _files_of(names, present):
        try:
            documents[name] = _read(folder / name, name, on_cleaned)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            faults.append(_unreadable(name, error))
    for name in sorted(present - set(_files_of(names, present))):
        faults.append(Fault(Location(name), "the data set has no file of this name"))
    return documents, faults


def write_document(path: Path, document: Any) -> None:
    """Write a document as YAML in UTF-8, and make its folder if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, indent=2
    )
    path.write_text(text, "utf-8")


def _files_of(names: list[str], present: set[str]) -> Iterator[str]:
    for name in names:
        if name.endswith(".yaml"):
            yield name
        else:
            yield from sorted(
                file for file in present if file.startswith(f"{name}/") and file.endswith(".yaml")
            )


class _Loader(yaml.CSafeLoader):
    """Safe YAML that keeps line numbers, cleans texts, and refuses a key that is given twice, which YAML allows."""

    on_cleaned: Callable[[int, str], Any]

    def construct_yaml_map(self, node: yaml.MappingNode) -> Generator[LinedMapping, None, None]:
        mapping = LinedMapping()
        mapping.line = node.start_mark.line + 1
        yield mapping
        for key_node, value_node in node.value:
            key = self.construct_object(key_node)
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(None, None, "a key is not text", key_node.start_mark)
            if key in mapping:
                raise yaml.MarkedYAMLError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            mapping[key] = self.construct_object(value_node, deep=True)

    def construct_yaml_str(self, node: yaml.ScalarNode) -> str:
        written = str(self.construct_scalar(node))
        text, taken_out = cleaned(written)
        if not taken_out:
            return written
        self.on_cleaned(node.start_mark.line + 1, f"{text!r} was cleaned of {note_of(taken_out)}")
        return text


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)
_Loader.add_constructor("tag:yaml.org,2002:str", _Loader.construct_yaml_str)


class _Dumper(yaml.CSafeDumper):
    """Plain YAML without references: what occurs twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(LinedMapping, _Dumper.represent_dict)


def _read(path: Path, name: str, on_cleaned: OnCleaned) -> Any:
    loader = _Loader(path.read_text("utf-8"))
    loader.on_cleaned = lambda line, message: on_cleaned(Fault(Location(name, line), message))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _unreadable(name: str, error: Exception) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(Location(name), "the file is missing")
    if isinstance(error, OSError):
        return Fault(Location(name), f"the file cannot be read: {error.strerror}")
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return Fault(Location(name, line), "the file is not UTF-8 text")
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return Fault(Location(name, mark.line + 1 if mark else 0), f"not YAML: {error.problem}")
    return Fault(Location(name), f"not YAML: {error}")
