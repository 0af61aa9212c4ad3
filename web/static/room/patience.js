// Sound that is asked for again comes a round trip later. Where too much of it has to be made up,
// every sound waits that long before it is heard, until the line has been good for a while.

const EVERY = 2000; // ms
const MADE_UP = 0.01; // of the sound
const MOST = 500; // ms; who waits longer talks past the others
const GOOD = 15; // looks

export function listen(connection) {
  const known = new Map();
  const timer = setInterval(() => {
    if (connection.connectionState === "closed") return clearInterval(timer);
    for (const receiver of connection.getReceivers())
      if (receiver.track.kind === "audio") look(receiver, known).catch(() => {});
  }, EVERY);
}

export async function look(receiver, known) {
  const all = [...(await receiver.getStats()).values()];
  const seen = all.find((stat) => stat.type === "inbound-rtp");
  const way = all.find((stat) => stat.type === "remote-outbound-rtp")?.roundTripTime;
  if (!seen || !way) return;
  const now = {
    all: seen.totalSamplesReceived,
    made: seen.concealedSamples - seen.silentConcealedSamples,
    good: 0,
  };
  const before = known.get(receiver) ?? now;
  known.set(receiver, now);
  if (now.made - before.made > MADE_UP * (now.all - before.all))
    receiver.jitterBufferTarget = Math.min(MOST, 1.2 * 1000 * way + 60);
  else now.good = before.good + 1;
  if (now.good >= GOOD) receiver.jitterBufferTarget = null;
}
