// When a meeting begins, as the pickers give it; the whole country lives by UTC+8.
const OFFSET = '+08:00'
const EIGHT_HOURS = 8 * 3600 * 1000 // ms

/** The moment as the server takes it. */
const momentOf = (date, clock) => `${date}T${clock}:00${OFFSET}`

/** Is that moment over? */
const passed = (date, clock) => Date.parse(momentOf(date, clock)) < Date.now()

/** The day it is here: 2026-11-22. */
const today = () => new Date(Date.now() + EIGHT_HOURS).toISOString().slice(0, 10)

module.exports = { momentOf, passed, today }
