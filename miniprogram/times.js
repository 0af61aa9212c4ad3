// Moments as people here say them. The whole country lives by UTC+8, wherever the phone is set to.
const texts = require('./texts')
const EIGHT_HOURS = 8 * 3600 * 1000 // ms

const two = (number) => String(number).padStart(2, '0')

/** Write a moment: 11月21日（周六）15:30. */
function when(moment) {
  if (!moment) return ''
  const local = new Date(Date.parse(moment) + EIGHT_HOURS)
  const clock = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`
  return texts.moment(local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCDay(), clock)
}

/** Write a legal day such as 2026-11-21: 2026年11月21日. */
function day(value) {
  const [year, month, date] = value.split('-').map(Number)
  return texts.day(year, month, date)
}

module.exports = { when, day }
