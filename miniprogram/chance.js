// An id that nobody else makes in the same moment; no secret: the server ties it to the person.
const SIGNS = 'abcdefghijklmnopqrstuvwxyz234567'

/** @returns {string} */
function id() {
  return Array.from({ length: 26 }, () => SIGNS[Math.floor(Math.random() * SIGNS.length)]).join('')
}

module.exports = { id }
