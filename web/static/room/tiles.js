// The pictures of the others, with their names; each is played explicitly, because some browsers
// do not start a stream by the autoplay attribute alone.

import { AWAY, HAND, MUTED, PLAY, ROLE, SENDS, THIN } from "./words.js";

export class Tiles {
  constructor(list, alone) {
    this.list = list;
    this.alone = alone;
    this.tiles = new Map();
    this.paused = new Set(); // whose picture our line does not carry
    this.last = [[], null];
  }

  pause(participants) {
    this.paused = new Set(participants);
    this.name(...this.last);
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
    figure.append(video, unseen, button, caption);
    this.list.append(figure);
    const tile = { figure, video, unseen, button, caption };
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
