// The front page: what one can do here.
const care = require('../../care')
const drafts = require('../../drafts')
const { call } = require('../../centre')
const texts = require('../../texts')

Page({
  data: { texts: texts.home, look_texts: texts.look, large: false, size: 17, begun: false },

  onShow() {
    this.setData({ ...care.look(), begun: drafts.begun() })
  },

  changeLook() {
    this.setData(care.choose(!this.data.large))
  },

  report: () => wx.navigateTo({ url: '/pages/report/index' }),
  seeCases: () => wx.navigateTo({ url: '/pages/cases/index' }),
  scan: () => wx.navigateTo({ url: '/pages/scan/index' }),
  verify: () => wx.navigateTo({ url: `/pages/web/index?path=${encodeURIComponent('/v')}` }),
  callPolice: () => call('110'),

  onShareAppMessage: () => ({ title: texts.home.title, path: '/pages/home/index' }),
})
