// What can be expected of the meeting, from what was measured and what works.

const MOVES = 5; // pictures a second: fewer are no video
const SPOILT = 0.1; // of the packets, after what was asked for again
const LATE = 0.8; // seconds there and back

// "good", "thin" (fewer pictures), "poor" (broken sound) or "none". Some sound always goes along.
export function judge(line, has) {
  if (!line.connected || !line.sounds) return "none";
  if (line.lost.audio > SPOILT) return "poor";
  const slow = line.lost.video > SPOILT || line.roundTrip > LATE;
  return slow || (has.picture && line.frames < MOVES) ? "thin" : "good";
}

const LATER = ["expired", "replaced", "unavailable"];

// The one sentence of it all, by its name in words.js.
export function conclude(line, has) {
  const way = judge(line, has);
  if (way === "none") return LATER.includes(line.why) ? "later" : "none";
  if (way === "poor") return "poor";
  if (way === "thin") return has.picture && has.sound ? "thin" : "thinSound";
  if (!has.picture && !has.sound) return "watch";
  if (!has.picture) return "sound";
  if (!has.sound) return "picture";
  if (has.deaf) return "deaf";
  return has.spoke ? "good" : "unheard";
}
