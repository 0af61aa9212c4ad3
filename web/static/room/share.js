// What I show the others: a screen, or a picture of a paper. It is a second video over a connection
// of its own, so that camera and microphone know nothing of it.

const SCREEN = { video: { width: { max: 1600 }, height: { max: 1600 }, frameRate: { max: 5 } }, audio: false };
const ENCODING = { maxBitrate: 1_000_000, maxFramerate: 5 };
const LONGEST = 1600; // pixels of a picture's longer side
const AGAIN = 500; // ms: a canvas on which nothing moves sends nothing

export const CAN_SHARE = Boolean(navigator.mediaDevices?.getDisplayMedia); // no phone can

export class Share {
  constructor({ say, settings, changed }) {
    this.say = say;
    this.settings = settings;
    this.changed = changed;
    this.track = null;
    this.preview = null; // of a picture; a screen would show itself in itself
    this.up = null;
    this.timer = 0;
    this.number = 0;
    this.over = false; // the meeting
  }

  async screen() {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
    this.begin(stream.getVideoTracks()[0], null);
  }

  async picture(file) {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(2, Math.round(picture.width * scale));
    canvas.height = Math.max(2, Math.round(picture.height * scale));
    const draw = () => canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    draw();
    const stream = canvas.captureStream(5);
    this.begin(stream.getVideoTracks()[0], stream);
    this.timer = setInterval(draw, AGAIN);
  }

  begin(track, preview) {
    if (this.over) return track.stop(); // chosen when the meeting was over already
    this.drop();
    this.track = track;
    this.preview = preview;
    track.contentHint = "detail";
    track.onended = () => this.end(); // the browser's own "stop sharing"
    this.publish();
    this.changed();
  }

  // Also again, whenever the page's other connections are made anew.
  async publish() {
    this.up?.close();
    this.up = null;
    if (!this.track) return;
    const up = (this.up = new RTCPeerConnection(this.settings()));
    up.onconnectionstatechange = () => up === this.up && up.connectionState === "failed" && this.publish();
    up.addTransceiver(this.track, { direction: "sendonly", sendEncodings: [ENCODING] });
    await up.setLocalDescription().catch(() => {}); // closed meanwhile
    if (up === this.up && up.localDescription) this.say({ type: "share", number: ++this.number, sdp: up.localDescription.sdp });
  }

  async shared(number, sdp) {
    if (number === this.number && this.up?.signalingState === "have-local-offer") await this.up.setRemoteDescription({ type: "answer", sdp });
  }

  end() {
    if (this.track) this.say({ type: "unshare" });
    this.drop();
    this.changed();
  }

  close() {
    this.over = true;
    this.drop();
  }

  drop() {
    clearInterval(this.timer);
    this.track?.stop();
    this.up?.close();
    this.track = this.preview = this.up = null;
  }
}
