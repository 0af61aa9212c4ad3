// The way to the media worker and back: our own sound and picture, for a few seconds.

import { Media } from "../room/media.js";

const PATIENCE = 9000; // ms until it has to be connected; with what follows less than the server gives
const MEASURED = 8000; // ms
const LOOK = 200; // ms

// `show` is given what comes back, `told` the seconds that are left once it is connected.
export async function tryLine({ ticket, stream, show, told }) {
  const line = { connected: false, reached: false, why: "", took: 0 };
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/room/socket`);
  const say = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
  const media = new Media({ say, show, trouble() {} });
  media.stream = stream;
  let began = performance.now();
  const ON = {
    trying(message) {
      line.reached = true;
      began = performance.now();
      media.ice = message.ice;
      media.publish();
    },
    published: (message) => media.published(message.sdp),
    offer: (message) => media.offered(message.number, message.sdp),
    problem: (message) => (line.why ||= message.code),
    replaced: () => (line.why ||= "replaced"),
    tried: () => (line.why ||= "over"),
  };
  socket.onopen = () => say({ type: "try", ticket });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    ON[message.type]?.(message);
  };
  socket.onclose = () => (line.why ||= "closed");

  await until(() => line.why || connected(media), PATIENCE);
  line.connected = connected(media);
  line.took = performance.now() - began;
  const measured = line.connected ? await measure(media, told, () => line.why) : {};
  say({ type: "leave" });
  socket.close();
  media.reset();
  return { ...line, ...measured };
}

function connected({ up, down }) {
  return [up, down].every((half) => half?.connectionState === "connected");
}

async function until(condition, within) {
  const end = performance.now() + within;
  while (!condition() && performance.now() < end) await new Promise((done) => setTimeout(done, LOOK));
}

async function measure(media, told, ended) {
  const began = performance.now();
  const before = await look(media);
  await until(() => {
    told(Math.ceil((MEASURED - (performance.now() - began)) / 1000));
    return ended();
  }, MEASURED);
  const after = await look(media);
  const seconds = (performance.now() - began) / 1000;
  const more = (name) => after[name] - before[name];
  return {
    way: after.way,
    roundTrip: after.roundTrip,
    sounds: more("audio"),
    frames: more("frames") / seconds,
    up: (8 * more("sent")) / seconds,
    down: (8 * more("came")) / seconds,
    lost: { audio: share(more("audioLost"), more("audio")), video: share(more("videoLost"), more("video")) },
  };
}

function share(lost, came) {
  return Math.max(0, lost) / Math.max(1, lost + came);
}

// What has gone and come so far.
async function look({ up, down }) {
  const seen = { sent: 0, came: 0, audio: 0, video: 0, audioLost: 0, videoLost: 0, frames: 0, way: "", roundTrip: 0 };
  for (const stat of (await up.getStats()).values()) if (stat.type === "outbound-rtp") seen.sent += stat.bytesSent;
  const stats = await down.getStats();
  for (const stat of stats.values()) {
    if (stat.type === "inbound-rtp") {
      seen.came += stat.bytesReceived;
      seen[stat.kind] += stat.packetsReceived;
      seen[`${stat.kind}Lost`] += stat.packetsLost;
      seen.frames += stat.framesDecoded ?? 0;
    }
    if (stat.type === "candidate-pair" && stat.nominated && stat.state === "succeeded") {
      seen.roundTrip = stat.currentRoundTripTime ?? 0;
      const own = stats.get(stat.localCandidateId);
      seen.way = own?.candidateType === "relay" ? own.relayProtocol : "direct";
    }
  }
  return seen;
}
