"""What WeChat and reviewers ask of the package, and that it fits the server it talks to."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from domain.cases import CaseState
from simulator.entrance import twin
from simulator.settings import Product
from tests.e2e.running import ROOT
from web.api.operations import Operation
from web.app import APIS, SITES
from web.progress import STEPS, reached

PACKAGE = ROOT / "miniprogram"
HERE = Path(__file__).parent
LARGEST = 2 * 1024 * 1024  #: bytes of one package, as WeChat allows
FOUR = (".js", ".json", ".wxml", ".wxss")
HAN = re.compile(r"[\u3400-\u9fff]")
WITHIN = 120  #: seconds


def read(file: Path) -> str:
    return file.read_text("utf-8")


def settings(file: Path):
    return json.loads(read(file))


def sources(*kinds: str) -> list[Path]:
    return sorted(file for kind in kinds for file in PACKAGE.rglob(f"*{kind}"))


PAGES = settings(PACKAGE / "app.json")["pages"]
SCREENS = [file for file in sources(".json") if file.parent != PACKAGE]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_its_four_files(page):
    assert [kind for kind in FOUR if not (PACKAGE / f"{page}{kind}").is_file()] == []


def test_every_page_that_is_there_can_be_opened():
    there = {str(file.parent.relative_to(PACKAGE)) for file in PACKAGE.glob("pages/*/index.js")}

    assert {page.removesuffix("/index") for page in PAGES} == there


@pytest.mark.parametrize("screen", SCREENS, ids=lambda file: file.parent.name)
def test_every_component_that_is_used_exists(screen):
    used = settings(screen).get("usingComponents", {})

    missing = [one for one in used.values() if not (PACKAGE / f"{one[1:]}.js").is_file()]
    idle = [name for name in used if f"<{name}" not in read(screen.with_suffix(".wxml"))]

    assert (missing, idle) == ([], [])


def test_the_package_is_small_enough_for_wechat():
    size = sum(file.stat().st_size for file in PACKAGE.rglob("*") if file.is_file())

    assert size < LARGEST


def test_nothing_goes_over_plain_http_but_the_developers_own_server():
    said = [
        address
        for file in sources(".js", ".json", ".wxml", ".wxss")
        for address in re.findall(r"http://[\w.:/-]+", read(file))
    ]

    assert said == ["http://127.0.0.1:8080"]


def test_one_file_alone_asks_the_server():
    callers = {
        file.name
        for file in sources(".js")
        if re.search(r"wx\.(request|uploadFile|downloadFile|connectSocket)\b", read(file))
    }

    assert callers == {"api.js"}


def served() -> set[tuple[str, str]]:
    every: list[Operation] = [one for api in APIS for one in api.operations]
    return {(one.method, re.sub(r"\{\w+\}", "{}", one.path)) for one in every}


def asked() -> set[tuple[str, str]]:
    calls = re.findall(
        r"(?:ask|send|askAtWork)\('(GET|POST|PUT|DELETE)', (?:'([^']+)'|`([^`?]+)[^`]*`)",
        read(PACKAGE / "api.js"),
    )
    paths = ((method, plain or pattern) for method, plain, pattern in calls)
    return {(method, "/api/v1" + re.sub(r"\$\{\w+\}", "{}", path)) for method, path in paths}


def test_everything_that_is_asked_for_is_served():
    assert len(asked()) == 44
    assert asked() - served() == set()


def test_every_sentence_stands_in_one_file():
    elsewhere = [
        f"{file.relative_to(PACKAGE)}: {line.strip()}"
        for file in sources(".js", ".wxml", ".wxss")
        if file.name != "texts.js"
        for line in read(file).splitlines()
        if HAN.search(re.sub(r"//.*|/\*.*|^ \*.*", "", line))
    ]

    assert elsewhere == []


def test_progress_is_told_as_on_the_web_pages():
    names = re.search(r"names: \[([^\]]+)\]", read(PACKAGE / "texts.js"))
    steps = dict(re.findall(r"^  (\w+): (\d),$", read(PACKAGE / "progress.js"), re.MULTILINE))

    assert names
    assert tuple(re.findall(r"'([^']+)'", names[1])) == STEPS
    assert {state: int(step) for state, step in steps.items()} == {
        state.value: reached(state) for state in CaseState if reached(state) is not None
    }


def test_every_private_thing_that_is_asked_for_is_declared():
    declared = set(settings(PACKAGE / "app.json")["requiredPrivateInfos"])
    used = {
        name
        for file in sources(".js")
        for name in re.findall(
            r"wx\.(getLocation|chooseLocation|choosePoi|getFuzzyLocation)", read(file)
        )
    }

    assert used == declared
    assert settings(PACKAGE / "app.json")["__usePrivacyCheck__"] is True


def test_no_real_account_is_named():
    assert settings(PACKAGE / "project.config.json")["appid"] == "touristappid"


def test_search_engines_find_the_front_page_alone():
    rules = settings(PACKAGE / "sitemap.json")["rules"]

    assert [(one["action"], one["page"]) for one in rules] == [
        ("allow", "pages/home/index"),
        ("disallow", "*"),
    ]


def test_the_templates_are_clean(node):
    done = run(node, str(HERE / "lint_wxml.js"), str(PACKAGE))

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_template_check_finds_a_fault(node, tmp_path):
    (tmp_path / "broken.wxml").write_text('<view class="{{a b}}"></viw>', "utf-8")

    done = run(node, str(HERE / "lint_wxml.js"), str(tmp_path))

    assert done.returncode == 1
    assert "broken.wxml" in done.stdout


def test_the_code_agrees_with_wechats_types(node):
    tsc = ROOT / "node_modules" / "typescript" / "bin" / "tsc"

    done = run(node, str(tsc), "--project", str(HERE / "tsconfig.json"))

    assert done.returncode == 0, done.stdout


def test_a_name_that_wechat_does_not_know_is_found(node, tmp_path):
    (tmp_path / "page.js").write_text("wx.requestt({})\n", "utf-8")
    project = settings(HERE / "tsconfig.json")
    project["compilerOptions"]["typeRoots"] = [str(ROOT / "node_modules")]
    (tmp_path / "tsconfig.json").write_text(
        json.dumps({**project, "include": ["page.js"]}), "utf-8"
    )
    tsc = ROOT / "node_modules" / "typescript" / "bin" / "tsc"

    done = run(node, str(tsc), "--project", str(tmp_path))

    assert "TS2551" in done.stdout


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=WITHIN, check=False
    )


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_opens_on_the_simulators_phone_or_says_that_it_does_not(page):
    secret = "a" * 26
    code = f"https%3A%2F%2Fcentre.example%2Fc%2F{secret}"
    asked = f"id=a1&secret={secret}&path=%2Froom%2F{secret}&q={code}"
    app = web.Application()
    for site in SITES:
        site.add_to(app)

    address = twin(Product(), f"{page}?{asked}")

    found = await app.router.resolve(make_mocked_request("GET", urlsplit(address).path))
    assert found.http_exception is None or not address


def test_the_lock_names_no_address():
    lock = read(ROOT / "package-lock.json")

    assert re.findall(r'https?://[^"]+', lock) == []
    assert '"resolved"' not in lock
    assert "omit-lockfile-registry-resolved=true" in read(ROOT / ".npmrc").splitlines()


def test_every_package_of_the_tests_is_pinned_exactly():
    wanted = settings(ROOT / "package.json")

    assert "dependencies" not in wanted
    assert [v for v in wanted["devDependencies"].values() if not re.fullmatch(r"[\d.]+", v)] == []


def test_the_guide_names_every_page_and_everything_that_is_asked_for():
    guide = read(ROOT / "docs" / "miniprogram.md")
    named = set(re.findall(r"`(pages/\w+/index)`", guide))
    told = set(re.findall(r"`(/[\w/{}.-]+)`", guide))
    paths = {path.removeprefix("/api/v1") for _, path in asked()}

    assert named == set(PAGES)
    assert paths - {re.sub(r"\{\w+\}", "{}", path) for path in told} == set()
