// What a report has to hold, how it is read back to the person, and how it is told to the centre.
const texts = require('../../texts').report

const SHORTEST_STORY = 2

/** Which question a field of the server's belongs to. */
const STEP_OF = {
  story: 'story',
  spot: 'place',
  place: 'place',
  latitude: 'place',
  longitude: 'place',
  others: 'others',
  danger: 'danger',
  media: 'pictures',
  picture: 'pictures',
  voice: 'pictures',
}

const CHECKS = {
  story: ({ story }) => (story.trim().length < SHORTEST_STORY ? texts.story_missing : ''),
  place: ({ place, latitude }) => (!place.trim() && latitude === null ? texts.place_missing : ''),
  danger: ({ danger, danger_words: words }) => {
    if (!danger) return texts.danger_missing
    return danger === 'yes' && !words.trim() ? texts.danger_words_missing : ''
  },
}

/** What is missing in the answer to a question, as a sentence; empty if nothing is. */
function check(step, draft) {
  return step in CHECKS ? CHECKS[step](draft) : ''
}

/** The question that a fault belongs to; empty if it belongs to none. */
function stepOf(field) {
  return STEP_OF[(field || '').split('.')[0]] || ''
}

function dangerTold({ danger, danger_words: words }) {
  return danger === 'yes' ? texts.danger_told_yes(words.trim()) : texts.danger_told_no
}

/** The draft as the server takes it. @param {import('../../drafts').Draft} draft */
function told(draft) {
  return {
    story: draft.story.trim(),
    place: draft.place.trim(),
    latitude: draft.latitude,
    longitude: draft.longitude,
    others: draft.others.trim(),
    danger: dangerTold(draft),
    media: [...draft.pictures.map((one) => one.id), ...draft.voices],
    form: draft.form,
  }
}

/** Question and answer, line by line. @param {import('../../drafts').Draft} draft */
function summary(draft) {
  const place = draft.latitude === null ? draft.place : texts.with_spot(draft.place)
  const answers = [
    [texts.story, draft.story],
    [texts.place, place],
    [texts.others, draft.others || texts.nothing],
    [texts.danger, dangerTold(draft)],
    [texts.pictures, texts.sent_count(draft.pictures.length, draft.voices.length)],
  ]
  return answers.map(([question, answer], step) => ({
    step,
    question,
    answer,
    label: texts.edit_label(question),
  }))
}

module.exports = { check, stepOf, told, summary }
