// REST calls. An answer that is not "ok" becomes an Error with the server's sentence.

import { _ } from "./language.js";

const NO_ANSWER = _("The server does not answer");

async function request(method, path, { json, form } = {}) {
  const init = { method, credentials: "same-origin", headers: {} };
  if (json !== undefined) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(json);
  }
  if (form !== undefined) init.body = form;
  let response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Error(NO_ANSWER);
  }
  if (!response.ok) throw new Error(await sentence(response));
  return response;
}

async function sentence(response) {
  try {
    const { detail } = await response.json();
    if (typeof detail === "string") return _(detail);
    if (Array.isArray(detail) && detail.length) return detail[0].msg;
  } catch {
    // A proxy in between may answer with a page of its own.
  }
  return _("The server refused this ({status})", { status: response.status });
}

const model = (name) => `/api/models/${encodeURIComponent(name)}`;

export const listModels = async () => (await request("GET", "/api/models")).json();

/** What a training can be started with: {config, saved_run}. */
export const trainingChoices = async () => (await request("GET", "/api/training")).json();

export const saveModel = async (source, name) =>
  (await request("POST", "/api/models/save", { json: { source, slot_name: name } })).json();

export const deleteModel = (name) => request("DELETE", model(name));

export const exportModel = async (name, filename) =>
  (await request("POST", "/api/models/export", { json: { slot_name: name, filename } })).json();

export const startDemo = (name) => request("POST", `/api/demo/start/${encodeURIComponent(name)}`);

export async function importModel(file) {
  const form = new FormData();
  form.append("file", file);
  return (await request("POST", "/api/models/import", { form })).json();
}

/** Save a model as a file of this device. */
export async function downloadModel(name, filename) {
  const content = await (await request("GET", `${model(name)}/download`)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Why the server lets this page not in; null if it does, or does not answer. */
export async function refusal() {
  try {
    await request("GET", "/api/models");
    return null;
  } catch (error) {
    return error.message === NO_ANSWER ? null : error.message;
  }
}
