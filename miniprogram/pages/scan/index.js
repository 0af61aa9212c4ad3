// Scan a case code: where the case stands, for whoever holds the code.
const api = require('../../api')
const care = require('../../care')
const { pathOf, webPage } = require('../../address')
const { call } = require('../../centre')
const { reached } = require('../../progress')
const texts = require('../../texts').scan
const { call: call_words } = require('../../texts').case

Page({
  data: {
    texts,
    call_words,
    large: false,
    size: 17,
    found: /** @type {any} */ (null),
    at: -1,
    fault: '',
  },

  /** @param {{q?: string}} options `q` is the address of a code that WeChat's own scanner read */
  onLoad({ q }) {
    return q ? this.follow(decodeURIComponent(q)) : undefined
  },

  onShow() {
    this.setData(care.look())
  },

  scan() {
    // Turning away from the camera is no failure: nothing is said then.
    wx.scanCode({ scanType: ['qrCode'], success: ({ result }) => this.follow(result) })
  },

  /** Go where a code leads: a case code is shown here, other codes of ours on their own page. */
  follow(address) {
    const path = pathOf(address)
    const [, kind, secret] = path.split('/')
    if (kind === 'c' && secret) return this.show(secret)
    if (path) return wx.navigateTo({ url: webPage(path) })
    return this.setData({ fault: texts.foreign, found: null })
  },

  async show(secret) {
    try {
      const found = await api.seePublicCase(secret)
      this.setData({ found, at: reached(found.state), fault: '' })
    } catch (problem) {
      this.setData({ fault: problem.title, found: null })
    }
  },

  call() {
    call(this.data.found.phone)
  },

  seeCases: () => wx.navigateTo({ url: '/pages/cases/index' }),
})
