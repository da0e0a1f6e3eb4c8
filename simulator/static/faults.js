// The fault panel: one row for each switch, in plain words; a change is sent at once.
import { ask, make } from "./dom.js"
import { word } from "./words.js"

const ANSWER_CODES = [131000, 131016, 130429, 131056, 131047, 131048, 131042, 131053, 100, 190, 368]
const STATUS_CODES = [131026, 131049, 131050, 131047, 131053, 131000]
const GROUPS = [
  ["group_speed", [["latency_ms", "number"], ["jitter", "number", 0.05], ["read_ms", "number"]]],
  ["group_answers", [["error_code", "code", ANSWER_CODES], ["error_probability", "chance"], ["http_5xx_html", "chance"],
    ["timeout_after_accepting", "chance"], ["drop_response", "chance"], ["phone_number_id", "phone"], ["count", "number"]]],
  ["group_limits", [["throttle_per_second", "number"], ["pair_throttle", "number"]]],
  ["group_webhooks", [["webhook_paused", "switch"], ["duplicates", "chance"], ["disorder", "switch"],
    ["status_error_code", "code", STATUS_CODES]]],
  ["group_window", [["window", "window"], ["window_by_status", "switch"]]],
]
const PRESETS = {
  preset_slow: { latency_ms: 2500, jitter: 0.5 },
  preset_shaky: { error_code: 131016, error_probability: 0.1, timeout_after_accepting: 0.1, duplicates: 0.1, disorder: true },
  preset_down: { http_5xx_html: 1 },
  preset_silent: { webhook_paused: true },
}

const form = document.getElementById("faults")
const controls = {}
let usual = null
let shown = ""

form.addEventListener("submit", (event) => event.preventDefault())
document.getElementById("normal").addEventListener("click", () => change("DELETE"))

export function showFaults({ faults, numbers }) {
  if (!form.children.length) build(numbers)
  usual ??= { error_code: null, error_probability: 1, http_5xx_html: 0, timeout_after_accepting: 0,
    drop_response: 0, phone_number_id: null, count: null, throttle_per_second: null, pair_throttle: null,
    webhook_paused: false, duplicates: 0, disorder: false, status_error_code: null, window: "known", window_by_status: false }
  const fresh = JSON.stringify(faults)
  if (fresh === shown) return
  shown = fresh
  for (const [name, control] of Object.entries(controls)) {
    if (document.activeElement !== control || control.type !== "number") put(control, faults[name])
    control.closest(".fault").classList.toggle("active", name in usual && faults[name] !== usual[name])
  }
}

function build(numbers) {
  const presets = Object.entries(PRESETS).map(([name, values]) => {
    const button = make("button", "button", { type: "button" }, word(name))
    button.addEventListener("click", async () => { await change("DELETE"); await change("PUT", values) })
    return button
  })
  form.append(make("div", "presets", {}, ...presets))
  for (const [group, rows] of GROUPS) {
    const lines = rows.map(([name, kind, more]) => line(name, kind, more, numbers))
    form.append(make("fieldset", "", {}, make("legend", "", {}, word(group)), ...lines))
  }
}

function line(name, kind, more, numbers) {
  const control = controls[name] = makeControl(kind, more, numbers)
  control.id = `fault-${name}`
  control.addEventListener("change", () => change("PUT", { [name]: taken(control, kind) }))
  const note = word(`${name}_note`)
  const label = make("label", "", { htmlFor: control.id }, word(name), note ? make("small", "", {}, note) : null)
  return make("div", ["code", "phone", "window"].includes(kind) ? "fault wide" : "fault", {}, label, control)
}

function makeControl(kind, more, numbers) {
  if (kind === "switch") return make("input", "", { type: "checkbox" })
  if (kind === "number") return make("input", "", { type: "number", min: 0, step: more ?? 1 })
  const choices = {
    chance: () => [["0", "never"], ["0.1", "sometimes"], ["0.5", "half"], ["1", "always"]].map(([value, name]) => [value, word(name)]),
    window: () => ["known", "all", "off"].map((value) => [value, word(`window_${value}`)]),
    code: () => [["", word("none")], ...more.map((code) => [String(code), word(`e${code}`)])],
    phone: () => [["", word("all_numbers")], ...numbers.map((one) => [one.id, `${one.name} · ${one.display}`])],
  }[kind]()
  return make("select", "", {}, ...choices.map(([value, label]) => new Option(label, value)))
}

function put(control, value) {
  if (control.type === "checkbox") {
    control.checked = value
    return
  }
  const text = value === null ? "" : String(value)
  const unknown = control.tagName === "SELECT" && ![...control.options].some((option) => option.value === text)
  if (unknown) control.append(new Option(text, text))
  control.value = text
}

function taken(control, kind) {
  if (kind === "switch") return control.checked
  if (control.value === "") return null
  return kind === "phone" || kind === "window" ? control.value : Number(control.value)
}

async function change(method, values) {
  await ask(method, "/faults", values).catch(() => { shown = "" })
  document.dispatchEvent(new Event("simulator:changed"))
}
