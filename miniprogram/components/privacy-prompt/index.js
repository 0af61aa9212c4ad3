// Asks before WeChat hands over place, camera or album, and takes no for an answer.
// https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
const texts = require('../../texts').privacy

Component({
  options: { addGlobalClass: true },
  data: { texts, asking: false },
  lifetimes: {
    created() {
      this.waiting = []
    },
    attached() {
      if (!wx.onNeedPrivacyAuthorization) return // WeChat before 2.32.3 asks by itself
      wx.onNeedPrivacyAuthorization((resolve) => {
        this.waiting.push(resolve)
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
      for (const resolve of this.waiting.splice(0)) resolve(decision)
    },
    readContract() {
      wx.openPrivacyContract({ fail: () => {} })
    },
  },
})
