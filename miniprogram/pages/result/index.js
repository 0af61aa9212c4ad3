// The receipt: the case's number, and the code that shows where it stands.
const api = require('../../api')
const care = require('../../care')
const pictures = require('../../pictures')
const texts = require('../../texts').result

Page({
  data: { texts, large: false, size: 17, id: '', number: '', code: '', codeless: false },

  async onLoad({ id, number = '' }) {
    this.setData({ id, number: decodeURIComponent(number) })
    try {
      this.setData({ code: pictures.shown(await api.caseCode(id)) })
    } catch {
      this.setData({ codeless: true }) // the case is there all the same, and the page says so
    }
  },

  onShow() {
    this.setData(care.look())
  },

  seeCase() {
    wx.redirectTo({ url: `/pages/case/index?id=${this.data.id}` })
  },

  goHome: () => wx.reLaunch({ url: '/pages/home/index' }),
})
