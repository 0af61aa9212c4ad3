// The WebSocket of the room: enters once by ticket, afterwards comes back by resume token.

const AGAIN_AFTER = [300, 1000, 2000, 4000]; // ms
const BEAT = 2000; // ms
const SILENT = [3500, 7000]; // ms without a word after which a socket is dead: an open one, a later try

export class Signal {
  constructor({ ticket, token, hear, line }) {
    this.enter = { type: "enter", ticket };
    this.first = token ? { type: "resume", token } : this.enter;
    this.hear = hear;
    this.line = line;
    this.tries = 0;
    this.over = false;
    this.socket = null;
    this.heard = 0;
    this.patience = SILENT[0];
    this.beating = 0;
  }

  open() {
    this.cut();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/room/socket`);
    this.socket = socket;
    this.heard = performance.now();
    this.beating ||= setInterval(() => this.beat(), BEAT);
    socket.onopen = () => socket.send(JSON.stringify(this.first));
    socket.onmessage = (event) => socket === this.socket && this.take(JSON.parse(event.data));
    socket.onclose = () => socket === this.socket && this.lost();
  }

  take(message) {
    this.heard = performance.now();
    if (message.type === "beat") return;
    if (message.type === "welcome") {
      this.tries = 0;
      this.patience = SILENT[0];
      this.first = { type: "resume", token: message.resume };
      this.line(true);
    }
    if (message.type === "problem" && message.code === "expired") this.over = true;
    this.hear(message);
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  // A ticket is good once, so that who enters by it waits; who has a token takes a new socket.
  beat() {
    if (!this.socket || this.first.type !== "resume") return;
    if (performance.now() - this.heard < this.patience) return this.say({ type: "beat" });
    this.patience = SILENT[1];
    this.line(false);
    this.renew();
  }

  // The place of before the reload is gone: begin at the door, with the ticket of this page.
  anew() {
    this.first = this.enter;
    this.over = false;
    this.cut();
  }

  // Somebody was heard on it lately.
  works() {
    return this.socket?.readyState === WebSocket.OPEN && performance.now() - this.heard < SILENT[0];
  }

  // After a cut the old socket may look open for minutes: never trust it, take a new one.
  renew() {
    if (!this.over && this.first.type === "resume") this.open();
  }

  end() {
    this.over = true;
    clearInterval(this.beating);
    this.socket?.close();
  }

  cut() {
    const old = this.socket;
    this.socket = null;
    old?.close();
  }

  lost() {
    this.socket = null;
    if (this.over) return;
    this.line(false);
    const wait = AGAIN_AFTER[Math.min(this.tries++, AGAIN_AFTER.length - 1)];
    setTimeout(() => !this.over && !this.socket && this.open(), wait);
  }
}
