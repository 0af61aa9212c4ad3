// Asks before WeChat hands over place, camera or album, and takes no for an answer.
// https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
const texts = require('../../texts').privacy

/** @type {Function[]} what WeChat waits with until the person has answered */
const waiting = []

Component({
  options: { addGlobalClass: true },
  data: { texts, asking: false },
  lifetimes: {
    attached() {
      if (!wx.onNeedPrivacyAuthorization) return // WeChat before 2.32.3 asks by itself
      wx.onNeedPrivacyAuthorization((resolve) => {
        waiting.push(/** @type {any} */ (resolve)) // the typings forget that it is a function
        this.setData({ asking: true })
      })
    },
  },
  methods: {
    agree() {
      this.answer({ buttonId: 'agree', event: 'agree' })
    },
    refuse() {
      this.answer({ event: 'disagree' })
    },
    answer(decision) {
      this.setData({ asking: false })
      for (const resolve of waiting.splice(0)) resolve(decision)
    },
    readContract() {
      wx.openPrivacyContract({ fail: () => {} })
    },
  },
})
