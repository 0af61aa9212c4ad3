// One case in a list; a tap opens it.
const texts = require('../../texts').cases
const { when } = require('../../times')

Component({
  options: { addGlobalClass: true },
  properties: {
    line: { type: Object, value: /** @type {any} */ ({}) },
    alarm: { type: String, value: '' }, // said where somebody may be in danger
  },
  data: { next: texts.next, due: '', label: '' },
  observers: {
    line({ number, state_words: state, next_step: step }) {
      this.setData({
        due: step && step.due ? texts.due(step.by, when(step.due)) : '',
        label: number ? texts.open(number, state) : '',
      })
    },
  },
  methods: {
    open() {
      this.triggerEvent('open', { id: this.data.line.id })
    },
  },
})
