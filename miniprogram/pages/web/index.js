// Room, signing and verification are web pages: this opens one as the present person.
const api = require('../../api')
const care = require('../../care')
const { deskEntrance, deskPathOf, entrance, isPublic, pathOf } = require('../../address')
const texts = require('../../texts')

Page({
  data: {
    texts: texts.web,
    retry: texts.retry,
    large: false,
    size: 17,
    path: '',
    at_work: false,
    address: '',
    fault: '',
  },

  /** @param {{path?: string, work?: string}} options `work`: as somebody of the centre */
  onLoad({ path, work }) {
    const asked = decodeURIComponent(path || '')
    this.setData({ path: work ? deskPathOf(asked) : pathOf(asked), at_work: Boolean(work) })
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
      this.setData({ address: await this.way(path, care.look().large), fault: '' })
    } catch (problem) {
      this.setData({ address: '', fault: problem.title })
    }
  },

  /** The address that lets the present person in, once. */
  async way(path, large) {
    if (this.data.at_work) return deskEntrance(path, large, (await api.deskTicket()).ticket)
    return entrance(path, large, isPublic(path) ? '' : await api.freshCode())
  },

  failed() {
    this.setData({ address: '', fault: texts.web.failed })
  },

  seeCases: () => wx.redirectTo({ url: '/pages/cases/index' }),
})
