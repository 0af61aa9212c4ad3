// How far a case is, in the six steps that the web pages show too.
const REACHED = {
  reported: 0,
  registered: 1,
  dispatched: 1,
  accepted: 2,
  mediating: 2,
  signing: 3,
  performing: 4,
  breached: 4,
  performed: 5,
  archived: 5,
}

/** The step a case has reached, from 0; -1 where the way ended before its goal. */
function reached(state) {
  return state in REACHED ? REACHED[state] : -1
}

module.exports = { REACHED, reached }
