// The copy of one's data as a file of the mini-program: kept, sent to a chat of one's own, dropped.
const texts = require('../../texts').mine

const NAME = 'fengqiao-my-data.zip'

/** The copy is handed out once, so it is written down first: @returns {Promise<string>} its path */
function keep(data) {
  const filePath = `${wx.env.USER_DATA_PATH}/${NAME}`
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

function drop(filePath) {
  wx.getFileSystemManager().unlink({ filePath, fail: () => {} })
}

module.exports = { keep, send, drop }
