// The copy of one's data as a file of the mini-program: kept, sent to a chat of one's own, dropped.
const texts = require('../../texts').mine

const NAME = 'fengqiao-my-data.zip'
const DAY = 24 * 3600 // seconds

const path = () => `${wx.env.USER_DATA_PATH}/${NAME}`

/** The copy is handed out once, so it is written down first: @returns {Promise<string>} its path */
function keep(data) {
  const filePath = path()
  return new Promise((resolve, reject) => {
    const success = () => resolve(filePath)
    const fail = () => reject({ title: texts.copy_not_kept })
    wx.getFileSystemManager().writeFile({ filePath, data, success, fail })
  })
}

/** Offer it to the chats of this phone: @returns {Promise<boolean>} was it sent? */
function send(filePath) {
  return new Promise((resolve) => {
    wx.shareFileMessage({
      filePath,
      fileName: texts.copy_name,
      success: () => resolve(true),
      fail: () => resolve(false),
    })
  })
}

/** The copy that lies here since less than a day; an older one is dropped: @returns {string} */
function kept() {
  try {
    const found = /** @type {WechatMiniprogram.Stats} */ (wx.getFileSystemManager().statSync(path()))
    if (Date.now() / 1000 - found.lastModifiedTime < DAY) return path()
    drop()
  } catch {
    // no copy lies here
  }
  return ''
}

function drop() {
  wx.getFileSystemManager().unlink({ filePath: path(), fail: () => {} })
}

module.exports = { keep, kept, send, drop }
