// The graphs over moves practised, drawn by uPlot: the pages, curves and colours of the training screen.

import { element, memory, oncePerFrame, setText } from "./dom.js";
import { axisTexts, number, shortNumber } from "./format.js";
import { _ } from "./language.js";
import { runningMean } from "./series.js";
import { blend, color, css, onPalette } from "./theme.js";

const MEAN_POINTS = 25;
const DESCRIBE_EVERY_MS = 5000;

// A curve: its series, its label, its colour (--graph-N), its style, and the side of its axis.
const curve = (name, label, graph, more = {}) => ({ name, label, graph, style: "line", axis: "y", ...more });

const PAGES = {
  learning: {
    label: _("Learning"),
    charts: [
      {
        title: _("Lines per game"),
        curves: [
          curve("lines", _("game"), 1, { style: "dots" }),
          curve("smoothed_lines", _("average"), 1, { isFilled: true }),
          // Not on the board of the training games, so with an axis of its own.
          curve("evaluated_lines", _("test"), 2, { style: "marks", axis: "right", hasBest: true }),
        ],
      },
      {
        title: _("Reward per game"),
        curves: [
          curve("reward", _("game"), 3, { style: "dots" }),
          curve("reward", _("average"), 3, { isMean: true, isFilled: true }),
        ],
      },
      { title: _("Loss"), curves: [curve("loss", "", 4, { isFilled: true })], empty: _("Waiting for the first update") },
      {
        title: _("Exploration"),
        curves: [
          curve("epsilon", _("rate"), 2, { isFilled: true, range: [0, 1] }),
          curve("mean_value", _("Q-value"), 1, { axis: "right" }),
        ],
        empty: _("Waiting for the first moves"),
      },
    ],
  },
  board: {
    label: _("Board"),
    charts: [
      { title: _("Holes"), curves: [curve("holes", "", 3, { isFilled: true })] },
      { title: _("Highest column"), curves: [curve("max_height", "", 1, { isFilled: true })] },
      { title: _("Bumpiness"), curves: [curve("bumpiness", "", 4, { isFilled: true })] },
      { title: _("Moves/s"), curves: [curve("timesteps_per_second", "", 2, { isFilled: true })] },
    ].map((chart) => ({ ...chart, empty: _("Waiting for the first moves") })),
  },
};
const EMPTY_TEXT = _("Waiting for the first games");

/** The page of four graphs that is open, and the tabs above it. */
export class Charts {
  #grid;
  #tabs;
  #series;
  #page = PAGES[memory.get("graphs")] ? memory.get("graphs") : "learning";
  #charts = [];
  #drawnVersion = -1;
  #requestDraw = oncePerFrame(() => this.#drawNext());

  constructor(grid, tabs, series) {
    this.#grid = grid;
    this.#tabs = tabs;
    this.#series = series;
    for (const [name, { label }] of Object.entries(PAGES)) tabs.append(this.#makeTab(name, label));
    onPalette(() => this.#open());
    document.fonts.ready.then(() => this.#open()); // The axes measure their texts.
    this.#open();
  }

  /** Draw what has changed, one graph a frame. */
  update() {
    if (this.#drawnVersion === this.#series.version) return;
    this.#drawnVersion = this.#series.version;
    for (const chart of this.#charts) chart.isDue = true;
    this.#requestDraw();
  }

  /** Open the next page. */
  turn() {
    const names = Object.keys(PAGES);
    this.#choose(names[(names.indexOf(this.#page) + 1) % names.length]);
  }

  #choose(name) {
    this.#page = name;
    memory.set("graphs", name);
    this.#open();
  }

  #makeTab(name, label) {
    return element("button", {
      type: "button",
      id: `tab-${name}`,
      textContent: label,
      attributes: { role: "tab", "aria-controls": this.#grid.id },
      data: { page: name },
      on: {
        click: () => this.#choose(name),
        keydown: (event) => {
          if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
          this.turn();
          this.#tabs.querySelector("[aria-selected='true']").focus();
        },
      },
    });
  }

  #open() {
    for (const tab of this.#tabs.children) {
      const isOpen = tab.dataset.page === this.#page;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
    }
    for (const chart of this.#charts) chart.close();
    this.#grid.dataset.page = this.#page;
    this.#grid.setAttribute("aria-labelledby", `tab-${this.#page}`);
    this.#charts = PAGES[this.#page].charts.map((chart) => new Chart(chart, this.#series));
    this.#grid.replaceChildren(...this.#charts.map((chart) => chart.figure));
    this.#drawnVersion = -1;
    this.update();
  }

  #drawNext() {
    const due = this.#charts.find((chart) => chart.isDue);
    if (due === undefined) return;
    due.draw();
    this.#requestDraw();
  }
}

class Chart {
  isDue = true;

  #description;
  #series;
  #plot = null;
  #area;
  #empty;
  #readout;
  #describedAt = 0;
  #observer;

  constructor(description, series) {
    this.#description = description;
    this.#series = series;
    this.#empty = element("p", { className: "dim", textContent: description.empty ?? EMPTY_TEXT });
    this.#readout = element("p", { className: "readout", hidden: true, attributes: { "aria-hidden": "true" } });
    this.#area = element("div", { className: "plot", attributes: { role: "img" } }, this.#empty, this.#readout);
    this.#area.setAttribute("aria-label", _("{graph}: no points yet", { graph: description.title }));
    const caption = element("figcaption", {}, element("h3", { textContent: description.title }), this.#makeLegend());
    this.figure = element("figure", { className: "panel chart" }, caption, this.#area);
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(this.#area);
  }

  close() {
    this.#observer.disconnect();
    this.#plot?.destroy();
  }

  draw() {
    this.isDue = false;
    const data = this.#data();
    const isEmpty = data[0].length === 0;
    this.#empty.hidden = !isEmpty;
    if (isEmpty && this.#plot === null) return;
    if (this.#plot === null) this.#plot = this.#make(data);
    else this.#plot.setData(data);
    this.#describe();
  }

  /** What a screen reader says of the graph; seldom, for it is not looked at all the time. */
  #describe() {
    const now = performance.now();
    if (this.#describedAt && now - this.#describedAt < DESCRIBE_EVERY_MS) return;
    this.#describedAt = now;
    const parts = this.#description.curves.filter((each) => each.style !== "dots").map((each) => {
      const values = this.#series.get(each.name).values.filter((value) => value !== null);
      if (!values.length) return null;
      const fields = { label: each.label, now: number(values.at(-1), 1), highest: number(Math.max(...values), 1) };
      return each.label ? _("{label} {now}, highest {highest}", fields) : _("now {now}, highest {highest}", fields);
    });
    this.#area.setAttribute("aria-label", `${this.#description.title}: ${parts.filter(Boolean).join("; ")}`);
  }

  #makeLegend() {
    const named = this.#description.curves.filter(({ label }) => label);
    const items = named.map(({ label, graph, style }) => {
      const sample = element("i", { data: { style } });
      sample.style.setProperty("--curve", `var(--graph-${graph})`);
      return element("li", {}, sample, label);
    });
    return element("ul", { className: "legend" }, ...items);
  }

  #data() {
    const tables = this.#description.curves.map(({ name, isMean }) => {
      const { timesteps, values } = this.#series.get(name);
      return [timesteps, isMean ? runningMean(values, MEAN_POINTS) : values];
    });
    return uPlot.join(tables);
  }

  #size() {
    return { width: Math.max(60, this.#area.clientWidth), height: Math.max(40, this.#area.clientHeight) };
  }

  #resize() {
    this.#plot?.setSize(this.#size());
  }

  #make(data) {
    return new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        cursor: { y: false, drag: { setScale: false, x: false }, points: { size: 7 } },
        scales: { x: { time: false }, ...this.#scales() },
        axes: this.#axes(),
        series: [{}, ...this.#description.curves.map(series)],
        hooks: { draw: [(plot) => this.#drawBest(plot)], setCursor: [(plot) => this.#showReadout(plot)] },
        padding: [letterHeight() / 2, this.#hasRightAxis() ? 0 : 8, 0, 0],
      },
      data,
      this.#area,
    );
  }

  #hasRightAxis() {
    return this.#description.curves.some(({ axis }) => axis === "right");
  }

  #scales() {
    const scales = {};
    for (const { axis, range } of this.#description.curves) {
      scales[axis] = { range: (plot, low, high) => padded(range ? Math.min(low, range[0]) : low, range ? Math.max(high, range[1]) : high) };
    }
    return scales;
  }

  #axes() {
    const letter = letterHeight();
    const look = {
      font: `${letter}px "Arcade Pixel", monospace`,
      stroke: css(color("text-dim")),
      grid: { stroke: css(color("well-grid")), width: 1 },
      ticks: { show: false },
      gap: 4,
    };
    const values = (plot, splits) => axisTexts(splits);
    const size = (plot, texts) => Math.max(letter, ...(texts ?? []).map((text) => text.length * letter * 0.86)) + 6;
    const axes = [
      { ...look, size: letter * 1.4, space: letter * 5, values },
      { ...look, scale: "y", size, space: letter * 1.6, values },
    ];
    if (this.#hasRightAxis()) {
      const { graph } = this.#description.curves.find(({ axis }) => axis === "right");
      const stroke = css(blend(color(`graph-${graph}`), color("text-faint"), 0.4));
      axes.push({ ...look, scale: "right", side: 1, size, space: letter * 1.6, values, stroke, grid: { show: false } });
    }
    return axes;
  }

  /** A diamond on the best point, with its value beside it. */
  #drawBest(plot) {
    const index = this.#description.curves.findIndex(({ hasBest }) => hasBest);
    if (index < 0) return;
    const values = plot.data[index + 1];
    const best = values.reduce((at, value, i) => (value !== null && value !== undefined && (at < 0 || value > values[at]) ? i : at), -1);
    if (best < 0) return;
    const ratio = devicePixelRatio;
    const [x, y] = [plot.valToPos(plot.data[0][best], "x", true), plot.valToPos(values[best], "right", true)];
    const reach = 5 * ratio;
    const { ctx } = plot;
    const text = number(values[best], values[best] >= 10 ? 0 : 1);
    ctx.save();
    ctx.fillStyle = css(color("accent"));
    ctx.beginPath();
    ctx.moveTo(x, y - reach);
    ctx.lineTo(x + reach, y);
    ctx.lineTo(x, y + reach);
    ctx.lineTo(x - reach, y);
    ctx.fill();
    const letter = letterHeight() * ratio;
    ctx.font = `${letter}px "Arcade Pixel", monospace`;
    ctx.textBaseline = "middle";
    const width = ctx.measureText(text).width;
    const isLeft = x + 2 * reach + width > plot.bbox.left + plot.bbox.width;
    const left = isLeft ? x - 2 * reach - width : x + 2 * reach;
    const middle = Math.max(plot.bbox.top + letter / 2, y);
    ctx.fillStyle = css(color("panel"));
    ctx.fillRect(left - 2 * ratio, middle - letter / 2, width + 4 * ratio, letter);
    ctx.fillStyle = css(color("accent"));
    ctx.fillText(text, left, middle);
    ctx.restore();
  }

  #showReadout(plot) {
    const { idx, left } = plot.cursor;
    const isShown = idx !== null && idx !== undefined && left >= 0;
    this.#readout.hidden = !isShown;
    if (!isShown) return;
    const parts = this.#description.curves.map(({ label }, index) => {
      const value = plot.data[index + 1][idx];
      return value === null || value === undefined ? null : `${label} ${shortNumber(value)}`.trim();
    });
    const moves = _("{n} moves", { n: shortNumber(plot.data[0][idx]) });
    setText(this.#readout, [moves, ...parts.filter(Boolean)].join("  "));
    const isRight = left > plot.over.clientWidth / 2;
    this.#readout.style.left = isRight ? "0" : "auto";
    this.#readout.style.right = isRight ? "auto" : "0";
  }
}

const letterHeight = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

function series({ graph, style, axis, isFilled }) {
  const rgb = color(`graph-${graph}`);
  const ink = css(style === "dots" ? blend(rgb, color("well"), 0.42) : rgb);
  if (style === "line") {
    return { scale: axis, stroke: ink, width: 2, spanGaps: true, points: { show: false }, fill: isFilled ? css(rgb, 0.14) : undefined, fillTo: (plot) => plot.scales[axis].min };
  }
  return { scale: axis, stroke: ink, paths: squares(ink, style === "marks" ? 5 : 2), points: { show: false } };
}

/** Draws each point as a square of so many pixels. */
const squares = (ink, side) => (plot, index, first, last) => {
  const size = side * devicePixelRatio;
  const { scale } = plot.series[index];
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = ink;
  for (let i = first; i <= last; i += 1) {
    const value = plot.data[index][i];
    if (value === null || value === undefined) continue;
    const x = plot.valToPos(plot.data[0][i], "x", true);
    const y = plot.valToPos(value, scale, true);
    ctx.fillRect(Math.round(x - size / 2), Math.round(y - size / 2), size, size);
  }
  ctx.restore();
  return null;
};

/** A range with some air; a single value is in its middle. */
function padded(low, high) {
  if (low === null || high === null || (low === 0 && high === 0)) return [0, 1];
  if (low === high) return low > 0 ? [0, low * 1.5] : [low * 1.5, 0];
  const air = (high - low) * 0.06;
  return [low >= 0 && low < high * 0.5 ? 0 : low - air, high + air];
}
