// Room, signing and verification are web pages: this opens one as the present person.
const care = require('../../care')
const { entrance, pathOf } = require('../../address')
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
    this.open()
  },

  onShow() {
    this.setData(care.look())
  },

  open() {
    const { large } = care.look()
    this.setData(
      this.data.path
        ? { address: entrance(this.data.path, large), fault: '' }
        : { address: '', fault: texts.web.missing },
    )
  },

  failed() {
    this.setData({ address: '', fault: texts.web.failed })
  },

  seeCases: () => wx.redirectTo({ url: '/pages/cases/index' }),
})
