// What the mediator sees of the people and the door, and decides about them.

import { AWAY, HAND, HOW, ROLE } from "../room/words.js";
import { asking } from "./companion.js";
import { ACT, AGREED, LEAD, SURE_NOW, SURE_REMOVE } from "./words.js";

export class Panel {
  constructor(section, say) {
    this.section = section;
    this.beside = asking(say);
    this.say = say;
    this.people = this.waiting = this.apart = [];
    this.place = "table";
    this.doors = { locked: false, removed: [] };
  }

  roster({ people, waiting, apart, place }, self) {
    this.people = people.filter((person) => person.participant !== self);
    this.me = people.find((person) => person.participant === self);
    Object.assign(this, { waiting, apart, place });
    this.draw();
  }

  door(doors) {
    this.doors = doors;
    this.draw();
  }

  draw() {
    const rows = this.people.flatMap((person) => [this.row(this.about(person), this.deeds(person)), ...this.company(person)]);
    const apart = this.apart.flatMap((person) => [this.row(`${this.about(person)} · ${LEAD.apart}`, this.deeds(person)), ...this.company(person)]);
    const own = this.me ? [this.row(LEAD.own, [this.asking(this.me)]), ...this.company(this.me)] : [];
    const out = this.doors.removed.map((one) => this.row(`${one.name}：${LEAD.out}`, [[ACT.readmit, { type: "readmit", participant: one.participant }]]));
    const before = this.waiting.map((person) => this.row([`${person.name}：${LEAD.waits}${person.connected ? "" : AWAY}`, !person.acknowledged && LEAD.untold].filter(Boolean).join(" · "), this.atTheDoor(person), "awaited"));
    const { locked } = this.doors;
    const door = this.row(locked ? LEAD.locked : LEAD.open, [[locked ? ACT.unlock : ACT.lock, { type: "lock", on: !locked }]]);
    const held = document.activeElement?.dataset.deed;
    this.section.replaceChildren(...before, ...rows, ...apart, ...own, ...out, this.talking(), this.beginning(), door);
    if (held) this.section.querySelector(`[data-deed='${CSS.escape(held)}']`)?.focus(); // a redrawn button keeps the keyboard
  }

  talking() {
    const back = [ACT.together, { type: "together" }];
    const pause = [ACT.pause, { type: "pause" }];
    return this.row(LEAD[this.place], { table: [pause], paused: [back], aside: [back, pause] }[this.place]);
  }

  beginning() {
    if (this.doors.begun) return this.row(LEAD.begun, []);
    const left = [...this.people, ...this.apart].filter((person) => !person.acknowledged || !person.identified);
    if (left.length) return this.row(LEAD.notReady(left), []);
    return this.row(this.people.length ? LEAD.ready : "", this.people.length ? [[ACT.begin, { type: "begin" }]] : []);
  }

  about(person) {
    const facts = [person.hand && HAND.raised, person.muted && LEAD.muted, person.sends.includes("screen") && LEAD.shares, !person.acknowledged && LEAD.untold, !person.identified && LEAD.unknown].filter(Boolean);
    return [`${person.name}（${ROLE[person.role] ?? ""}）`, ...facts].join(" · ");
  }

  deeds({ participant, name, hand, muted, identified, shows }) {
    const deeds = [];
    if (!identified) for (const how of ["document", "known"]) deeds.push([ACT[how], { type: "identity", participant, how }]);
    if (hand) deeds.push([ACT.lower, { type: "lower", participant }]);
    deeds.push([muted ? ACT.unmute : ACT.mute, { type: "mute", participant, on: !muted }]);
    deeds.push([shows ? ACT.forbid : ACT.allow, { type: "allow", participant, on: !shows }]);
    const inside = this.place === "aside" ? this.people.map((one) => one.participant) : [];
    if (!inside.includes(participant)) deeds.push([ACT.aside, { type: "aside", participants: [participant] }]);
    if (inside.length && !inside.includes(participant)) deeds.push([ACT.join, { type: "aside", participants: [...inside, participant] }]);
    deeds.push(this.asking({ participant, name }));
    deeds.push([ACT.remove, { type: "remove", participant }, SURE_REMOVE(name)]);
    return deeds;
  }

  asking({ participant, name }) {
    return [ACT.beside, { type: "companion", participant }, "", () => this.beside(participant, name)];
  }

  company({ company, name }) {
    return company.map((one) => {
      const now = (what) => [ACT[what], { type: "companion-now", companion: one.id, now: what }, SURE_NOW[what]?.(one.name)];
      return this.row(`${one.name}（${name}${LEAD.at}，${HOW[one.how]}）· ${AGREED[one.agreed]}`, [now(one.agreed ? "refused" : "agreed"), now("gone")], "beside");
    });
  }

  atTheDoor({ participant, name }) {
    return [
      [ACT.admit, { type: "admit", participant }],
      [ACT.remove, { type: "remove", participant }, SURE_REMOVE(name)],
    ];
  }

  row(text, deeds, look = "") {
    const row = document.createElement("p");
    row.className = look;
    const words = document.createElement("span");
    words.textContent = text;
    row.append(words, ...deeds.map((deed) => this.button(...deed)));
    return row;
  }

  button(words, message, sure, instead) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.dataset.deed = `${message.type}${message.how ?? message.now ?? ""} ${message.participant ?? message.participants ?? message.companion ?? ""}`;
    button.onclick = instead ?? (() => (!sure || confirm(sure)) && this.say(message));
    return button;
  }
}
