"""Reading and writing the YAML of the data set, with errors that name file, entry and field."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in the files."""

    file: str
    entry: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.entry, self.field, self.message) if part)


class DatasetError(Exception):
    """The files cannot be loaded; `faults` lists everything that is wrong, and nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class _Loader(yaml.CSafeLoader):
    """Safe YAML that refuses a key given twice, which YAML itself would silently overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_documents(folder: Path, names: list[str]) -> tuple[dict[str, Any], list[Fault]]:
    """Read YAML files below a folder. A name without an ending is a folder whose files are all read."""
    documents: dict[str, Any] = {}
    faults = []
    for name in names:
        if name.endswith(".yaml"):
            paths = [folder / name]
        else:
            paths = sorted((folder / name).glob("*.yaml"))
            if not paths:
                faults.append(Fault(name, "", "", "the folder holds no .yaml file"))
        for path in paths:
            relative = path.relative_to(folder).as_posix()
            try:
                documents[relative] = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a safe loader
            except FileNotFoundError:
                faults.append(Fault(relative, "", "", "the file is missing"))
            except UnicodeDecodeError as error:
                faults.append(Fault(relative, "", "", f"the file is not UTF-8 text ({error})"))
            except yaml.MarkedYAMLError as error:
                line = error.problem_mark.line + 1 if error.problem_mark else "?"
                faults.append(Fault(relative, f"line {line}", "", str(error.problem)))
            except yaml.YAMLError as error:
                faults.append(Fault(relative, "", "", f"the file is not YAML: {error}"))
    return documents, faults


def write_document(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(
        document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=110
    )
    path.write_text(text, "utf-8")
