// The office's phone at the foot of every page: nobody is left alone with a screen.
const texts = require('../../texts').phone
const { centre, call } = require('../../centre')

Component({
  options: { addGlobalClass: true },
  data: { texts, name: '', phone: '' },
  lifetimes: {
    async attached() {
      try {
        const { committee, phone } = await centre()
        this.setData({ name: committee, phone })
      } catch {
        this.setData({ phone: '' }) // never reached the server yet: there is no number to show
      }
    },
  },
  methods: {
    call() {
      call(this.data.phone)
    },
  },
})
