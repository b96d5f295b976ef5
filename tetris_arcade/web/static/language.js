// The language of the page: its texts, from the catalogues of `tetris_arcade.languages`, and its numbers.

import { memory } from "./dom.js";

const LANGUAGES = [...document.querySelectorAll("#language option")].map((option) => option.value);
const TRANSLATED_ATTRIBUTES = ["aria-label", "placeholder", "title"];

/** Choose a language for this and later visits; the page is loaded again in it. */
export function chooseLanguage(code) {
  memory.set("language", code);
  location.reload();
}

const preferred = [memory.get("language") ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
const wanted = preferred.find((code) => LANGUAGES.includes(code)) ?? "en";

/** The texts of a language by the English ones; none of them if they cannot be had. */
async function loadTexts(code) {
  if (code === "en") return {};
  const answer = await fetch(`/static/languages/${code}.json`).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

const texts = await loadTexts(wanted);

/** The language of the page: the wanted one, unless its texts are missing. */
export const language = texts === null ? "en" : wanted;

const pluralRules = new Intl.PluralRules(language);

/** A text in the language of the page, with {fields} filled in. */
export const _ = (text, fields = {}) => fill(texts?.[text] ?? text, fields);

/** The form of a text for a count; `fields` must have the count as it is written. */
export function ngettext(singular, plural, count, fields) {
  const forms = texts?.[singular] ?? [singular, plural];
  return fill(forms[pluralRules.select(count) === "one" ? 0 : forms.length - 1], fields);
}

const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (field, name) => fields[name] ?? field);

/** Translate the page's own texts, which its file has in English. */
function translatePage() {
  const page = document.documentElement;
  page.lang = language;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    if (text) walker.currentNode.data = walker.currentNode.data.replace(text, () => _(text));
  }
  for (const name of TRANSLATED_ATTRIBUTES) {
    for (const each of document.body.querySelectorAll(`[${name}]`)) each.setAttribute(name, _(each.getAttribute(name)));
  }
  page.dataset.isTranslated = "";
}

translatePage();
