"""What the documents say about the code is true: paths, names, commands, settings and links."""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for folder in (ROOT, ROOT / "docs", ROOT / "docs/decisions", ROOT / "data", ROOT / "benchmarks")
    for path in folder.glob("*.md")
)
# A path in a document may start in one of these folders.
STARTS = ["", "templates", "static", "data", "docs", "evidence", "centres", "benchmarks", "portal"]
PATH = re.compile(
    r"[\w.*<>-]+(?:/[\w.*<>-]+)*(?:/|\.(?:py|html|js|scss|css|ya?ml|toml|md|txt|sql))"
)
NAME = re.compile(r"\w+(?:\.\w+)*")
# Names of PostgreSQL and nginx, of files that a person makes, and of folders that are made when they are needed.
NOT_OURS = {
    "pg_rewind",
    "pg_trgm",
    "proxy_request_buffering",
    "proxy_cache",
    "portal_owner",
    "table_name",
}
MADE_LATER = {
    ".local/",
    ".venv/",
    "node_modules/",
    "static/build/",
    "static/build/main.css",
    "staticfiles/",
}
# environ.get("NAME"), environ["NAME"], and the helpers of settings.py such as number("NAME", 5)
SETTING = re.compile(r'(?:environ\.get\(|environ\[|(?<![.\w])[a-z]+\()"([A-Z][A-Z_]+)"')


def test_every_setting_of_the_environment_is_in_the_readme():
    files = [ROOT / "portal/settings.py", ROOT / "portal/gunicorn.py", ROOT / "portal/run/serve.py"]
    read = set(SETTING.findall("".join(path.read_text() for path in files)))
    readme = (ROOT / "README.md").read_text()

    assert len(read) >= 20
    assert {name for name in read if f"`{name}`" not in readme} == set()


def test_every_room_is_in_the_layout_of_the_readme():
    layout = (ROOT / "README.md").read_text().partition("## Layout")[2].partition("## ")[0]
    listed = set(re.findall(r"(?:^|  )([a-z_]+)/ ", layout, flags=re.MULTILINE))
    rooms = {
        path.parent.name for app in ("portal", "evidence") for path in (ROOT / app).glob("*/*.py")
    }
    ours = {path.partition("/")[0] for path in tracked_files() if "/" in path}

    assert rooms - listed - {"formats", "templatetags"} == set()
    assert {name for name in ours if not name.startswith(".")} - listed == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_path_and_name_that_a_document_gives_exists(document: Path) -> None:
    missing = [
        code
        for code in code_of(document)
        if (PATH.fullmatch(code) and not path_exists(code))
        or (looks_like_a_name(code) and not name_exists(code))
    ]

    assert not missing, f"{document} names what is not there: {missing}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_command_and_import_that_a_document_gives_works(document: Path) -> None:
    text = (ROOT / document).read_text()
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))
    modules = set(re.findall(r"-m ((?:portal|benchmarks)\.[\w.]+\w)", text))

    assert commands - set(get_commands()) == set()
    for module in modules:
        assert importlib.util.find_spec(module), module
    for module, name in re.findall(r"from ((?:portal|centres|evidence)[\w.]*) import (\w+)", text):
        assert has(module, name), f"{module}.{name}"
    for script in re.findall(r"(?<![\w/.])script/[a-z]+", text):
        assert (ROOT / script).exists(), script


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / document).read_text()):
        path, _, anchor = target.partition("#")
        if path.startswith(("https:", "mailto:")):
            continue
        linked = (ROOT / document).parent / path if path else ROOT / document
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def code_of(document: Path) -> list[str]:
    """Return the words set as code within the sentences of a document."""
    text = re.sub(r"```.*?```", "", (ROOT / document).read_text(), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


def path_exists(path: str) -> bool:
    if path in MADE_LATER or re.fullmatch(r"[\d.]+/?", path):
        return True
    pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
    starts = [ROOT / start for start in STARTS]
    return any(next(start.glob(pattern), None) for start in starts) or (
        "/" not in pattern and pattern in {Path(tracked).name for tracked in tracked_files()}
    )


def looks_like_a_name(code: str) -> bool:
    """Say whether a word is a name of the code: module.name, Class.name, snake_case or CamelCase."""
    return bool(
        NAME.fullmatch(code)
        and not PATH.fullmatch(code)
        and re.search(r"[a-z]_[a-z]|\.|[a-z][A-Z]", code)
        and not re.search(
            r"\d\.\d|\d{4}_", code
        )  # a version, or a migration of an earlier database
    )


def name_exists(name: str) -> bool:
    parts = name.split(".")
    if parts[0] in {"portal", "centres", "evidence", "tests", "benchmarks"}:
        return importable(name)
    if len(parts) == 2 and name[0].isupper():
        return parts[1] in classes().get(parts[0], ())
    tables = {model._meta.db_table for model in apps.get_models()}
    return all(part in words_of_the_code() or part in tables | NOT_OURS for part in parts)


def importable(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    if not module:
        return True
    return has(module, attribute) or (
        module.count(".") > 0 and importable(module) and attribute in words_of_the_code()
    )


def has(module: str, attribute: str) -> bool:
    """Say whether a module has a name, or a package a module of that name."""
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError:
        return False
    return hasattr(found, attribute) or bool(
        hasattr(found, "__path__") and importlib.util.find_spec(f"{module}.{attribute}")
    )


@cache
def classes() -> dict[str, set[str]]:
    """Return what the body of each class of our own gives a name to, by the name of the class."""
    found: dict[str, set[str]] = {}
    for path in tracked_files():
        if not path.endswith(".py"):
            continue
        for one in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(one, ast.ClassDef):
                found.setdefault(one.name, set()).update(names_given_in(one))
    return found


def names_given_in(one: ast.ClassDef) -> Iterator[str]:
    for statement in one.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))


@cache
def words_of_the_code() -> frozenset[str]:
    """Return every word of the tracked files that are not documents, and of file names."""
    text = [
        (ROOT / path).read_text(errors="ignore")
        for path in tracked_files()
        if Path(path).suffix in {".py", ".html", ".js", ".scss", ".yaml", ".toml", ".sql"}
        and path != "tests/portal/test_docs.py"
    ]
    return frozenset(re.findall(r"\w+", "\n".join(text))) | {
        Path(path).stem for path in tracked_files()
    }


@cache
def tracked_files() -> tuple[str, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for path in listed.stdout.splitlines() if (ROOT / path).exists())


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
