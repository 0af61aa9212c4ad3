// A case put into words: moments as people say them, and the one button that matters now.
const { day, when } = require('../../times')
const { reached } = require('../../progress')
const texts = require('../../texts').case

/** What the page shows of a case. */
function shown(found) {
  const { line } = found
  return {
    line,
    at: reached(line.state),
    mediator: line.mediator ? texts.mediator(line.mediator) : '',
    story: found.full_story,
    told: found.full_story ? texts.place(found.place, when(line.reported_at)) : '',
    media: found.media.filter(isPicture).map((one) => one.id),
    promises: found.obligations.map(promise),
    agreements: found.agreements.filter((one) => one.stage !== 'closed'),
    meetings: found.meetings.map((one) => meeting(one, found.to_do)),
    history: found.history.map((one, index) => ({
      index,
      when: when(one.at),
      words: one.words,
    })),
  }
}

/** A picture that is with the centre; voices are played on the page, not here. */
function isPicture({ kind, state }) {
  return kind === 'image' && state === 'kept'
}

function promise(one) {
  return {
    id: one.id,
    text: one.text,
    // The server's words for this state are those for whoever is owed.
    state: one.i_owe && one.state === 'claimed' ? texts.claimed : one.state_words,
    due: texts.due(day(one.due)),
    deeds: deedsOf(one).map((deed) => ({ deed, words: texts[deed] })),
  }
}

/** What a party may say of a promise now. */
function deedsOf({ state, i_owe: mine, i_am_owed: theirs }) {
  if (mine) return state === 'open' || state === 'breached' ? ['claim'] : []
  if (!theirs || state === 'done') return []
  return state === 'breached' ? ['confirm'] : ['confirm', 'breach']
}

/** A meeting; its own button only where the main one does not lead into the room already. */
function meeting(one, to_do) {
  return {
    id: one.id,
    when: when(one.starts_at),
    state: texts.meeting_states[one.state],
    live: /fixed|open/.test(one.state),
    enter: /fixed|open/.test(one.state) && !to_do.includes('/room/'),
  }
}

/** The one main button: the page that waits for me, else a promise of mine, else a call. */
function mainDeed(found) {
  if (found.to_do) return { deed: 'open', address: found.to_do, words: found.to_do_words }
  const mine = found.obligations.find((one) => deedsOf(one).includes('claim'))
  if (mine) return { deed: 'claim', id: mine.id, words: texts.claim }
  const told = found.obligations.find((one) => one.i_am_owed && one.state === 'claimed')
  if (told) return { deed: 'confirm', id: told.id, words: texts.confirm }
  return { deed: 'call', words: texts.call }
}

module.exports = { shown, mainDeed, deedsOf }
