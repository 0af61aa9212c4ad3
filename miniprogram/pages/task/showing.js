// A case as staff need it outside: who to call, what to do; what is not theirs is not offered.
const { when } = require('../../times')
const texts = require('../../texts').task

const LIVE = ['fixed', 'open'] // states of a meeting that has a room
const VISITED = ['performing', 'performed', 'breached'] // states in which somebody looks after it

/** What the page shows of a case. */
function shown(found) {
  const { line, may } = found
  const can = (action) => may.includes(action)
  const mediates = can('accept') || can('meet')
  return {
    line,
    version: found.version,
    danger: line.danger.length ? texts.danger(line.danger.join('、')) : '',
    seen_by: found.danger_seen_by && texts.seen_by(found.danger_seen_by),
    story: found.full_story,
    place: found.full_story && texts.place(found.place),
    parties: found.parties.map(party),
    meetings: found.meetings.filter((one) => LIVE.includes(one.state)).map(meeting),
    may_acknowledge: line.alarmed && can('acknowledge'),
    may_register: can('register'),
    may_dispatch: can('dispatch'),
    may_accept: can('accept'),
    may_return: mediates && ['dispatched', 'accepted'].includes(line.state),
    may_meet: can('meet'),
    may_visit: can('confirm-obligation') && VISITED.includes(line.state),
  }
}

/** A party; only a whole number can be called. */
function party({ person_id: id, side, name, phone }) {
  const number = /^\+?\d+$/.test(phone) ? phone : ''
  return { id, name: name || texts.nameless, side: texts.sides[side] || '', phone, number, call: texts.call(name || texts.nameless) }
}

function meeting({ id, starts_at: at }) {
  return { id, words: texts.meeting(when(at)) }
}

module.exports = { shown }
