// Is this a fraud? What it looks like, by which words, and what to do now.
const api = require('../../api')
const care = require('../../care')
const { call } = require('../../centre')
const texts = require('../../texts').check

const SHORTEST = 2
const LONGEST = 2000

Page({
  data: {
    texts,
    longest: LONGEST,
    large: false,
    size: 17,
    text: '',
    found: /** @type {any} */ (null),
    fault: '',
    busy: false,
  },

  onShow() {
    this.setData(care.look())
  },

  write({ detail }) {
    this.setData({ text: detail.value })
  },

  async submit() {
    if (this.data.busy) return
    const text = this.data.text.trim()
    if (text.length < SHORTEST) {
      this.setData({ fault: texts.missing })
      return
    }
    this.setData({ busy: true, fault: '' })
    try {
      this.setData({ found: shown(await api.check(text)) })
    } catch (problem) {
      this.setData({ fault: problem.title })
    }
    this.setData({ busy: false })
  },

  again() {
    this.setData({ text: '', found: null, fault: '' })
  },

  callPolice: () => call('110'),
  callFraudLine: () => call('96110'),
  callHeartLine: () => call('12356'),
  seeWarnings: () => wx.navigateTo({ url: '/pages/warnings/index' }),
})

/** What was found, in words. */
function shown({ verdict, script, words, called, case_number: number, ...found }) {
  return {
    ...found,
    verdict: texts.verdicts[verdict],
    deed: texts.deeds[verdict],
    script: script && texts.script(script),
    words: words.length ? texts.found(words) : '',
    called: called && texts.called(called, number),
    alarming: verdict === 'fraud' || found.gone || found.danger,
  }
}
