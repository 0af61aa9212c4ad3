// Recording what somebody says instead of writing it; WeChat asks for the microphone by itself.
const LONGEST = 120000 // ms of one recording

/** What a recording was made of, as the server takes it: voice, 16 kHz, one channel. */
const HOW = /** @type {const} */ ({
  duration: LONGEST,
  sampleRate: 16000,
  numberOfChannels: 1,
  encodeBitRate: 48000,
  format: 'mp3',
})

/** Record until stop() or two minutes: @returns {Promise<string>} where the recording lies */
function record() {
  const recorder = wx.getRecorderManager()
  return new Promise((resolve, reject) => {
    recorder.onStop(({ tempFilePath }) => resolve(tempFilePath))
    recorder.onError(reject)
    recorder.start(HOW)
  })
}

function stop() {
  wx.getRecorderManager().stop()
}

module.exports = { record, stop }
