// What happens next, by when, and on what ground.
const texts = require('../../texts').next
const { when } = require('../../times')

Component({
  options: { addGlobalClass: true },
  properties: { step: { type: Object, value: { words: '', due: null, by: '', basis: '' } } },
  data: { label: texts.label, due: '', basis: '' },
  observers: {
    step({ due, by, basis }) {
      this.setData({
        due: due ? texts.by(by, when(due)) : '',
        basis: due && basis ? texts.basis(basis) : '',
      })
    },
  },
})
