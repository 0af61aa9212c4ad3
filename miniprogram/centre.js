// The centre's name and phone: asked once, then kept, so that it can be called without a network.
const api = require('./api')
const KEPT = 'centre'

/** @returns {Promise<{name: string, committee: string, phone: string, demo: boolean}>} */
async function centre() {
  try {
    const told = await api.centre()
    wx.setStorageSync(KEPT, told)
    return told
  } catch (problem) {
    const kept = wx.getStorageSync(KEPT)
    if (kept) return kept
    throw problem
  }
}

/** Ring a number; a person who changes their mind has done nothing wrong. */
function call(phoneNumber) {
  wx.makePhoneCall({ phoneNumber, fail: () => {} })
}

module.exports = { centre, call }
