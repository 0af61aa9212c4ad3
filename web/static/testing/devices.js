// Camera, microphone and loudspeaker: what opens, how loud it is, what is played.

import { PICTURE } from "../room/media.js";

const LOOK = 100; // ms
const LOUD = 0.02; // of full scale: a voice near a microphone, and no quiet room
const ENOUGH = 3; // looks
const NOTES = [523, 659, 784]; // Hz
const NOTE = 0.4; // seconds
const SYSTEM = /system/i; // so Chromium says that not the page was refused, but the browser itself

// Each device by itself if not both open; why a missing one is missing.
export async function open() {
  const found = { stream: new MediaStream(), camera: "", microphone: "" };
  if (!navigator.mediaDevices?.getUserMedia) return { ...found, camera: "unsupported", microphone: "unsupported" };
  const both = await ask({ audio: true, video: PICTURE });
  if (both.stream) return { ...found, stream: both.stream };
  for (const [kind, wish] of [["camera", { video: PICTURE }], ["microphone", { audio: true }]]) {
    const { stream, why } = await ask(wish);
    found[kind] = why;
    for (const track of stream?.getTracks() ?? []) found.stream.addTrack(track);
  }
  return found;
}

async function ask(wish) {
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(wish), why: "" };
  } catch (reason) {
    const refused = reason.name === "NotAllowedError" && SYSTEM.test(reason.message);
    return { stream: null, why: refused ? "system" : reason.name || "other" };
  }
}

// Watches how loud the microphone is; `spoke` is told once that there was a voice.
export class Meter {
  constructor(clock, stream, { level, spoke }) {
    this.ear = new AnalyserNode(clock, { fftSize: 2048 });
    this.wave = new Float32Array(this.ear.fftSize);
    clock.createMediaStreamSource(stream).connect(this.ear);
    this.deaf = false; // while we play something ourselves
    this.loud = 0;
    this.tell = { level, spoke };
    setInterval(() => this.look(), LOOK);
  }

  look() {
    this.ear.getFloatTimeDomainData(this.wave);
    const power = Math.sqrt(this.wave.reduce((sum, one) => sum + one * one, 0) / this.wave.length);
    this.tell.level(Math.min(1, power * 6));
    if (this.deaf || power < LOUD) return;
    if (++this.loud === ENOUGH) this.tell.spoke();
  }
}

// Three notes upwards; done when the last one is over.
export function play(clock) {
  const voice = new OscillatorNode(clock);
  const loudness = new GainNode(clock, { gain: 0.3 });
  voice.connect(loudness).connect(clock.destination);
  NOTES.forEach((pitch, at) => voice.frequency.setValueAtTime(pitch, clock.currentTime + at * NOTE));
  voice.start();
  voice.stop(clock.currentTime + NOTES.length * NOTE);
  return new Promise((done) => (voice.onended = done));
}

// Something to send for who has no microphone: no line can be tried with nothing.
export function hum(clock) {
  const out = new MediaStreamAudioDestinationNode(clock);
  const voice = new OscillatorNode(clock);
  voice.connect(new GainNode(clock, { gain: 0.05 })).connect(out);
  voice.start();
  return out.stream.getAudioTracks()[0];
}
