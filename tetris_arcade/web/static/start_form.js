// The form that starts a training: the saved run, or a new one with settings of its own.

import { open, submit } from "./dialogs.js";
import { byId, element, setText } from "./dom.js";
import { PIECES_NAMES, REWARD_NAMES, number } from "./format.js";
import { _ } from "./language.js";

// A field: its place in the configuration, its label, and its input. Empty is null where `isOptional`.
const choice = (path, label, options) => ({ path, label, options });
const numeric = (path, label, more = {}) => ({ path, label, step: "any", ...more });
const whole = (path, label, more = {}) => ({ path, label, step: 1, ...more });

const MAIN = [
  choice("env.reward", _("Reward"), REWARD_NAMES),
  choice("env.pieces", _("Pieces"), PIECES_NAMES),
  whole("env.height", _("Board height, rows"), { min: 4, max: 40 }),
  whole("seed", _("Seed"), { min: 0 }),
  numeric("goal_lines", _("Goal, lines in the test"), { min: 0, isOptional: true }),
  numeric("max_seconds", _("Time limit, minutes"), { min: 0, isOptional: true, factor: 60 }),
];
const MORE = [
  whole("total_timesteps", _("Limit, moves"), { min: 1, isOptional: true }),
  whole("num_envs", _("Games in parallel"), { min: 1, max: 1024 }),
  whole("env.max_pieces", _("Pieces per game"), { min: 1, isOptional: true }),
  whole("env.garbage_every", _("Garbage every … pieces"), { min: 1, isOptional: true }),
  numeric("learning_rate", _("Learning rate"), { min: 0, max: 1 }),
  numeric("gamma", _("Discount (gamma)"), { min: 0, max: 1 }),
  whole("batch_size", _("Batch size"), { min: 1 }),
  whole("gradient_steps", _("Gradient steps"), { min: 0 }),
  whole("buffer_size", _("Replay buffer, moves"), { min: 1 }),
  whole("n_steps", _("n-step returns"), { min: 1 }),
  numeric("final_epsilon", _("Exploration at last"), { min: 0, max: 1 }),
  whole("exploration_timesteps", _("Exploration falls over, moves"), { min: 1 }),
  { path: "double_q", label: _("Double Q-learning"), isCheck: true },
];

const read = (config, path) => path.split(".").reduce((value, name) => value?.[name], config);

function write(config, path, value) {
  const names = path.split(".");
  const last = names.pop();
  let target = config;
  for (const name of names) target = target[name] ??= {};
  target[last] = value;
}

/** `start(config, resume)` sends the command; its promise is rejected with the reason of a refusal. */
export class StartForm {
  #start;
  #inputs = new Map();
  #filled = new Map(); // what each input held when the form was opened

  constructor(start) {
    this.#start = start;
    byId("start-fields").append(...MAIN.map((field) => this.#makeField(field)));
    byId("more-fields").append(...MORE.map((field) => this.#makeField(field)));
    const form = byId("start-form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form, () => this.#start(this.#changes(), false));
    });
    byId("resume").addEventListener("click", () => submit(form, () => this.#start({}, true)));
  }

  /** Open the form with the settings that the server starts with; `savedRun` can be continued, or is null. */
  open({ config = {}, saved_run: savedRun }) {
    for (const [field, input] of this.#inputs) {
      fill(field, input, read(config, field.path));
      this.#filled.set(field, content(field, input));
    }
    byId("saved-run").hidden = !savedRun;
    byId("start-new").classList.toggle("primary", !savedRun);
    if (savedRun) {
      const { timesteps: moves, episodes: games, best_lines: lines } = savedRun;
      const text = _("Saved run: {moves} moves practised, {games} games, best game {lines} lines.", { moves: number(moves), games: number(games), lines: number(lines) });
      setText(byId("saved-run").querySelector("p"), text);
    }
    open("start-dialog");
    byId(savedRun ? "resume" : "start-new").focus();
  }

  #makeField(field) {
    const input = makeInput(field);
    this.#inputs.set(field, input);
    if (field.isCheck) return element("label", { className: "check" }, input, field.label);
    return element("label", {}, field.label, input);
  }

  /** What was changed, nested as in the configuration; raises an Error that names a bad field. */
  #changes() {
    const config = {};
    for (const [field, input] of this.#inputs) {
      if (content(field, input) !== this.#filled.get(field)) write(config, field.path, valueOf(field, input));
    }
    return config;
  }
}

function makeInput({ path, options, isCheck, min, max, step, isOptional }) {
  const name = path;
  if (options) return element("select", { name }, ...Object.entries(options).map(([value, textContent]) => element("option", { value, textContent })));
  if (isCheck) return element("input", { type: "checkbox", name });
  const input = element("input", { type: "number", name, step: String(step), inputMode: step === 1 ? "numeric" : "decimal" });
  if (min !== undefined) input.min = String(min);
  if (max !== undefined) input.max = String(max);
  if (isOptional) input.placeholder = _("none");
  return input;
}

function fill({ isCheck, factor = 1 }, input, value) {
  if (isCheck) input.checked = Boolean(value);
  else input.value = value === null || value === undefined ? "" : typeof value === "number" ? value / factor : value;
}

const content = ({ isCheck }, input) => (input.validity.badInput ? null : isCheck ? input.checked : input.value);

function valueOf({ label, options, isCheck, isOptional, factor = 1 }, input) {
  if (isCheck) return input.checked;
  if (options) return input.value;
  if (input.validity.badInput) throw new Error(_("{label}: this is no number", { label }));
  if (input.value === "" && isOptional) return null;
  if (input.value === "") throw new Error(_("{label}: a number is needed", { label }));
  return Number(input.value) * factor;
}
