// Numbers and moments as texts, as the window shows them.

import { _, language } from "./language.js";

export const UNKNOWN = "--";

const isKnown = (value) => typeof value === "number" && Number.isFinite(value);

/** A number as the language of the page writes it. */
const localized = (value, options) => value.toLocaleString(language, options);

/** With thousands separators. */
export function number(value, digits = 0) {
  return isKnown(value) ? localized(value, { minimumFractionDigits: digits, maximumFractionDigits: digits }) : UNKNOWN;
}

/** In about five characters: 950, 12.5k, 3.2M. */
export function shortNumber(value) {
  if (!isKnown(value)) return UNKNOWN;
  for (const [limit, divisor, suffix] of [[1e9, 1e9, "G"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]]) {
    if (Math.abs(value) >= limit) return `${localized(Number((value / divisor).toPrecision(3)))}${suffix}`;
  }
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return number(value);
  return localized(Number(value.toPrecision(3)), { maximumSignificantDigits: 3 });
}

/** The numbers of an axis, all in the same unit: 0, 5k, 10k. */
export function axisTexts(values) {
  const highest = Math.max(0, ...values.filter(isKnown).map(Math.abs));
  const [divisor, suffix] = highest >= 1e6 ? [1e6, "M"] : highest >= 1e4 ? [1e3, "k"] : [1, ""];
  return values.map((value) => {
    if (!isKnown(value)) return "";
    return value === 0 ? "0" : `${localized(Number((value / divisor).toPrecision(6)))}${suffix}`;
  });
}

/** Seconds as h:mm:ss. */
export function duration(seconds) {
  if (!isKnown(seconds)) return UNKNOWN;
  const whole = Math.floor(seconds);
  const pad = (part) => String(part).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
}

/** A moment, in seconds since 1970, as hh:mm of this device. */
export function clock(seconds) {
  const at = new Date(seconds * 1000);
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** Lines per game: with one decimal if the mean is below ten. */
export function lines(value, mean = value) {
  return number(value, mean >= 10 ? 0 : 1);
}

/** Moves per second; null is full speed. */
export function speed(piecesPerSecond) {
  return piecesPerSecond === null ? _("full speed") : _("{speed}/s", { speed: shortNumber(piecesPerSecond) });
}

/** The same, to be read aloud. */
export function spokenSpeed(piecesPerSecond) {
  return piecesPerSecond === null ? _("full speed") : _("{speed} moves per second", { speed: shortNumber(piecesPerSecond) });
}

/** How pieces are chosen, and what is rewarded, by the names in a configuration. */
export const PIECES_NAMES = { bag: _("bag"), uniform: _("random") };
export const REWARD_NAMES = { lines: _("lines"), score: _("score"), shaped: _("shaped score"), fours: _("four lines at once") };

/** Pieces and board in few words, such as "bag, 20 rows". */
export function boardLabel(pieces, height) {
  return _("{pieces}, {n} rows", { pieces: PIECES_NAMES[pieces] ?? pieces, n: height });
}

/** Conditions of a test in few words, such as "random, 10 rows, max 50,000". */
export function conditions({ pieces, height, max_pieces: limit, lookahead }) {
  const most = limit === null ? _("no limit") : _("max {n}", { n: number(limit) });
  return [boardLabel(pieces, height), most, ...(lookahead ? [_("look-ahead")] : [])].join(", ");
}

/** Conditions of a test as a phrase. */
export function conditionsPhrase({ games, pieces, height, max_pieces: limit, lookahead }) {
  const fields = { games: number(games), rows: height, pieces: PIECES_NAMES[pieces] ?? pieces, limit: number(limit) };
  const text = limit === null ? _("{games} games, {rows} rows, pieces: {pieces}", fields) : _("{games} games, {rows} rows, pieces: {pieces}, at most {limit} each", fields);
  return lookahead ? `${text}, ${_("look-ahead")}` : text;
}
