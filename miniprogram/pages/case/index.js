// One case: where it stands, what comes next, and the one thing to do now.
const api = require('../../api')
const care = require('../../care')
const pictures = require('../../pictures')
const { centre, call } = require('../../centre')
const { pageFor } = require('../../address')
const { shown, mainDeed } = require('./showing')
const all = require('../../texts')
const texts = all.case

Page({
  data: {
    texts,
    wait: all.loading,
    retry: all.retry,
    large: false,
    size: 17,
    id: '',
    found: /** @type {any} */ (null),
    main: /** @type {any} */ (null),
    code: '',
    photos: /** @type {string[]} */ ([]),
    fault: '',
    busy: false,
  },

  onLoad({ id }) {
    this.setData({ id })
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
      const found = await api.seeCase(this.data.id)
      this.setData({ found: shown(found), main: mainDeed(found), fault: '' })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
  },

  /** The main button: the page that waits, a promise of mine, or else a call. */
  doMain() {
    const { deed, id, address } = this.data.main
    if (deed === 'open') return this.follow(address)
    if (deed === 'call') return this.callOffice()
    return this.settle(deed, id)
  },

  follow(address) {
    return wx.navigateTo({ url: pageFor(address) })
  },

  async callOffice() {
    try {
      call((await centre()).phone)
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
  },

  settlePromise({ currentTarget }) {
    const { deed, id } = currentTarget.dataset
    return this.settle(deed, id)
  },

  /** Say what became of a promise, once the person has read what that means. */
  settle(deed, id) {
    wx.showModal({
      title: texts[deed],
      content: texts[`${deed}_words`],
      confirmText: texts.sure,
      cancelText: texts.unsure,
      success: ({ confirm }) => (confirm ? this.tell(deed, id) : undefined),
    })
  },

  async tell(deed, id) {
    if (this.data.busy) return
    this.setData({ busy: true })
    const say = { claim: api.claimPromise, confirm: api.confirmPromise, breach: api.breachPromise }
    try {
      await say[deed](id)
      wx.showToast({ title: texts.thanks, icon: 'success' })
      await this.load()
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
    this.setData({ busy: false })
  },

  enterRoom({ currentTarget }) {
    return this.follow(`/m/cases/${this.data.id}/meetings/${currentTarget.dataset.id}`)
  },

  tryDevices({ currentTarget }) {
    return this.follow(`/m/cases/${this.data.id}/meetings/${currentTarget.dataset.id}/test`)
  },

  seeAgreement({ currentTarget }) {
    return this.follow(`/m/agreements/${currentTarget.dataset.id}`)
  },

  async showCode() {
    try {
      this.setData({ code: pictures.shown(await api.caseCode(this.data.id)) })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
  },

  async showPhotos() {
    const { id, found } = this.data
    try {
      const sent = await Promise.all(found.media.map((medium) => api.casePicture(id, medium)))
      this.setData({ photos: sent.map(pictures.shown) })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
  },
})
