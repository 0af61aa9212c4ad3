// Pictures: what was chosen as bytes with their kind, and bytes as something to show.
const KINDS = { 'image/jpeg': [0xff, 0xd8, 0xff], 'image/png': [0x89, 0x50, 0x4e, 0x47] }

/** @returns {Promise<ArrayBuffer>} the bytes of a chosen file */
function read(filePath) {
  return new Promise((success, fail) => {
    const done = ({ data }) => success(/** @type {ArrayBuffer} */ (data))
    wx.getFileSystemManager().readFile({ filePath, success: done, fail })
  })
}

/** The kind, told by the first bytes and not by the name; empty for any other. */
function kindOf(data) {
  const start = new Uint8Array(data)
  const fits = ([, signature]) => signature.every((byte, index) => start[index] === byte)
  const found = Object.entries(KINDS).find(fits)
  return found ? found[0] : ''
}

/** Bytes as an address that `<image>` shows. */
function shown(data) {
  return `data:${kindOf(data) || 'image/png'};base64,${wx.arrayBufferToBase64(data)}`
}

module.exports = { read, kindOf, shown }
