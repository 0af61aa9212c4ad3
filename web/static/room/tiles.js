// The pictures of the others, with their names; each is played explicitly, because some browsers
// do not start a stream by the autoplay attribute alone.

import { AWAY, HAND, MUTED, PLAY, ROLE, SENDS, SPEAKS, THIN } from "./words.js";

const LARGE_AFTER = 2000; // ms that somebody speaks before their picture becomes the large one

export class Tiles {
  constructor(list, alone, own) {
    this.list = list;
    this.alone = alone;
    this.own = own;
    this.tiles = new Map();
    this.speaker = "";
    this.paused = new Set(); // whose picture our line does not carry
    this.last = [[], null];
  }

  pause(participants) {
    this.paused = new Set(participants);
    this.name(...this.last);
  }

  // Who speaks has a border and a word; only who goes on speaking changes places.
  speak(participant, self) {
    this.speaker = participant;
    for (const [name, tile] of [...this.tiles, [self, this.own]]) mark(tile, name === participant);
    clearTimeout(this.timer);
    if (this.tiles.has(participant)) this.timer = setTimeout(() => this.enlarge(participant), LARGE_AFTER);
  }

  enlarge(participant) {
    for (const [name, tile] of this.tiles) tile.figure.classList.toggle("first", name === participant);
  }

  show(stream) {
    const participant = stream.id.replace(/^p-/, "");
    const tile = this.tiles.get(participant) ?? this.make(participant);
    if (tile.video.srcObject !== stream) tile.video.srcObject = stream;
    this.play(tile);
  }

  name(people, self) {
    this.last = [people, self];
    const here = people.filter((person) => person.participant !== self);
    const names = new Set(here.map((person) => person.participant));
    for (const [participant, tile] of this.tiles) {
      if (names.has(participant)) continue;
      tile.figure.remove();
      this.tiles.delete(participant);
    }
    for (const person of here) {
      const tile = this.tiles.get(person.participant) ?? this.make(person.participant);
      mark(tile, person.participant === this.speaker);
      const role = ROLE[person.role] ?? "";
      tile.figure.classList.toggle("raised", person.hand);
      const hand = person.hand ? ` · ${HAND.raised}` : "";
      tile.caption.textContent = `${person.name} ${role}${person.muted ? MUTED : ""}${person.connected ? "" : AWAY}${hand}`;
      const sends = person.sends.join("+");
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

  clear() {
    for (const tile of this.tiles.values()) tile.video.srcObject = null;
  }

  make(participant) {
    const figure = document.createElement("figure");
    figure.className = "tile";
    figure.dataset.participant = participant;
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
    this.tiles.set(participant, tile);
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
