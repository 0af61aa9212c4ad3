"""The rules that no linter knows: where words stand, what folders hold, what is left to do."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: places whose business it is to hold Chinese sentences, and whom they speak to
PLACES_OF_WORDS = {
    "domain/consents.py": "what people agree to",
    "bot/words.py": "what residents say",
    "services/words.py": "notices and states",
    "services/film_words.py": "the film of a meeting",
    "services/matter_words.py": "daily-life matters",
    "speech/prompts.py": "engines that listen",
    "web/problems.py": "errors on pages and in the API",
    "web/verdicts.py": "verdicts on papers",
    "documents/agreement.py": "the printed agreement",
    "documents/archive_form.py": "the printed archive form",
    "domain/clauses.py": "clauses and what is unclear in them",
    "domain/fraud_words.py": "signs of fraud",
    "domain/daily_matters.py": "words of daily-life matters",
    "domain/type_words.py": "words that tell a dispute's type",
    "domain/proposals.py": "reasons of proposals",
    "domain/places.py": "reasons of proposals",
    "domain/addresses.py": "addresses as people write them",
    "domain/self_told.py": "names, and how people say theirs",
    "domain/deadlines.py": "deadlines and the law behind them",
    "domain/privacy.py": "what is kept about people and the law behind it",
    "documents/personal_copy.py": "the copy of one's own data",
    "config.py": "operators",
    "server.py": "operators",
    "commands/backups.py": "operators",
    "commands/demo.py": "whoever tries the demo",
    "commands/identity.py": "operators",
    "commands/imports.py": "operators",
    "commands/init.py": "operators",
    "commands/installing.py": "operators",
    "commands/refusing.py": "operators",
    "commands/worker.py": "operators",
    "commands/seed.py": "operators",
    "commands/starting.py": "operators",
    "commands/verify.py": "whoever verifies a paper offline",
    "commands/verify_recording.py": "whoever verifies a recording offline",
    "commands/stories.py": "the invented district",
    "commands/district.py": "the invented district",
}
FOLDERS_OF_WORDS = ("bot/texts", "domain/danger_words", "simulator", "web/pages", "miniprogram")
HAN = r"\u3400-\u9fff"
BARE_IGNORE = re.compile(r"# (?:type: ignore\[[^]]*\]|noqa(?:: [A-Z0-9, ]+)?)\s*$")
SENTENCE = re.compile(rf"[{HAN}]{{2,}}[，。？！；：]|[{HAN}]{{12,}}")
#: names that say nothing about what is inside
EMPTY_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}
#: tracked folders that hold no Python package of the product
OTHER_FOLDERS = {".ci", "deploy", "docs", "miniprogram", "tests", "tools"}


def tracked(pattern):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [Path(name) for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def our_modules():
    return [file for file in tracked("*.py") if file.parts[0] != "tests"]


def source(file):
    return (ROOT / file).read_text("utf-8")


def test_every_ignore_gives_its_reason():
    unreasoned = [
        f"{file}:{number}"
        for file in tracked("*.py")
        for number, line in enumerate(source(file).splitlines(), start=1)
        if BARE_IGNORE.search(line)
    ]

    assert unreasoned == []


def packages():
    return {file.parts[0] for file in our_modules() if len(file.parts) > 1} - OTHER_FOLDERS


def not_said_to_anybody(tree):
    """Docstrings and what decorators are told (titles in the API's description)."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            yield from (one.value for one in body if isinstance(one, ast.Expr))
        for decorator in getattr(node, "decorator_list", []):
            yield from ast.walk(decorator)


def sentences(file):
    tree = ast.parse(source(file))
    silent = {id(node) for node in not_said_to_anybody(tree)}
    return [
        f"{file}:{node.lineno} {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
        and SENTENCE.search(node.value)
    ]


def is_place_of_words(file):
    return str(file) in PLACES_OF_WORDS or any(file.is_relative_to(one) for one in FOLDERS_OF_WORDS)


def test_chinese_sentences_stand_only_where_words_are_kept():
    elsewhere = [file for file in our_modules() if not is_place_of_words(file)]

    assert [said for file in elsewhere for said in sentences(file)] == []


@pytest.mark.parametrize("place", PLACES_OF_WORDS)
def test_every_place_of_words_exists(place):
    assert (ROOT / place).is_file()


def test_something_left_to_do_cites_its_issue():
    files = [*tracked("*.py"), *tracked("*.js"), *tracked("*.md")]
    loose = re.compile(r"\b(TODO|FIXME)\b(?!\(#\d+\))")  # such as (#41)

    left = [
        file for file in files if file.name != Path(__file__).name and loose.search(source(file))
    ]

    assert left == []


def test_a_package_is_opened_by_a_docstring_alone():
    full = [
        file
        for file in our_modules()
        if file.name == "__init__.py" and not isinstance(ast.parse(source(file)).body[0], ast.Expr)
    ]
    coded = [
        file
        for file in our_modules()
        if file.name == "__init__.py" and len(ast.parse(source(file)).body) > 1
    ]

    assert (full, coded) == ([], [])


def test_no_name_says_nothing():
    assert [file for file in our_modules() if {*file.parts, file.stem} & EMPTY_NAMES] == []


def test_every_folder_is_explained_to_newcomers():
    guide = source("CONTRIBUTING.md")
    explained = set(re.findall(r"^\| `([\w.]+)/`", guide, re.MULTILINE))

    assert packages() - explained == set()
    assert explained == explained & (packages() | OTHER_FOLDERS)


def test_every_package_is_typed_and_under_import_contracts():
    tool = tomllib.loads(source("pyproject.toml"))["tool"]

    assert packages() - set(tool["mypy"]["files"]) == set()
    assert packages() - set(tool["importlinter"]["root_packages"]) == set()


def test_every_target_of_make_is_one_line_that_calls_a_program():
    recipes = re.split(r"\n(?=[a-z-]+:)", source("Makefile"))[1:]
    targets = {recipe.partition(":")[0]: recipe.count("\n\t") for recipe in recipes}

    wanted = {"setup", "demo", "run", "check", "test", "prove", "bench", "lock", "clean"}
    assert wanted - set(targets) == set()
    assert set(targets.values()) == {1}


def test_no_source_names_the_machine_it_was_written_on():
    places = [place for place in (ROOT, Path.home()) if place != Path("/")]
    hosts = re.compile("|".join(re.escape(f"{place}/") for place in places))
    files = [
        *tracked("*.py"),
        *tracked("*.lock"),
        *tracked("*.json"),
        *tracked("*.md"),
        *tracked(".*"),
    ]

    naming = [
        file for file in files if file.name != Path(__file__).name and hosts.search(source(file))
    ]

    assert naming == []


def test_the_relay_engine_is_known_by_its_interface_alone():
    outside = [file for file in our_modules() if file.parts[:2] != ("webrtc", "engine")]
    named = {
        (str(file), module)
        for file in outside
        for module in imported(file)
        if module.startswith("webrtc.engine") and module != "webrtc.engine.interface"
    }

    assert named == {("webrtc/port.py", "webrtc.engine.relay")}


def imported(file):
    """The modules that a file imports."""
    nodes = list(ast.walk(ast.parse(source(file))))
    named = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return named | {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
