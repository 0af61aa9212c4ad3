// A report that is not finished yet; it stays on this phone until it is sent.
const chance = require('./chance')

const KEPT = 'report-draft'

/**
 * @typedef {{id: string, path: string}} Picture kept by the server under `id`, shown from `path`
 * @typedef {object} Draft
 * @property {number} step the question that is asked now
 * @property {string} story
 * @property {string} place
 * @property {number | null} latitude WGS-84 degrees
 * @property {number | null} longitude
 * @property {string} others
 * @property {'' | 'no' | 'yes'} danger
 * @property {string} danger_words
 * @property {Picture[]} pictures
 * @property {string[]} voices recordings that the server keeps, by id
 * @property {string} form names this report: sent again, it is the same one
 */

/** @returns {Draft} */
function empty() {
  return {
    step: 0,
    story: '',
    place: '',
    latitude: null,
    longitude: null,
    others: '',
    danger: '',
    danger_words: '',
    pictures: [],
    voices: [],
    form: chance.id(),
  }
}

/** @returns {Draft} */
function load() {
  return { ...empty(), ...wx.getStorageSync(KEPT) }
}

/** @param {Draft} draft */
function keep(draft) {
  wx.setStorageSync(KEPT, draft)
}

function drop() {
  wx.removeStorageSync(KEPT)
}

/** Is there something that a person would not want to write again? */
function begun() {
  const { story, place, others, pictures, voices } = load()
  return Boolean(story || place || others || pictures.length || voices.length)
}

module.exports = { empty, load, keep, drop, begun }
