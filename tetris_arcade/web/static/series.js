// The points of the graphs, as the server sends them: the whole graph, or new points at its end.

const EMPTY = { timesteps: [], values: [] };

export class SeriesStore {
  #series = new Map();
  version = 0; // changes with every change

  /** Take all graphs of a sync; those that it lacks are empty. */
  replaceAll(series) {
    this.#series = new Map(Object.entries(series));
    this.version += 1;
  }

  /** Keep the first `start` points of a graph, and add points behind them. */
  add({ name, start, timesteps, values }) {
    const kept = this.get(name);
    this.#series.set(name, {
      timesteps: [...kept.timesteps.slice(0, start), ...timesteps],
      values: [...kept.values.slice(0, start), ...values],
    });
    this.version += 1;
  }

  get(name) {
    return this.#series.get(name) ?? EMPTY;
  }
}

/** The mean of each value and the known ones before it, `count` at most. */
export function runningMean(values, count) {
  const window = [];
  let sum = 0;
  return values.map((value) => {
    if (value !== null) {
      window.push(value);
      sum += value;
      if (window.length > count) sum -= window.shift();
    }
    return window.length ? sum / window.length : null;
  });
}
