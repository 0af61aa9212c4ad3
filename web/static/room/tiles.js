// The pictures of the others, with their names; each is played explicitly, because some browsers
// do not start a stream by the autoplay attribute alone.

import { AWAY, HAND, MUTED, PLAY, ROLE, SENDS, SHARE, SHRINK, SPEAKS, THIN, THIN_SCREEN, WITH, ZOOM } from "./words.js";

const LARGE_AFTER = 2000; // ms that somebody speaks before their picture becomes the large one

export class Tiles {
  constructor(list, alone, own) {
    this.list = list;
    this.alone = alone;
    this.own = own;
    this.tiles = new Map(); // by the name of their stream
    this.preview = null; // of the picture that I show
    this.speaker = "";
    this.paused = new Set(); // whose picture our line does not carry
    this.noScreen = false;
    this.last = [[], null];
  }

  pause({ participants, screen }) {
    this.paused = new Set(participants);
    this.noScreen = screen;
    this.name(...this.last);
  }

  // Who speaks has a border and a word; only who goes on speaking changes places.
  speak(participant, self) {
    this.speaker = participant;
    for (const [name, tile] of [...this.tiles, [`p-${self}`, this.own]]) mark(tile, name === `p-${participant}`);
    clearTimeout(this.timer);
    if (this.tiles.has(`p-${participant}`)) this.timer = setTimeout(() => this.enlarge(participant), LARGE_AFTER);
  }

  enlarge(participant) {
    for (const [name, tile] of this.tiles) tile.figure.classList.toggle("first", name === `p-${participant}`);
  }

  show(stream) {
    const tile = this.tile(stream.id);
    if (tile.video.srcObject !== stream) tile.video.srcObject = stream;
    this.play(tile);
  }

  name(people, self) {
    this.last = [people, self];
    const here = people.filter((person) => person.participant !== self);
    const screens = people.filter((person) => person.sends.includes("screen") && (this.preview || person.participant !== self));
    const names = new Set([...here.map((person) => `p-${person.participant}`), ...screens.map((person) => `s-${person.participant}`)]);
    for (const [name, tile] of this.tiles) {
      if (names.has(name)) continue;
      tile.figure.remove();
      this.tiles.delete(name);
    }
    for (const person of screens) this.nameScreen(person, self);
    this.list.classList.toggle("showing", screens.length > 0);
    for (const person of here) {
      const tile = this.tile(`p-${person.participant}`);
      mark(tile, person.participant === this.speaker);
      const role = ROLE[person.role] ?? "";
      tile.figure.classList.toggle("raised", person.hand);
      const hand = person.hand ? ` · ${HAND.raised}` : "";
      tile.caption.textContent = `${person.name} ${role}${WITH(person.company)}${person.muted ? MUTED : ""}${person.connected ? "" : AWAY}${hand}`;
      const sends = person.sends.filter((what) => what !== "screen").join("+");
      const without = SENDS[sends] ?? "";
      const paused = sends.includes("video") && this.paused.has(person.participant);
      tile.unseen.textContent = paused ? THIN : without;
      tile.unseen.hidden = !person.connected || (sends.includes("video") && !paused);
      if (sends === "video") tile.caption.textContent += without;
    }
    this.list.classList.toggle("many", here.length > 2);
    if (here.length && !this.list.querySelector(".first")) this.enlarge(here[0].participant);
    this.alone.hidden = here.length > 0;
  }

  nameScreen({ participant, name }, self) {
    const tile = this.tile(`s-${participant}`);
    const own = participant === self;
    if (own && tile.video.srcObject !== this.preview) tile.video.srcObject = this.preview;
    tile.caption.textContent = own ? SHARE.own : SHARE.of(name);
    tile.unseen.textContent = THIN_SCREEN;
    tile.unseen.hidden = own || !this.noScreen;
  }

  clear() {
    for (const tile of this.tiles.values()) tile.video.srcObject = null;
  }

  tile(name) {
    return this.tiles.get(name) ?? this.make(name);
  }

  make(name) {
    const figure = document.createElement("figure");
    figure.className = name.startsWith("s-") ? "tile screen" : "tile";
    figure.dataset.participant = name.slice(2);
    const video = document.createElement("video");
    video.playsInline = true;
    video.autoplay = true;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "play";
    button.textContent = PLAY;
    button.hidden = true;
    const unseen = document.createElement("p");
    unseen.className = "unseen";
    unseen.hidden = true;
    const caption = document.createElement("figcaption");
    const speaks = document.createElement("p");
    speaks.className = "speaks";
    speaks.hidden = true;
    speaks.textContent = SPEAKS;
    figure.append(video, unseen, button, caption, speaks);
    this.list.append(figure);
    const tile = { figure, video, unseen, button, caption, speaks };
    button.onclick = () => this.play(tile);
    if (name.startsWith("s-")) figure.append(zoom(figure, video));
    this.tiles.set(name, tile);
    return tile;
  }

  async play(tile) {
    try {
      await tile.video.play();
      tile.button.hidden = true;
    } catch (reason) {
      tile.button.hidden = reason.name !== "NotAllowedError";
    }
  }
}

function mark({ figure, speaks }, on) {
  figure.classList.toggle("speaking", on);
  speaks.hidden = !on;
}

// A paper on a phone is read by turning the phone; an iPhone lets only the video fill the screen.
function zoom(figure, video) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "zoom";
  button.textContent = ZOOM;
  button.onclick = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (figure.requestFullscreen) figure.requestFullscreen();
    else video.webkitEnterFullscreen?.();
  };
  figure.onfullscreenchange = () => (button.textContent = document.fullscreenElement ? SHRINK : ZOOM);
  return button;
}
