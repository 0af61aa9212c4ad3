// Asking whether we may send a message when there is news (订阅消息); only a tap may ask.
const api = require('./api')
const chance = require('./chance')

/** The templates to ask about: @returns {Promise<string[]>} */
async function wanted() {
  try {
    return (await api.remindersToAsk()).templates
  } catch {
    return [] // nobody misses what was never offered
  }
}

const MAIN_SWITCH_OFF = 20004 // the person wants no subscription messages at all

/** Ask, and tell the centre what was answered: @returns {Promise<'yes' | 'no' | 'off' | 'unknown'>} */
async function ask(templates) {
  const { answers, code } = await asked(templates)
  const results = Object.fromEntries(
    templates.filter((one) => answers[one]).map((one) => [one, answers[one]]),
  )
  await api.tellReminders(chance.id(), results)
  return outcome(Object.values(results), code)
}

/** What came of the question, in one word; what WeChat does not say is unknown, never a yes. */
function outcome(results, code) {
  if (results.some((one) => one.startsWith('accept'))) return 'yes'
  if (code === MAIN_SWITCH_OFF || results.includes('ban')) return 'off'
  return results.includes('reject') ? 'no' : 'unknown'
}

/** @returns {Promise<{answers: Record<string, string>, code: number}>} */
function asked(templates) {
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds: templates,
      success: (answers) => resolve({ answers: /** @type {any} */ (answers), code: 0 }),
      fail: ({ errCode }) => resolve({ answers: {}, code: errCode }),
    })
  })
}

module.exports = { wanted, ask }
