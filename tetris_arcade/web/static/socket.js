// The connection to the server: connects again by itself, and answers commands with promises.

import { _, language } from "./language.js";

const FIRST_DELAY = 1;
const MAX_DELAY = 30;
const PING_SECONDS = 20;
const ANSWER_SECONDS = 10;
const OTHER_VERSION = 4000;

/** One WebSocket after another. `onMessage(message)` gets what the server sends, `onState(state)` one of
 *  {name: "connecting"}, {name: "connected"}, {name: "waiting", seconds}, {name: "outdated"}. */
export class Connection {
  #address;
  #version;
  #onMessage;
  #onState;
  #socket = null;
  #delay = FIRST_DELAY;
  #retryAt = 0;
  #timer = null;
  #lastHeard = 0;
  #pinged = false;
  #nextId = 1;
  #pending = new Map();

  constructor(version, { onMessage, onState }) {
    const url = new URL("/ws", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("version", version);
    url.searchParams.set("language", language);
    this.#address = url.href;
    this.#version = version;
    this.#onMessage = onMessage;
    this.#onState = onState;
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#retryNow());
    setInterval(() => this.#checkAlive(), 1000);
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Connect now. */
  open() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#onState({ name: "connecting" });
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#heard());
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#receive(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.#socket) this.#closed(event.code);
    });
  }

  /** Send a command; the promise is fulfilled when it was obeyed, and rejected with one sentence. */
  command(command, fields = {}) {
    if (!this.isOpen) return Promise.reject(new Error(_("Not sent: there is no connection")));
    const id = this.#nextId;
    this.#nextId += 1;
    this.#socket.send(JSON.stringify({ id, command, ...fields }));
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #receive(text) {
    this.#heard();
    const message = JSON.parse(text);
    const waiting = this.#pending.get(message.id);
    if (waiting !== undefined && (message.type === "done" || message.type === "error")) {
      this.#pending.delete(message.id);
      if (message.type === "done") waiting.resolve(message);
      else waiting.reject(new Error(message.message));
      return;
    }
    this.#onMessage(message);
    if (message.type === "sync") {
      this.#delay = FIRST_DELAY;
      this.#onState(message.version === this.#version ? { name: "connected" } : { name: "outdated" });
    }
  }

  #heard() {
    this.#lastHeard = performance.now();
    this.#pinged = false;
  }

  /** A connection in a dead network looks open: ask for a sign of life, and give it up if none comes. */
  #checkAlive() {
    if (this.#timer !== null) this.#onState(this.#waiting());
    if (!this.isOpen) return;
    const silent = (performance.now() - this.#lastHeard) / 1000;
    if (silent > PING_SECONDS + ANSWER_SECONDS) {
      const socket = this.#socket;
      this.#closed(0);
      socket.close();
    } else if (silent > PING_SECONDS && !this.#pinged) {
      this.#pinged = true;
      this.#socket.send(JSON.stringify({ command: "ping" }));
    }
  }

  #closed(code) {
    this.#socket = null;
    for (const { reject } of this.#pending.values()) reject(new Error(_("The connection was lost")));
    this.#pending.clear();
    if (code === OTHER_VERSION) {
      this.#onState({ name: "outdated" });
      return;
    }
    this.#retryAt = performance.now() + this.#delay * 1000;
    this.#timer = setTimeout(() => this.open(), this.#delay * 1000);
    this.#delay = Math.min(MAX_DELAY, this.#delay * 2);
    this.#onState(this.#waiting());
  }

  #waiting() {
    return { name: "waiting", seconds: Math.max(0, Math.ceil((this.#retryAt - performance.now()) / 1000)) };
  }

  #retryNow() {
    if (this.#timer !== null) this.open();
  }
}
