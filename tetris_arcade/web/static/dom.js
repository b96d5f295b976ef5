// Builds and changes elements. Text enters as text only, never as HTML.

export const byId = (id) => document.getElementById(id);

/** An element with properties, `data-` attributes, listeners and children (elements or texts). */
export function element(tag, { data = {}, on = {}, attributes = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Set an element's text, unless it has it already: a live region is read again when it is touched. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Call `draw` in the next frame; calls before that frame count as one. */
export function oncePerFrame(draw) {
  let isRequested = false;
  return () => {
    if (isRequested) return;
    isRequested = true;
    requestAnimationFrame((now) => {
      isRequested = false;
      draw(now);
    });
  };
}

export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** What this browser remembers, such as a choice of colours; works without storage too. */
export const memory = {
  get(name) {
    try {
      return localStorage.getItem(`tetris-arcade.${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`tetris-arcade.${name}`, value);
    } catch {
      // A private window may refuse: the choice then lasts as long as the page.
    }
  },
};
