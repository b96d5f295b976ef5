// The page: one state, filled by the server's messages, and the parts that show it.

import { refusal, trainingChoices } from "./api.js";
import { BoardView, QueueView } from "./board.js";
import { Charts } from "./charts.js";
import { Controls } from "./controls.js";
import { open } from "./dialogs.js";
import { byId, element, memory, oncePerFrame, setText } from "./dom.js";
import { REWARD_NAMES, boardLabel, lines, number, shortNumber } from "./format.js";
import { Figures } from "./figures.js";
import { _, chooseLanguage, language } from "./language.js";
import { LastGames, announce, notify } from "./messages.js";
import { Models } from "./models.js";
import { SeriesStore } from "./series.js";
import { Connection } from "./socket.js";
import { Stage, drawLogo } from "./stage.js";
import { StartForm } from "./start_form.js";
import { choosePalette, chosenPalette, onPalette, setHostPalette } from "./theme.js";

const STATES = {
  idle: [_("Not started"), "dim"],
  starting: [_("Starting"), "warning"],
  running: [_("Training"), "good"],
  demo_running: [_("Demo"), "greedy"],
  paused: [_("Paused"), "warning"],
  saving: [_("Saving"), "warning"],
  stopping: [_("Stopping"), "warning"],
  stopped: [_("Stopped"), "dim"],
  failed: [_("Failed"), "error"],
  restarting: [_("Restarting"), "error"],
};
const DESCRIBE_BOARD_MS = 5000;
const MIN_CELEBRATED_LINES = 10;
const MIN_GAIN = 1.05;

const state = {
  isConnected: false,
  role: "watcher",
  writable: false,
  commands: [],
  status: {
    status: "idle", message: "", stage: null, fraction: null, source: null, paused: false, visual: true, in_step: false, speed: 1,
    pieces_per_second: null, demo: null, training: false, attached: false, lookahead: false, config: null,
  },
  metrics: null,
  models: [],
  /** Whether this page may change anything: an operator, connected, where the host allows it. */
  get maySteer() {
    return this.isConnected && this.role === "operator" && this.writable;
  },
};

const series = new SeriesStore();
const boards = [new BoardView(byId("board")), new BoardView(byId("board-2"))];
const stages = [new Stage(byId("board")), new Stage(byId("board-2"))];
const queue = new QueueView(byId("queue"));
const figures = new Figures(byId("figures"));
const games = new LastGames();
const charts = new Charts(byId("charts"), byId("chart-tabs"), series);
const models = new Models(state);
const connection = new Connection(document.querySelector("meta[name='version']").content, { onMessage: receive, onState: showConnection });
const startForm = new StartForm((config, resume) => connection.command("start", { config, resume }));
const controls = new Controls(connection, state, {
  openStart: async () => startForm.open(await trainingChoices().catch(() => ({}))),
  openHelp: () => open("help-dialog"),
  turnGraphs: () => charts.turn(),
  toggleValues: () => byId("values").click(),
  nameCopy: () => models.nameCopy(),
});
let describedBoardAt = 0;
let celebratedLines = 0;

// --- Messages of the server ---

const HANDLERS = {
  sync: takeSync,
  status: takeStatus,
  board: takeBoard,
  metrics: (message) => {
    state.metrics = message;
    draw();
  },
  series: (message) => {
    series.add(message);
    charts.update();
  },
  episode: (message) => {
    games.add(message);
    drawGames();
  },
  models: (message) => takeModels(message.models),
  info: ({ message, best_lines: bestLines }) => {
    notify(message, "good");
    if (typeof bestLines === "number") celebrate(bestLines);
  },
  error: ({ message }) => notify(message, "error"),
};

function receive(message) {
  HANDLERS[message.type]?.(message); // A message that is not known says nothing to this page.
}

/** Celebrate a new best, unless it is hardly better than the last one. */
function celebrate(bestLines) {
  if (bestLines < Math.max(MIN_CELEBRATED_LINES, celebratedLines * MIN_GAIN)) return;
  celebratedLines = bestLines;
  stages[0].celebrate(bestLines);
}

function takeSync(sync) {
  Object.assign(state, {
    role: sync.role, writable: sync.writable, commands: sync.commands, metrics: sync.metrics,
  });
  if (sync.palette) setHostPalette(sync.palette);
  drawTitle(sync.title ?? "Tetris Arcade");
  series.replaceAll(sync.series);
  charts.update();
  takeStatus(sync.status);
  for (const view of boards) view.clear();
  const shown = sync.boards ?? [sync.board];
  showSecondBoard(shown.length > 1);
  shown.filter(Boolean).forEach(takeBoard);
  takeModels(sync.models);
}

function takeModels(list) {
  state.models = list;
  models.draw();
  draw();
}

function takeStatus(status) {
  const before = state.status;
  state.status = { ...before, ...status };
  if (before.source !== state.status.source || before.demo !== state.status.demo) showSecondBoard(false);
  if (before.status !== state.status.status) announce(`${stateText()}. ${state.status.message}`);
  if (before.demo !== state.status.demo) models.draw();
  setLooks(); // At once: whether a board is paused decides how its next move is shown.
  draw();
}

const isHidden = () => !state.status.visual && state.status.source === "training";

function setLooks() {
  const look = { isPaused: state.status.paused, isDim: isHidden(), showsValues: byId("values").checked };
  for (const view of boards) view.setLook(look);
}

function takeBoard(board) {
  const side = board.side === 1 ? 1 : 0;
  if (side === 1) showSecondBoard(true);
  boards[side].show(board);
  draw();
}

function showSecondBoard(isShown) {
  byId("board-2").hidden = !isShown;
}

const shownBoards = () => boards.slice(0, byId("board-2").hidden ? 1 : 2).map((view) => view.shown);

// --- Drawing ---

const draw = oncePerFrame((now) => {
  const { status, metrics } = state;
  const [board] = boards;
  drawState();
  for (const stage of stages) stage.draw(status, state.maySteer);
  if (metrics !== null) figures.draw(metrics, shownBoards(), status);
  byId("narration").hidden = !metrics?.narration;
  setText(byId("narration"), metrics?.narration ?? "");
  const isLive = board.shown.piece > 0 && !isHidden();
  queue.show(isLive ? board.shown.next : []);
  drawChoice(isLive, board.shown.greedy);
  controls.draw();
  if (now - describedBoardAt > DESCRIBE_BOARD_MS) {
    describedBoardAt = now;
    describeBoard(board.shown, isLive);
  }
});
const drawGames = oncePerFrame(() => games.draw());

function stateText() {
  const { status, source, demo, message } = state.status;
  const [text] = STATES[status] ?? [message];
  if (status === "demo_running") return demo ? _("Demo: {name}", { name: demo }) : text;
  return source === "demo" ? _("{state}: demo", { state: text }) : text;
}

function drawState() {
  const { status, config, demo, attached } = state.status;
  byId("state").dataset.tone = (STATES[status] ?? ["", "dim"])[1];
  setText(byId("state").querySelector(".text"), stateText());
  const unsaved = state.metrics?.unsaved_since;
  const facts = [
    ...(unsaved ? [_("Not saved. Is the disk full?")] : []),
    ...(config && state.status.source === "training" ? runFacts(config) : []),
    ...(demo ? modelFacts(state.models.find(({ name }) => name === demo)) : []),
    ...(attached ? [_("Another program trains; this one watches.")] : []),
  ];
  const key = facts.join("\n");
  if (byId("facts").dataset.shown === key) return;
  byId("facts").dataset.shown = key;
  byId("facts").replaceChildren(...facts.map((textContent, index) => element("li", { textContent, className: unsaved && index === 0 ? "warns" : "" })));
}

function runFacts({ seed, goal_lines: goal, env }) {
  const fields = { reward: REWARD_NAMES[env.reward] ?? env.reward, seed, goal: number(goal) };
  return [
    goal == null ? _("Reward: {reward}, seed {seed}", fields) : _("Reward: {reward}, goal {goal} in the test", fields),
    _("Board: {board}", { board: boardLabel(env.pieces, env.height) }),
  ];
}

function modelFacts({ timesteps = null, evaluation = null, is_ranked: isRanked = false } = {}) {
  return [
    ...(timesteps === null ? [] : [_("{n} moves practised", { n: shortNumber(timesteps) })]),
    ...(isRanked ? [_("Test: {lines} lines per game", { lines: lines(evaluation.mean_lines) })] : []),
  ];
}

function drawChoice(isLive, isGreedy) {
  const choice = byId("choice");
  choice.hidden = !isLive;
  choice.dataset.tone = isGreedy ? "greedy" : "exploring";
  setText(choice.querySelector(".text"), isGreedy ? _("Best move") : _("Trying something"));
}

/** What a screen reader finds on the board when it looks there; it is not announced. */
function describeBoard(board, isLive) {
  const filled = board.board.findIndex((row) => row.some((value) => value !== 0));
  const rows = filled < 0 ? 0 : board.height - filled;
  const fields = { lines: number(board.lines), rows, height: board.height };
  const text = isLive ? _("Board: {lines} lines, filled to row {rows} of {height}", fields) : _("Board: nothing is shown");
  byId("board").querySelector("canvas").setAttribute("aria-label", text);
}

function drawTitle(title) {
  drawLogo(byId("title"), title);
  document.title = title;
}

// --- Connection ---

function showConnection({ name, seconds }) {
  const wasConnected = state.isConnected;
  state.isConnected = name === "connected";
  const texts = {
    connecting: _("Connecting"),
    connected: _("Connected"),
    waiting: seconds > 0 ? _("No connection, again in {seconds} s", { seconds }) : _("Connecting"),
    outdated: _("Other version"),
  };
  byId("connection").dataset.state = name;
  setText(byId("connection").querySelector(".text"), texts[name]);
  document.body.classList.toggle("stale", !state.isConnected);
  byId("role").hidden = !state.isConnected || state.role === "operator";
  if (name === "connected") byId("banner").hidden = true;
  if (name === "outdated") showBanner(_("The server has another version than this page: load the page again."));
  if (wasConnected && !state.isConnected) announce(_("The connection was lost"));
  if (name === "waiting" && !wasConnected) explainRefusal();
  if (wasConnected !== state.isConnected) {
    models.draw();
    draw();
  }
}

/** A socket that was refused says no reason, so ask for one. */
async function explainRefusal() {
  const reason = await refusal();
  if (reason !== null && !state.isConnected) showBanner(reason);
}

function showBanner(text) {
  const banner = byId("banner");
  if (!banner.hidden && banner.firstChild?.textContent === text) return;
  banner.hidden = false;
  banner.replaceChildren(text, element("button", { type: "button", textContent: _("Load again"), on: { click: () => location.reload() } }));
}

// --- This page's own settings ---

byId("values").checked = memory.get("values") === "on";
byId("values").addEventListener("change", (event) => {
  memory.set("values", event.target.checked ? "on" : "off");
  setLooks();
});
byId("palette").value = chosenPalette();
byId("palette").addEventListener("change", (event) => choosePalette(event.target.value));
byId("language").value = language;
byId("language").addEventListener("change", (event) => chooseLanguage(event.target.value));
byId("open-help").addEventListener("click", () => open("help-dialog"));
onPalette(draw);

setLooks();
drawTitle("Tetris Arcade");
models.draw();
draw();
connection.open();
