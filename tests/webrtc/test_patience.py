"""How long a page lets sound wait before it is heard: as long as what is asked for again takes."""

import json
import subprocess

import pytest

from tests.webrtc.house import PROJECT

PATIENCE = PROJECT / "web" / "static" / "room" / "patience.js"
LOOKS = """
const { look } = await import("data:text/javascript," + encodeURIComponent(SOURCE));
const receiver = { jitterBufferTarget: null };
const known = new Map();
let [all, made] = [0, 0];
const targets = [];
for (const { share, way } of SEEN) {
  [all, made] = [all + 96000, made + share * 96000];
  const stats = [
    ["a", { type: "inbound-rtp", totalSamplesReceived: all, concealedSamples: made + 5000,
            silentConcealedSamples: 5000 }],
    ["b", { type: "remote-outbound-rtp", roundTripTime: way }],
  ];
  receiver.getStats = async () => new Map(stats);
  await look(receiver, known);
  targets.push(receiver.jitterBufferTarget);
}
console.log(JSON.stringify(targets));
"""


@pytest.fixture
def targets(node):
    """What a page lets sound wait, look by look: the share that was made up, and the round trip."""

    def looked(*seen: tuple[float, float]) -> list[float | None]:
        told = json.dumps([{"share": share, "way": way} for share, way in seen])
        source = json.dumps(PATIENCE.read_text("utf-8"))
        script = f"const SOURCE = {source}; const SEEN = {told};{LOOKS}"
        command = [node, "--input-type=module", "-e", script]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    return looked


def test_on_a_good_line_nobody_waits(targets):
    assert targets((0, 0.2), (0.005, 0.2), (0, 0.2)) == [None] * 3


def test_where_much_is_made_up_sound_waits_a_round_trip_and_a_little(targets):
    assert targets((0.05, 0.2), (0.05, 0.2), (0, 0.2)) == [None, 300, 300]


def test_nobody_waits_so_long_that_they_talk_past_each_other(targets):
    assert targets((0, 1.5), (0.05, 1.5))[-1] == 500


def test_when_the_line_has_been_good_for_half_a_minute_nobody_waits_any_more(targets):
    seen = targets((0, 0.2), (0.05, 0.2), *[(0, 0.2)] * 15)

    assert seen[1:] == [300] * 15 + [None]
