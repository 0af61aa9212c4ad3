// Two peer connections: one for what we send (we offer), one for what we are shown (server offers).

import { listen } from "./patience.js";

// Low to high: everybody is shown the layer that their line carries.
const LAYERS = [
  { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 120_000 },
  { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 350_000 },
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
];
const SMALL = { maxBitrate: 900_000 };
const TALL = 720; // pixels: a quarter of less is no picture any more
const GIVE_UP_AFTER = 6000; // ms: an ICE restart that has not worked by then will not work

export class Media {
  constructor({ say, show, trouble, anew = () => {} }) {
    this.ice = [];
    this.say = say;
    this.show = show;
    this.trouble = trouble;
    this.anew = anew; // told when both connections are made anew, or go elsewhere
    this.stream = null;
    this.up = null;
    this.down = null;
    this.chain = Promise.resolve();
    this.timer = 0;
    this.mending = false;
  }

  // One negotiation at a time; a step that fails must not block the next.
  then(step) {
    this.chain = this.chain.then(step).catch((reason) => console.warn("room:", reason));
    return this.chain;
  }

  publish() {
    return this.then(async () => {
      this.reset();
      const tracks = this.stream.getTracks();
      if (!tracks.length) {
        this.say({ type: "watch" });
        return this.anew();
      }
      this.up = this.connection();
      for (const track of tracks) {
        const sendEncodings = track.kind === "video" ? layers(track) : undefined;
        this.up.addTransceiver(track, { direction: "sendonly", sendEncodings });
      }
      await describe(this.up, "offer");
      this.say({ type: "publish", sdp: this.up.localDescription.sdp });
      this.anew();
    });
  }

  // The way of sound and picture is cut, the page's own is not: both ways say so, one restart is enough.
  mend() {
    if (this.mending) return;
    this.mending = true;
    this.restart();
  }

  restart() {
    return this.then(async () => {
      if (!this.up || this.up.signalingState !== "stable") return this.startOver();
      for (const half of [this.up, this.down]) half?.setConfiguration(this.settings());
      this.up.restartIce();
      await describe(this.up, "offer");
      this.say({ type: "restart", sdp: this.up.localDescription.sdp });
      this.anew();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.mending = false;
        if (!this.works()) this.publish();
      }, GIVE_UP_AFTER);
    });
  }

  published(sdp) {
    return this.then(() => this.up?.setRemoteDescription({ type: "answer", sdp }));
  }

  offered(number, sdp) {
    return this.then(async () => {
      if (!this.down) {
        this.down = this.connection();
        listen(this.down);
        this.down.ontrack = (event) => this.show(event.streams[0], event.track);
      }
      await this.down.setRemoteDescription({ type: "offer", sdp });
      await describe(this.down, "answer");
      this.say({ type: "answer", number, sdp: this.down.localDescription.sdp });
    });
  }

  works() {
    return [this.up, this.down].every((half) => !half || half.connectionState === "connected");
  }

  close() {
    clearTimeout(this.timer);
    this.reset();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
  }

  startOver() {
    setTimeout(() => this.publish());
  }

  reset() {
    this.up?.close();
    this.down?.close();
    this.up = this.down = null;
    this.mending = false;
  }

  settings() {
    return { iceServers: this.ice, bundlePolicy: "max-bundle" };
  }

  connection() {
    const made = new RTCPeerConnection(this.settings());
    made.onconnectionstatechange = () => {
      if (made !== this.up && made !== this.down) return;
      if (made.connectionState === "disconnected") this.trouble(false);
      if (made.connectionState === "failed") this.trouble(true);
    };
    return made;
  }
}

// Sound that was lost is asked for and sent again, as pictures are. Browsers can do that but do not
// offer it by themselves (w3c/webrtc-extensions#119).
async function describe(connection, type) {
  const made = await (type === "offer" ? connection.createOffer() : connection.createAnswer());
  const told = made.sdp.replace(
    /^a=rtpmap:(\d+) opus\/48000\/2\r\n/gim,
    "$&a=rtcp-fb:$1 nack\r\na=rtcp-fb:$1 rrtr\r\n",
  );
  await connection
    .setLocalDescription({ type, sdp: told })
    .catch(() => connection.setLocalDescription(made));
}

function layers(track) {
  return track.getSettings().height >= TALL ? LAYERS : [SMALL];
}

// A machine with few cores has enough to do with one small picture.
const STRONG = navigator.hardwareConcurrency > 4;
export const PICTURE = { width: STRONG ? 1280 : 640, height: STRONG ? 720 : 360, frameRate: 20 };
const WISHES = [
  [{ audio: true, video: PICTURE }, ""],
  [{ audio: true, video: false }, "camera"],
  [{ audio: false, video: PICTURE }, "microphone"],
];

// What can be opened: both, only sound, only picture, or nothing; what is missing and why.
export async function openCamera() {
  let why = "";
  if (!navigator.mediaDevices?.getUserMedia) why = "unsupported";
  else
    for (const [wish, missing] of WISHES) {
      try {
        return { stream: await navigator.mediaDevices.getUserMedia(wish), missing, why };
      } catch (reason) {
        why ||= reason.name;
      }
    }
  return { stream: new MediaStream(), missing: "both", why };
}
