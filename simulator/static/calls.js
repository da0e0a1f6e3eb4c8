// What the platform called, newest first. A call never changes, so rows are only added.
import { exactTime, make } from "./dom.js"
import { word } from "./words.js"

const LONGEST = 200
const list = document.getElementById("calls")
const onlySends = document.getElementById("only-sends")
let newest = 0
let names = {}

onlySends.addEventListener("change", () => list.classList.toggle("only-sends", onlySends.checked))

export function showCalls(live) {
  names = Object.fromEntries(live.customers.map((one) => [one.id, one.name]))
  if (!live.calls.length) list.replaceChildren()
  const fresh = live.calls.filter((call) => call.id > newest)
  if (fresh.length) {
    newest = fresh[0].id
    list.prepend(...fresh.map(row))
    while (list.children.length > LONGEST) list.lastElementChild.remove()
  }
  document.getElementById("no-calls").hidden = list.children.length > 0
}

function row(call) {
  const who = names[call.customer_id] ?? call.recipient
  const what = make("span", "what", {}, word(`kind_${call.kind}`) || `${call.method} ${call.path}`,
    who ? make("small", "", {}, ` ${word("to")} ${who}`) : null)
  const took = make("span", "took", {}, call.lost ? "" : `${Math.round(call.latency_ms)} ms`)
  const summary = make("summary", "", {}, make("time", "", {}, exactTime(call.at)), what,
    make("span", "result", {}, took, badge(call)), call.body ? make("span", "said", {}, call.body) : null)
  const details = make("details", "", {}, summary)
  details.addEventListener("toggle", () => details.append(particulars(call)), { once: true })
  return make("li", call.recipient ? "send" : "", {}, details)
}

function badge(call) {
  if (call.lost) return make("span", "badge bad", {}, word(call.lost === "drop" ? "cut" : "no_answer"))
  if (call.status < 400) return make("span", "badge", {}, String(call.status))
  const name = call.status >= 500 ? "badge bad" : "badge warn"
  return make("span", name, {}, [call.status, call.code].filter(Boolean).join(" · "))
}

function particulars(call) {
  const parts = [make("code", "", {}, `${call.method} ${call.path}`)]
  if (call.request) parts.push(piece("asked", call.request))
  if (call.answer) parts.push(piece("answered", call.answer))
  return make("div", "particulars", {}, ...parts)
}

function piece(name, text) {
  return make("div", "", {}, make("h3", "", {}, word(name)), make("pre", "", {}, readable(text)))
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
