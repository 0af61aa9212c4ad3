"""The configuration: what is read, what wins, and what is refused by name."""

import operator
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

import config
from config import Config, ConfigError, load

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config.yaml"


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch):
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "config.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def leaves(tree, prefix=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_the_shipped_file_names_every_key_in_the_order_of_the_program():
    shipped = yaml.safe_load(SHIPPED.read_text("utf-8"))

    assert list(leaves(shipped)) == [key for key, _ in config.every_key()]


def test_the_shipped_file_says_the_defaults():
    shipped = yaml.safe_load(SHIPPED.read_text("utf-8"))

    assert Config.model_validate(shipped) == Config()


def test_each_key_of_the_shipped_file_is_explained_in_the_words_of_the_program():
    lines = [line.strip() for line in SHIPPED.read_text("utf-8").splitlines()]

    explained = [above[2:] for above, line in pairwise(lines) if re.match(r"\w+: ", line)]

    assert explained == [field.description for _, field in config.every_key()]


def test_the_shipped_file_holds_no_secret():
    shipped = load(SHIPPED)
    official = shipped.wechat.official

    assert (official.secret, official.token, shipped.sms.key) == ("", "", "")


def test_without_a_file_everything_stands_under_the_data_folder(tmp_path):
    settings = load(None, {"data.dir": tmp_path})

    assert settings.database.url == f"sqlite:///{tmp_path}/ledger.db"
    assert settings.objects.url == str(tmp_path / "objects")
    assert settings.documents.pki_dir == tmp_path / "pki"
    assert settings.log.dir == tmp_path / "log"


def test_the_public_address_follows_from_the_port_unless_it_is_given():
    assert load(None, {"http.port": 9000}).http.public_url == "http://127.0.0.1:9000"
    assert (
        load(None, {"http.public_url": "https://m.example/"}).http.public_url == "https://m.example"
    )


def test_the_environment_wins_over_the_file_and_the_call_over_both(file, monkeypatch):
    path = file("http:\n  port: 1\n  host: 127.0.0.2\n")
    monkeypatch.setenv("FENGQIAO_HTTP__PORT", "9000")
    monkeypatch.setenv("FENGQIAO_WECHAT__OFFICIAL__APPID", "wx1")

    assert load(path).http.port == 9000
    assert load(path).http.host == "127.0.0.2"
    assert load(path).wechat.official.appid == "wx1"
    assert load(path, {"http.port": 0}).http.port == 0


def test_a_demo_takes_no_setting_from_the_environment(file, monkeypatch):
    monkeypatch.setenv("FENGQIAO_DATABASE__URL", "postgresql://real/cases")

    own = load(file("http:\n  port: 1\n"), environment=config.without_settings())

    assert own.database.url.startswith("sqlite:")
    assert "PATH" in config.without_settings()


def test_a_list_in_the_environment_stands_between_commas(monkeypatch):
    monkeypatch.setenv("FENGQIAO_HTTP__TRUSTED_PROXIES", "10.0.0.1, 10.1.0.0/16")

    assert load(None).http.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")


def test_every_key_has_a_variable(monkeypatch):
    assert config.variable("wechat.official.appid") == "FENGQIAO_WECHAT__OFFICIAL__APPID"


def test_a_secret_comes_from_a_file_of_its_own(tmp_path, file, monkeypatch):
    (tmp_path / "secret").write_text("  s3cret\n")
    path = file(f"wechat:\n  official:\n    secret_file: {tmp_path}/secret\n    secret: ''\n")
    monkeypatch.setenv("FENGQIAO_SMS__KEY_FILE", str(tmp_path / "secret"))

    assert load(path).wechat.official.secret == "s3cret"
    assert load(path).sms.key == "s3cret"


def test_a_secret_given_twice_is_refused(tmp_path, file):
    path = file(f"sms:\n  key: a\n  key_file: {tmp_path}/secret\n")
    (tmp_path / "secret").write_text("b")

    with pytest.raises(ConfigError, match=r"sms\.key and sms\.key_file are both given"):
        load(path)


def test_a_missing_secret_file_is_named(file):
    with pytest.raises(ConfigError, match=r"sms\.key_file cannot be read: /nowhere"):
        load(file("sms:\n  key_file: /nowhere\n"))


def test_only_secrets_come_from_files(file):
    with pytest.raises(ConfigError, match=r"unknown key centre\.name_file"):
        load(file("centre:\n  name_file: /etc/hostname\n"))


def test_an_unknown_key_in_the_file_is_named_with_the_one_that_was_meant(file):
    path = file("http:\n  prot: 80\n")

    with pytest.raises(ConfigError) as caught:
        load(path)

    assert str(caught.value) == f"unknown key http.prot in {path} (did you mean http.port?)"
    assert "http.prot" in caught.value.chinese


def test_an_unknown_variable_is_named(monkeypatch):
    monkeypatch.setenv("FENGQIAO_HTTP__PROT", "80")
    with pytest.raises(ConfigError, match=r"unknown key http\.prot in FENGQIAO_HTTP__PROT"):
        load(None)

    monkeypatch.delenv("FENGQIAO_HTTP__PROT")
    monkeypatch.setenv("FENGQIAO_COLOUR", "red")
    with pytest.raises(ConfigError, match="FENGQIAO_COLOUR"):
        load(None)


def test_a_variable_of_the_tests_is_none_of_ours(monkeypatch):
    monkeypatch.setenv("FENGQIAO_TEST_DATA", "/somewhere")

    assert load(None).http.port == 8080


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("http:\n  port: 70000\n", "http.port"),
        ("http:\n  port: eighty\n", "http.port"),
        ("http: 5\n", "http"),
        ("centre:\n  region: 330106\n", r"centre.region.*put it in quotes"),
        ("centre:\n  timezone: Mars/Base\n", "is not a time zone"),
        ("log:\n  keep_days: 30\n", "log.keep_days"),
        ("http:\n  tls_cert: a.pem\n", "tls_cert and tls_key belong together"),
        ("- a\n", "is not YAML with sections"),
        ("http: [\n", "is not YAML with sections"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(file, text, complaint):
    with pytest.raises(ConfigError, match=complaint):
        load(file(text))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("http.public_url", "m.example"),
        ("http.public_url", "https://mediate.example/fengqiao"),
        ("http.trusted_proxies", "10.0.0.0/8, nginx"),
        ("database.url", "mysql://fengqiao:hunter2@database/fengqiao"),
        ("database.url", "ledger.db"),
        ("redis.url", "127.0.0.1:6379"),
        ("objects.url", "ftp://files.example/papers"),
        ("objects.endpoint", "http://s3.example"),
        ("objects.endpoint", "http://8.8.8.8:9000"),
        ("wechat.api_base", "api.weixin.qq.com"),
        ("wechat.official.encoding_aes_key", "hunter2"),
        ("wechat.official.encoding_aes_key_previous", "A" * 42 + "="),
        ("wechat.miniprogram.encoding_aes_key", "A" * 44),
        ("sms.url", "gateway.example"),
        ("webrtc.host", "mediate.example"),
        ("documents.tsa_url", "tsa.example/rfc3161"),
    ],
)
def test_a_value_that_would_break_only_later_is_named_at_the_start(monkeypatch, key, value):
    monkeypatch.setenv(config.variable(key), value)

    with pytest.raises(ConfigError) as caught:
        load(None)

    assert str(caught.value).startswith(f"{key} in {config.variable(key)}: ")
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("http.public_url", "https://mediate.example:8443"),
        ("http.trusted_proxies", "10.0.0.1,fd00::/8"),
        ("database.url", "postgresql://fengqiao:secret@database/fengqiao"),
        ("database.url", "sqlite:////srv/ledger.db"),
        ("redis.url", "rediss://redis:6379/0"),
        ("objects.url", "s3://bucket/prefix"),
        ("objects.url", "/srv/objects"),
        ("objects.endpoint", "https://s3.example"),
        ("objects.endpoint", "http://127.0.0.1:9000"),
        ("objects.endpoint", "http://[::1]:9000"),
        ("objects.endpoint", "http://10.0.0.7:9000"),
        ("objects.endpoint", "http://objects:8333"),
        ("wechat.official.encoding_aes_key", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
        ("webrtc.host", "::"),
    ],
)
def test_what_a_centre_really_sets_is_taken(monkeypatch, key, value):
    monkeypatch.setenv(config.variable(key), value)

    taken = operator.attrgetter(key)(load(None))

    assert taken in (value, tuple(value.split(",")))


def test_a_complaint_never_repeats_a_value(file):
    with pytest.raises(ConfigError) as caught:
        load(file("sms:\n  key: [hunter2]\n"))

    assert "hunter2" not in str(caught.value)


def test_secrets_are_not_printed():
    assert "hunter2" not in repr(
        load(None, {"sms.key": "hunter2", "database.url": "postgresql://u:hunter2@h/d"})
    )


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"no\.yaml does not exist"):
        load(tmp_path / "no.yaml")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8081", "http://localhost:1", "http://[::1]:1", ""]
)
def test_a_clock_of_this_machine_is_followed(url):
    assert load(None, {"clock.url": url}).clock.url == url


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1:1", "https://time.example", "http://127.0.0.1.example", "127.0.0.1:1"]
)
def test_a_clock_of_another_machine_is_refused(url):
    with pytest.raises(ConfigError, match=r"clock\.url"):
        load(None, {"clock.url": url})


def test_a_command_line_says_it_in_both_languages_and_ends_with_2():
    program = "import config; config.load_or_exit(None)"

    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"FENGQIAO_HTTP__PROT": "80", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ended.returncode == 2
    english, chinese = ended.stderr.splitlines()
    assert english.startswith("Configuration error: unknown key http.prot in FENGQIAO_HTTP__PROT")
    assert chinese.startswith("配置有误")
