// What staff take down: kept on the phone, apart for each of them and each kind, until the centre
// has it, and sent once.
const chance = require('../../chance')
const texts = require('../../texts').take

const KEPT = 'taken-report' // the beginning of every key
const SHORTEST_STORY = 2

/**
 * @typedef {object} Taken
 * @property {string} by whose draft it is
 * @property {boolean} found nobody told it, the grid worker saw it
 * @property {string} name
 * @property {string} phone
 * @property {string} agreed
 * @property {string} story
 * @property {string} place
 * @property {number | null} latitude WGS-84 degrees
 * @property {number | null} longitude
 * @property {string} others
 * @property {string} danger
 * @property {{id: string, path: string}[]} pictures
 * @property {string} form names this report: sent again, it is the same one
 */

/** @returns {Taken} */
function empty(found, by) {
  return {
    by,
    found,
    name: '',
    phone: '',
    agreed: '',
    story: '',
    place: '',
    latitude: null,
    longitude: null,
    others: '',
    danger: '',
    pictures: [],
    form: chance.id(),
  }
}

/** @param {{found: boolean, by: string}} whose */
const keyOf = ({ found, by }) => `${KEPT}/${found ? 'found' : 'told'}/${by}`

/** What they began and did not send, of the same kind: @returns {Taken} */
function load(found, by) {
  return { ...empty(found, by), ...wx.getStorageSync(keyOf({ found, by })) }
}

/** @param {Taken} draft */
function keep(draft) {
  wx.setStorageSync(keyOf(draft), draft)
}

/** @param {Taken} draft */
function drop(draft) {
  wx.removeStorageSync(keyOf(draft))
}

/** Whoever worked on this phone does so no more. */
function dropAll() {
  const { keys } = wx.getStorageInfoSync()
  keys.filter((one) => one.startsWith(KEPT)).forEach((one) => wx.removeStorageSync(one))
}

/** What is missing, as a sentence; empty if nothing is. @param {Taken} draft */
function check({ found, name, agreed, story, place, latitude }) {
  if (!found && !name.trim()) return texts.name_missing
  if (!found && !agreed) return texts.agreed_missing
  if (story.trim().length < SHORTEST_STORY) return texts.story_missing
  return place.trim() || latitude !== null ? '' : texts.place_missing
}

/** As the server takes it. @param {Taken} draft */
function told({ found, name, phone, agreed, pictures, story, place, others, danger, ...draft }) {
  const whom = found ? {} : { name: name.trim(), phone: phone.trim(), agreed }
  return {
    ...whom,
    story: story.trim(),
    place: place.trim(),
    latitude: draft.latitude,
    longitude: draft.longitude,
    others: others.trim(),
    danger: danger.trim(),
    media: pictures.map((one) => one.id),
    form: draft.form,
  }
}

module.exports = { empty, load, keep, drop, dropAll, check, told }
