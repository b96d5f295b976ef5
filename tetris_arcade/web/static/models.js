// The leaderboard and what can be done with a model: demo, export, delete, save a copy, import.

import * as api from "./api.js";
import { open, submit } from "./dialogs.js";
import { byId, element, memory, setText } from "./dom.js";
import { UNKNOWN, conditions, conditionsPhrase, lines, number, shortNumber } from "./format.js";
import { _, language } from "./language.js";
import { notify, notifyError } from "./messages.js";

const ORIGINS = { checkpoint: _("training"), reference: _("hand-made"), shipped: _("built in"), slot: _("saved copy") };
const STANDARD_TEST = { games: 100, pieces: "uniform", height: 10, max_pieces: 50_000 };

// A column: the name of its head, its sort key, and the content of its cell. Unknown keys are null and come last.
const count = (id, label) => ({
  id,
  label,
  isNumber: true,
  key: (model) => model[id] ?? null,
  cell: (model) => (typeof model[id] === "number" ? number(model[id]) : UNKNOWN),
});

const COLUMNS = [
  { id: "name", label: _("Model Name"), key: (model) => title(model).toLowerCase(), cell: nameCell },
  { id: "lines", label: _("Lines per Game"), isNumber: true, key: rankedLines, cell: testCell },
  count("best_lines", _("Best Lines")),
  count("episodes", _("Episodes")),
  count("timesteps", _("Timesteps")),
];

const title = (model) => model.display_name ?? model.name;

function rankedLines({ evaluation, is_ranked: isRanked }) {
  return isRanked ? evaluation.mean_lines : null;
}

function nameCell(model) {
  if (model.error) return [title(model), element("span", { className: "dim", textContent: model.error })];
  const about = element("span", { className: "dim", textContent: ORIGINS[model.kind] ?? model.kind });
  if (model.saved_at) about.append(", ", element("time", { textContent: model.saved_at.slice(0, 10) }));
  return [title(model), about];
}

/** Lines per game with half the interval, and the interval itself; other conditions are named. */
function testCell({ evaluation, is_ranked: isRanked }) {
  if (!evaluation) return UNKNOWN;
  const { mean_lines: mean, ci95_lines: [low, high] } = evaluation;
  const mark = evaluation.capped_games ? "*" : "";
  const text = `${lines(mean)}${mark} ±${lines((high - low) / 2, mean)}`;
  const range = _("95%: {low} to {high}", { low: lines(low, mean), high: lines(high, mean) });
  const where = isRanked ? range : conditions(evaluation);
  const phrase = element("span", { className: "unseen", textContent: ` (${conditionsPhrase(evaluation)})` });
  return [text, element("span", { className: "dim", textContent: where }), phrase];
}

/** Compares numbers as numbers and texts as texts; unknown values are last in both directions. */
function compare(a, b, isDescending) {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = typeof a === "number" ? a - b : a.localeCompare(b, language, { numeric: true });
  return isDescending ? -order : order;
}

export class Models {
  #state;
  #sort = { id: "lines", isDescending: true };
  #chosen = null;

  constructor(state) {
    this.#state = state;
    const saved = /^(\w+) (up|down)$/.exec(memory.get("sort") ?? "");
    if (saved && COLUMNS.some(({ id }) => id === saved[1])) this.#sort = { id: saved[1], isDescending: saved[2] === "down" };
    byId("models").tHead.rows[0].append(...COLUMNS.map((column) => this.#makeHead(column)), element("th", { className: "actions", textContent: _("Actions"), attributes: { role: "columnheader", scope: "col" } }));
    setText(byId("test-conditions"), _("Test: {conditions}. * limit reached", { conditions: conditionsPhrase(STANDARD_TEST) }));
    this.#listenToForms();
    this.#listenToDrops();
  }

  /** Draw the table again: the models, their order, or what may be done have changed. */
  draw() {
    const column = COLUMNS.find(({ id }) => id === this.#sort.id);
    const sorted = [...this.#state.models].sort((a, b) => compare(column.key(a), column.key(b), this.#sort.isDescending));
    for (const head of byId("models").tHead.rows[0].cells) {
      if (!head.dataset.column) continue;
      const direction = this.#sort.isDescending ? "descending" : "ascending";
      head.setAttribute("aria-sort", head.dataset.column === column.id ? direction : "none");
    }
    const focused = document.activeElement?.closest("#models tbody button")?.id;
    byId("models").tBodies[0].replaceChildren(...sorted.map((model) => this.#makeRow(model)));
    if (focused) byId(focused)?.focus();
    byId("no-models").hidden = this.#state.models.length > 0;
    for (const control of byId("save-form").elements) control.disabled = !this.#state.maySteer;
    byId("import").disabled = !this.#state.maySteer;
    byId("import-label").classList.toggle("disabled", !this.#state.maySteer);
  }

  #makeHead({ id, label, isNumber }) {
    const button = element("button", { type: "button", textContent: label, on: { click: () => this.#sortBy(id, isNumber) } });
    return element("th", { className: isNumber ? "number" : "", data: { column: id }, attributes: { role: "columnheader", scope: "col", "aria-sort": "none" } }, button);
  }

  /** Sort by a column; a second time the other way round. Numbers start with the highest. */
  #sortBy(id, isNumber) {
    const isSame = id === this.#sort.id;
    this.#sort = { id, isDescending: isSame ? !this.#sort.isDescending : Boolean(isNumber) };
    memory.set("sort", `${id} ${this.#sort.isDescending ? "down" : "up"}`);
    this.draw();
  }

  #makeRow(model) {
    const cells = COLUMNS.map((column) => {
      const content = [column.cell(model)].flat();
      const className = `${column.isNumber ? "number" : column.id}${content[0] === UNKNOWN ? " unknown" : ""}`;
      return element("td", { className, data: { column: column.id, head: column.label }, attributes: { role: "cell" } }, ...content);
    });
    const actions = element("td", { className: "actions", attributes: { role: "cell" } }, element("div", {}, ...this.#makeActions(model)));
    const row = element("tr", { data: { model: model.name }, attributes: { role: "row" } }, ...cells, actions);
    row.classList.toggle("damaged", Boolean(model.error));
    row.classList.toggle("playing", this.#state.status.demo === model.name);
    return row;
  }

  #makeActions(model) {
    const { maySteer } = this.#state;
    const action = (id, label, spokenLabel, run, isPossible) =>
      element("button", {
        type: "button",
        id: `${id}:${model.name}`,
        textContent: label,
        disabled: !isPossible,
        attributes: { "aria-label": spokenLabel },
        on: { click: run },
      });
    const isUsable = !model.error;
    const name = title(model);
    const actions = [action("demo", _("Demo"), _("Demo {name}", { name }), () => this.#startDemo(model), maySteer && isUsable)];
    if (model.kind !== "reference") actions.push(action("export", _("Export"), _("Export {name}", { name }), () => this.#askExport(model), isUsable));
    if (!model.read_only) actions.push(action("delete", _("Delete"), _("Delete {name}", { name }), () => this.#askDelete(model), maySteer));
    return actions;
  }

  async #startDemo(model) {
    try {
      await api.startDemo(model.name);
      byId("controls").scrollIntoView({ block: "nearest" });
    } catch (error) {
      notifyError(error);
    }
  }

  #askDelete(model) {
    this.#chosen = model;
    setText(byId("delete-text"), _('"{name}" is deleted for good.', { name: title(model) }));
    open("delete-dialog");
  }

  #askExport(model) {
    this.#chosen = model;
    setText(byId("export-head"), _("Export {name}", { name: title(model) }));
    byId("export-form").elements.filename.value = `${model.name}.zip`;
    byId("export-there").hidden = !this.#state.maySteer;
    open("export-dialog");
  }

  #listenToForms() {
    byId("delete").addEventListener("click", () =>
      submit(byId("delete-dialog"), async () => {
        await api.deleteModel(this.#chosen.name);
        notify(_('"{name}" is deleted', { name: title(this.#chosen) }));
      }));
    const exported = byId("export-form");
    exported.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(exported, () => api.downloadModel(this.#chosen.name, exported.elements.filename.value.trim() || `${this.#chosen.name}.zip`));
    });
    byId("export-there").addEventListener("click", () =>
      submit(exported, async () => {
        const filename = exported.elements.filename.value.trim();
        await api.exportModel(this.#chosen.name, filename);
        notify(_('"{name}" is exported beside the program', { name: title(this.#chosen) }), "good");
      }));
    const save = byId("save-form");
    save.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(save, () => this.#save(save));
    });
    byId("import").addEventListener("change", (event) => {
      this.#import(event.target.files);
      event.target.value = "";
    });
  }

  async #save(form) {
    const { source, slot_name: field } = form.elements;
    const wanted = field.value.trim();
    if (!wanted) throw new Error(_("A name is needed"));
    const { name } = await api.saveModel(source.value, wanted);
    notify(_('Saved as "{name}"', { name: name ?? wanted }), "good");
    form.reset();
  }

  /** The field for the name of a copy; its key leads here. */
  nameCopy() {
    const field = byId("save-form").elements.slot_name;
    if (!field.value) field.value = `run-${shortNumber(Math.floor((this.#state.metrics?.timesteps ?? 0) / 1000))}k`;
    field.scrollIntoView({ block: "center" });
    field.select();
  }

  #listenToDrops() {
    let depth = 0;
    const hasFile = (event) => event.dataTransfer?.types.includes("Files") && this.#state.maySteer;
    const show = (change) => {
      depth = change === 0 ? 0 : Math.max(0, depth + change);
      byId("drop").hidden = depth === 0;
    };
    addEventListener("dragenter", (event) => hasFile(event) && show(1));
    addEventListener("dragleave", (event) => hasFile(event) && show(-1));
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      show(0);
      if (hasFile(event)) this.#import(event.dataTransfer.files);
    });
  }

  async #import(files) {
    for (const file of files) {
      try {
        const { name } = await api.importModel(file);
        notify(_('Imported as "{name}"', { name: name ?? file.name }), "good");
      } catch (error) {
        notifyError(new Error(`${file.name}: ${error.message}`));
      }
    }
  }
}
