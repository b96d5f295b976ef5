// Colours by meaning, read from the style sheet `palettes.css`, for what is drawn on a canvas.

import { memory } from "./dom.js";

export const PALETTES = ["colour-safe", "classic", "high-contrast", "mono"];
const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];

const listeners = new Set();
const cache = new Map();
let hostPalette = PALETTES[0];

/** Call `listener` whenever the palette has changed. */
export const onPalette = (listener) => listeners.add(listener);

/** The name of the palette in use. */
export const palette = () => document.documentElement.dataset.palette;

/** The palette that the user of this page chose; "" is the arcade's own. */
export const chosenPalette = () => (PALETTES.includes(memory.get("palette")) ? memory.get("palette") : "");

export function choosePalette(name) {
  memory.set("palette", name);
  apply();
}

/** The palette of the arcade, which the page takes unless its user chose another. */
export function setHostPalette(name) {
  if (PALETTES.includes(name)) hostPalette = name;
  apply();
}

function apply() {
  const name = chosenPalette() || hostPalette;
  if (name === palette()) return;
  document.documentElement.dataset.palette = name;
  cache.clear();
  for (const listener of listeners) listener();
}

/** A colour of the palette by its name, as [r, g, b]. */
export function color(name) {
  if (!cache.has(name)) {
    const text = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    cache.set(name, [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)));
  }
  return cache.get(name);
}

/** The colour of a cell value 1..8. */
export const cellColor = (value) => (value === 8 ? color("garbage") : color(`piece-${value}`));

/** Mix two colours: 0 gives the first, 1 the second. */
export const blend = (first, second, share) => first.map((a, i) => Math.round(a + (second[i] - a) * share));
export const darker = (rgb, share) => blend(rgb, BLACK, share);
export const lighter = (rgb, share) => blend(rgb, WHITE, share);

/** A colour as CSS writes it. */
export const css = ([r, g, b], alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;
