// A pad to write on: raw points [x, y, t, pressure] on 700 x 360, whatever size or way the screen is.

export class StrokePad {
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.strokes = [];
    this.began = null;
    this.ink = canvas.getContext("2d");
    Object.assign(this.ink, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#16202a" });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => this.up());
  }

  get points() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  clear() {
    this.strokes = [];
    this.began = null;
    this.ink.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.changed();
  }

  down(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.began ??= event.timeStamp;
    this.current = [this.point(event)];
    this.strokes.push(this.current);
  }

  move(event) {
    if (!this.current) return;
    event.preventDefault();
    const every = event.getCoalescedEvents?.() ?? [];
    for (const one of every.length ? every : [event]) {
      const before = this.current.at(-1);
      const now = this.point(one);
      now[2] = Math.max(now[2], before[2]);
      this.current.push(now);
      this.ink.beginPath();
      this.ink.moveTo(before[0], before[1]);
      this.ink.lineTo(now[0], now[1]);
      this.ink.stroke();
    }
  }

  up() {
    this.current = null;
    this.changed();
  }

  point({ clientX, clientY, timeStamp, pressure }) {
    const box = this.canvas.getBoundingClientRect();
    const { clientLeft, clientTop, clientWidth, clientHeight, width, height } = this.canvas;
    const x = ((clientX - box.left - clientLeft) / clientWidth) * width;
    const y = ((clientY - box.top - clientTop) / clientHeight) * height;
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most) * 10) / 10;
    const t = Math.max(0, Math.round(timeStamp - this.began));
    return [within(x, width), within(y, height), t, Math.round(pressure * 1000) / 1000];
  }
}
