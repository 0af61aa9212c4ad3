"""What is deployed: TURN refuses the networks behind it, and no key is invented."""

import re
import socket
import struct
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

import config
from tests.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRETS = {
    "database_url": "postgresql://fengqiao:s@database/fengqiao",
    "official_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
SECRET = "a-secret-of-this-test"


def wait_for_stun(port):
    """Ask for a binding (RFC 8489) until there is an answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        for _attempt in range(100):
            asking.sendto(
                struct.pack("!HHI12s", 1, 0, 0x2112A442, b"fengqiao-tst"), ("127.0.0.1", port)
            )
            with suppress(OSError):
                return asking.recv(1500)
    raise AssertionError("the TURN server does not answer")


@pytest.fixture(scope="module")
def turn(tmp_path_factory):
    """A TURN server with the deployed settings, on a free port of this machine, without TLS."""
    port, folder = free_port(), tmp_path_factory.mktemp("turn")
    settings = (DEPLOY / "turnserver.conf").read_text("utf-8")
    moved = re.sub(r"(?m)^(cert|pkey|tls-listening-port|listening-port)=.*\n", "", settings)
    (folder / "turnserver.conf").write_text(f"{moved}\nlistening-port={port}\nno-tls\nno-dtls\n")
    server = subprocess.Popen(
        [
            *("turnserver", "-c", str(folder / "turnserver.conf"), "--realm=test"),
            *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"),
            *(f"--static-auth-secret={SECRET}", f"--log-file={folder}/log", "--simple-log"),
            *(f"--pidfile={folder}/pid", f"--userdb={folder}/users"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_stun(port)
        yield port
    finally:
        server.kill()
        server.wait()


def ask_for(port, peer):
    """Ask the TURN server, as somebody new, to relay to a peer; give what its client printed."""
    options = ("-v", "-W", SECRET, "-u", f"asks-for-{peer}", "-p", str(port), "-e", peer, "-n", "1")
    client = subprocess.Popen(
        ["turnutils_uclient", *options, "-m", "1", "-c", "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = ""
    with client:
        for line in client.stdout or ():
            said += line.decode(errors="replace")
            if "bind: " in said:
                break
        client.kill()
    return said


@pytest.mark.parametrize(
    "peer", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1"]
)
def test_nobody_reaches_the_network_behind_the_turn_server(turn, peer):
    assert "403 (Forbidden IP)" in ask_for(turn, peer)


def test_the_program_takes_what_compose_gives_it(tmp_path):
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    given = compose["services"]["fengqiao"]["environment"]
    for name in compose["services"]["fengqiao"]["secrets"]:
        (tmp_path / name).write_text(SECRETS.get(name, "s"))

    settings = config.load(
        None,
        environment={
            name: value.replace("/run/secrets", str(tmp_path))
            .replace("${HOST:?the name that people use}", "mediate.example")
            .replace("${HOST}", "mediate.example")
            for name, value in given.items()
        },
    )

    assert settings.http.public_url == "https://mediate.example"
    assert settings.database.url == SECRETS["database_url"]
    assert settings.webrtc.port == 50000
    assert len(settings.webrtc.turn_urls) == 2


def test_the_image_names_no_key_that_the_program_does_not_know():
    image = (DEPLOY / "Containerfile").read_text("utf-8")

    settings = config.load(None, environment=dict(re.findall(r"(FENGQIAO_\w+)=(\S+)", image)))

    assert str(settings.data.dir) == "/var/lib/fengqiao"


def test_every_secret_of_compose_is_a_file_outside_of_the_repository():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    used = {name for service in compose["services"].values() for name in service.get("secrets", [])}

    assert used == set(compose["secrets"])
    assert all(one["file"].startswith("secrets/") for one in compose["secrets"].values())
    assert not (DEPLOY / "secrets").exists()
