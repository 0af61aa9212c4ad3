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

/** Ask, and tell the centre what was answered: did the person say yes to any? */
async function ask(templates) {
  const answers = await asked(templates)
  const results = Object.fromEntries(
    templates.filter((one) => answers[one]).map((one) => [one, answers[one]]),
  )
  await api.tellReminders(chance.id(), results)
  return Object.values(results).some((one) => one.startsWith('accept'))
}

/** @returns {Promise<Record<string, string>>} */
function asked(templates) {
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds: templates,
      success: (answers) => resolve(/** @type {any} */ (answers)),
      fail: () => resolve({}),
    })
  })
}

module.exports = { wanted, ask }
