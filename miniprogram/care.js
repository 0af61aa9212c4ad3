// How large things are shown: as the phone is set, or as the person chose here.
const CHOICE = 'large'
const PLAIN = 17 // px
const LARGE = 23.8 // px; what WeChat itself uses in its care mode (关怀模式)
const LARGEST = 30 // px; beyond it words no longer fit on a narrow phone
const LARGE_FROM = 1.3 // the phone's factor from which a person is taken to want large print

/** @returns {{large: boolean, size: number}} what a page's outermost view needs */
function look() {
  const { fontSizeScaleFactor = 1 } = wx.getAppBaseInfo ? wx.getAppBaseInfo() : {}
  const chosen = wx.getStorageSync(CHOICE)
  const large = chosen === '' ? fontSizeScaleFactor >= LARGE_FROM : chosen === 'yes'
  const wished = PLAIN * fontSizeScaleFactor
  const size = large ? Math.max(LARGE, wished) : Math.min(wished, PLAIN * LARGE_FROM)
  return { large, size: Math.min(size, LARGEST) }
}

/** Keep what the person chose, and say how things look now. */
function choose(large) {
  wx.setStorageSync(CHOICE, large ? 'yes' : 'no')
  return look()
}

module.exports = { look, choose }
