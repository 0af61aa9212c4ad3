// Staff take down what a resident told them, or what they found themselves.
const api = require('../../api')
const care = require('../../care')
const pictures = require('../../pictures')
const { call } = require('../../centre')
const taken = require('./taken')
const texts = require('../../texts').take
const { call_police, pictures_add, picture_drop, place_refused, pictures_refused, pictures_wrong } =
  require('../../texts').report

const MOST_PICTURES = 9

Page({
  data: {
    texts,
    words: { call_police, pictures_add, picture_drop },
    ways: Object.entries(texts.how).map(([how, said]) => ({ how, said })),
    large: false,
    size: 17,
    found: false,
    draft: taken.empty(false, ''),
    done: '',
    told: false,
    fault: '',
    busy: false,
  },

  /** @param {{found?: string}} options `found`: nobody told it, the grid worker saw it */
  onLoad({ found }) {
    const own = Boolean(found)
    wx.setNavigationBarTitle({ title: own ? texts.title_found : texts.title_for })
    const work = api.atWork()
    this.setData({ found: own, draft: taken.load(own, work ? work.id : '') })
  },

  onShow() {
    this.setData(care.look())
  },

  /** Change what is told, on the page and in the phone's memory. */
  change(changes) {
    const draft = { ...this.data.draft, ...changes }
    this.setData({ draft })
    taken.keep(draft)
  },

  write({ currentTarget, detail }) {
    this.change({ [currentTarget.dataset.field]: detail.value })
  },

  agree({ currentTarget }) {
    this.change({ agreed: currentTarget.dataset.how })
  },

  takePresentPlace() {
    wx.getLocation({
      type: 'wgs84',
      success: ({ latitude, longitude }) => this.change({ latitude, longitude }),
      fail: () => this.setData({ fault: place_refused }),
    })
  },

  addPictures() {
    wx.chooseMedia({
      count: MOST_PICTURES - this.data.draft.pictures.length,
      mediaType: ['image'],
      sizeType: ['compressed'],
      success: ({ tempFiles }) => this.sendPictures(tempFiles.map((one) => one.tempFilePath)),
      fail: ({ errMsg = '' }) => (/cancel/.test(errMsg) ? undefined : this.setData({ fault: pictures_refused })),
    })
  },

  async sendPictures(paths) {
    this.setData({ busy: true, fault: '' })
    try {
      for (const path of paths) await this.sendPicture(path)
    } catch (problem) {
      this.setData({ fault: problem.title || pictures_wrong })
    }
    this.setData({ busy: false })
  },

  async sendPicture(path) {
    const data = await pictures.read(path)
    const kind = pictures.kindOf(data)
    if (!kind) throw { title: pictures_wrong }
    const { id } = await api.keepPicture(data, kind)
    this.change({ pictures: [...this.data.draft.pictures, { id, path }] })
  },

  dropPicture({ currentTarget }) {
    const { id } = currentTarget.dataset
    this.change({ pictures: this.data.draft.pictures.filter((one) => one.id !== id) })
  },

  callPolice: () => call('110'),

  async submit() {
    if (this.data.busy) return
    const { draft } = this.data
    const fault = taken.check(draft)
    this.setData({ fault })
    if (fault) return
    this.setData({ busy: true })
    try {
      const { case_number: done } = await api.takeReport(taken.told(draft))
      taken.drop(draft)
      this.setData({ done, told: !draft.found && Boolean(draft.phone.trim()) })
    } catch (problem) {
      if (problem.status === 401) wx.navigateTo({ url: '/pages/enter/index' })
      this.setData({ fault: problem.status ? problem.title : texts.uncertain })
    }
    this.setData({ busy: false })
  },

  again() {
    this.setData({ done: '', draft: taken.empty(this.data.found, this.data.draft.by) })
  },

  seeTasks: () => wx.redirectTo({ url: '/pages/tasks/index' }),
})
