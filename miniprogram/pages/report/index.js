// Report a matter: one question at a time, kept on the phone until it is sent.
const api = require('../../api')
const care = require('../../care')
const drafts = require('../../drafts')
const pictures = require('../../pictures')
const voices = require('../../voices')
const { call } = require('../../centre')
const { unshifted } = require('../../places')
const { check, told, summary, stepOf } = require('./telling')
const texts = require('../../texts').report

const STEPS = ['story', 'place', 'others', 'danger', 'pictures', 'summary']
const SUMMARY = STEPS.indexOf('summary')
const MOST_SENT = 9 // pictures and recordings together

Page({
  data: {
    texts,
    large: false,
    size: 17,
    draft: drafts.empty(),
    asked: STEPS[0],
    at: '',
    fault: '',
    resumed: false,
    editing: false,
    sending: false,
    recording: false,
    left: MOST_SENT,
    busy: false,
    lines: /** @type {any[]} */ ([]),
  },

  over: false, // sent or left: what arrives now belongs to no draft any more

  onLoad() {
    const resumed = drafts.begun()
    this.setData({ resumed, draft: drafts.load() })
    this.turnTo(this.data.draft.step)
  },

  onShow() {
    this.setData(care.look())
  },

  /** Show a question, or the summary after the last one. */
  turnTo(step) {
    this.change({ step })
    this.setData({
      asked: STEPS[step],
      at: step < SUMMARY ? texts.at(step + 1, SUMMARY) : '',
      lines: step < SUMMARY ? [] : summary(this.data.draft),
      fault: '',
    })
  },

  /** Change the draft, on the page and in the phone's memory. */
  change(changes) {
    if (this.over) return
    const draft = { ...this.data.draft, ...changes }
    this.setData({ draft })
    this.setData({ left: this.roomLeft() })
    drafts.keep(draft)
  },

  /** How many pictures and recordings there is still room for. */
  roomLeft() {
    const { pictures: shown, voices: said } = this.data.draft
    return MOST_SENT - shown.length - said.length
  },

  next() {
    const { draft, editing } = this.data
    const fault = check(STEPS[draft.step], draft)
    if (fault) {
      this.setData({ fault })
      return
    }
    this.setData({ editing: false, resumed: false })
    this.turnTo(editing ? SUMMARY : draft.step + 1)
  },

  back() {
    this.setData({ editing: false })
    this.turnTo(this.data.draft.step - 1)
  },

  edit({ currentTarget }) {
    this.setData({ editing: true })
    this.turnTo(currentTarget.dataset.step)
  },

  beginAnew() {
    wx.showModal({
      title: texts.anew_title,
      content: texts.anew_words,
      success: ({ confirm }) => {
        if (!confirm) return
        drafts.drop()
        this.setData({ draft: drafts.empty(), resumed: false, editing: false })
        this.turnTo(0)
      },
    })
  },

  write({ currentTarget, detail }) {
    this.change({ [currentTarget.dataset.field]: detail.value })
  },

  chooseDanger({ currentTarget }) {
    this.change({ danger: currentTarget.dataset.danger })
    this.setData({ fault: '' })
  },

  callPolice: () => call('110'),

  chooseOnMap() {
    wx.chooseLocation({
      success: (spot) => {
        const words = this.data.draft.place || `${spot.address}${spot.name}`
        this.change({ ...unshifted(spot), place: words })
        this.setData({ fault: '' })
      },
      fail: (problem) => this.explainRefusal(problem, texts.place_refused),
    })
  },

  takePresentPlace() {
    wx.getLocation({
      type: 'wgs84',
      success: ({ latitude, longitude }) => {
        this.change({ latitude, longitude })
        this.setData({ fault: '' })
      },
      fail: (problem) => this.explainRefusal(problem, texts.place_refused),
    })
  },

  dropSpot() {
    this.change({ latitude: null, longitude: null })
  },

  addPictures() {
    wx.chooseMedia({
      count: this.roomLeft(),
      mediaType: ['image'],
      sizeType: ['compressed'],
      success: ({ tempFiles }) => this.sendPictures(tempFiles.map((file) => file.tempFilePath)),
      fail: (problem) => this.explainRefusal(problem, texts.pictures_refused),
    })
  },

  async sendPictures(paths) {
    this.setData({ sending: true, fault: '' })
    try {
      for (const path of paths) await this.sendPicture(path)
    } catch (problem) {
      this.setData({ fault: problem.title || texts.pictures_wrong })
    }
    this.setData({ sending: false })
  },

  async sendPicture(path) {
    const data = await pictures.read(path)
    const kind = pictures.kindOf(data)
    if (!kind) throw { title: texts.pictures_wrong }
    const { id } = await api.keepPicture(data, kind)
    this.change({ pictures: [...this.data.draft.pictures, { id, path }] })
  },

  dropPicture({ currentTarget }) {
    const { id } = currentTarget.dataset
    this.change({ pictures: this.data.draft.pictures.filter((one) => one.id !== id) })
  },

  /** Record until the person stops; what was said goes to the centre at once. */
  async record() {
    this.setData({ recording: true, fault: '' })
    try {
      const path = await voices.record()
      if (this.over) return
      this.setData({ recording: false, sending: true })
      const { id } = await api.keepVoice(await pictures.read(path))
      this.change({ voices: [...this.data.draft.voices, id] })
    } catch (problem) {
      this.setData({ fault: problem.title || texts.voices_refused })
    }
    this.setData({ recording: false, sending: false })
  },

  stopRecording: () => voices.stop(),

  dropVoice({ currentTarget }) {
    const { id } = currentTarget.dataset
    this.change({ voices: this.data.draft.voices.filter((one) => one !== id) })
  },

  onHide() {
    if (this.data.recording) voices.stop()
  },

  /** Who leaves the page is not listened to any longer. */
  onUnload() {
    this.over = true
    if (this.data.recording) voices.stop()
  },

  /** A person who turns back has refused nothing; one who said no is told how to go on. */
  explainRefusal({ errMsg = '' }, words) {
    if (!/cancel/.test(errMsg)) this.setData({ fault: words })
  },

  async submit() {
    if (this.data.busy) return
    this.setData({ busy: true, fault: '' })
    try {
      // one that has arrived already, unheard, is found by its form
      this.receive(await api.report(told(this.data.draft)))
    } catch (problem) {
      this.stumble(problem)
    }
    this.setData({ busy: false })
  },

  receive({ case_id: id, case_number: number, called }) {
    this.over = true
    drafts.drop()
    const receipt = `number=${encodeURIComponent(number)}&called=${encodeURIComponent(called)}`
    wx.redirectTo({ url: `/pages/result/index?id=${id}&${receipt}` })
  },

  /** Say what is wrong, at the question it belongs to. */
  stumble(problem) {
    const step = stepOf(problem.field)
    if (step) {
      this.setData({ editing: true })
      this.turnTo(STEPS.indexOf(step))
    }
    this.setData({ fault: problem.status ? problem.title : texts.uncertain })
  },
})
