// My cases, newest first.
const api = require('../../api')
const care = require('../../care')
const all = require('../../texts')

Page({
  data: {
    texts: all.cases,
    home: all.home,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    loaded: false,
    cases: /** @type {any[]} */ ([]),
    fault: '',
  },

  onShow() {
    this.setData(care.look())
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const { items } = await api.myCases()
      this.setData({ cases: items, loaded: true, fault: '' })
    } catch (problem) {
      this.setData({ fault: problem.title, loaded: true })
    }
  },

  open({ detail }) {
    wx.navigateTo({ url: `/pages/case/index?id=${detail.id}` })
  },

  report: () => wx.navigateTo({ url: '/pages/report/index' }),
})
