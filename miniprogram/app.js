// Nobody is asked for anything at launch: a person logs in by the first thing they ask for.
const { kept } = require('./pages/mine/files')

App({
  /** A copy of one's data that lies here for more than a day is dropped. */
  onLaunch: () => void kept(),
})
