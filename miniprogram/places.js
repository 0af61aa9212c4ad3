// From the map that WeChat shows to the degrees that the centre keeps.
// Maps in China are drawn in GCJ-02, shifted by up to 700 m from WGS-84; the shift is computed
// by the published approximation (Krassovsky 1940 ellipsoid), and undone by repeating it.
const AXIS = 6378245.0 // m
const ECCENTRICITY = 0.00669342162296594323 // squared
const NEAR_ENOUGH = 1e-7 // degrees, about 1 cm
const MOST_ROUNDS = 10

/** @typedef {{latitude: number, longitude: number}} Point */

/** @param {Point} point @returns {boolean} the shift exists only inside this box */
function inChina({ latitude, longitude }) {
  return longitude > 72.004 && longitude < 137.8347 && latitude > 0.8293 && latitude < 55.8271
}

const wave = (value, length) => Math.sin((value * Math.PI) / length)
const ripple = (x) => 20 * wave(6 * x, 1) + 20 * wave(2 * x, 1)

function northward(x, y) {
  const plane = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x))
  const broad = 20 * wave(y, 1) + 40 * wave(y, 3) + 160 * wave(y, 12) + 320 * wave(y, 30)
  return plane + ((ripple(x) + broad) * 2) / 3
}

function eastward(x, y) {
  const plane = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x))
  const broad = 20 * wave(x, 1) + 40 * wave(x, 3) + 150 * wave(x, 12) + 300 * wave(x, 30)
  return plane + ((ripple(x) + broad) * 2) / 3
}

/** @param {Point} point WGS-84 @returns {Point} GCJ-02 */
function shifted(point) {
  if (!inChina(point)) return point
  const [x, y] = [point.longitude - 105, point.latitude - 35]
  const radians = (point.latitude / 180) * Math.PI
  const bent = 1 - ECCENTRICITY * Math.sin(radians) ** 2
  const meridian = (AXIS * (1 - ECCENTRICITY)) / (bent * Math.sqrt(bent))
  const parallel = (AXIS / Math.sqrt(bent)) * Math.cos(radians)
  return {
    latitude: point.latitude + (northward(x, y) * 180) / (meridian * Math.PI),
    longitude: point.longitude + (eastward(x, y) * 180) / (parallel * Math.PI),
  }
}

/** @param {Point} shown GCJ-02, from the map @returns {Point} WGS-84 */
function unshifted(shown) {
  let guess = { latitude: shown.latitude, longitude: shown.longitude }
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const there = shifted(guess)
    const [north, east] = [shown.latitude - there.latitude, shown.longitude - there.longitude]
    guess = { latitude: guess.latitude + north, longitude: guess.longitude + east }
    if (Math.abs(north) + Math.abs(east) < NEAR_ENOUGH) break
  }
  return guess
}

module.exports = { shifted, unshifted }
