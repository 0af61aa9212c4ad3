// Room, signing and verification are web pages: this opens one as the present person.
const api = require('../../api')
const care = require('../../care')
const { entrance, isPublic, pathOf } = require('../../address')
const texts = require('../../texts')

Page({
  data: {
    texts: texts.web,
    retry: texts.retry,
    large: false,
    size: 17,
    path: '',
    address: '',
    fault: '',
  },

  onLoad({ path }) {
    this.setData({ path: pathOf(decodeURIComponent(path || '')) })
    return this.open()
  },

  onShow() {
    this.setData(care.look())
  },

  async open() {
    const { path } = this.data
    if (!path) {
      this.setData({ address: '', fault: texts.web.missing })
      return
    }
    try {
      const code = isPublic(path) ? '' : await api.freshCode()
      this.setData({ address: entrance(path, care.look().large, code), fault: '' })
    } catch (problem) {
      this.setData({ address: '', fault: problem.title })
    }
  },

  failed() {
    this.setData({ address: '', fault: texts.web.failed })
  },

  seeCases: () => wx.redirectTo({ url: '/pages/cases/index' }),
})
