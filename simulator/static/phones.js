// The customers' phones: whose phone it is, the chat, and writing as them.
import { ask, dayOf, make } from "./dom.js"
import { bubble, closeTools } from "./bubbles.js"
import { prepareMenu } from "./menu.js"
import { word } from "./words.js"

export const chosen = { customer: "", number: "" }

const people = document.getElementById("people")
const chat = document.getElementById("chat")
const numbers = document.getElementById("number")
const presence = document.getElementById("presence")
const text = document.getElementById("text")
const seen = {}
let shownPeople = ""
let shownChat = ""
let names = {}

const about = document.getElementById("about")
let doing = null // { act: "reply" or "edit", message } while the composer is about another message

prepareMenu(write, takeText)
document.getElementById("composer").addEventListener("submit", (event) => {
  event.preventDefault()
  const written = takeText()
  if (!written) return
  if (doing?.act === "edit") write({ edit: written, of: doing.message.wamid })
  else write({ text: written })
})
about.querySelector("button").addEventListener("click", () => begin(null))
text.addEventListener("input", grow)
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault()
    text.form.requestSubmit()
  }
})
numbers.addEventListener("change", () => choose(chosen.customer, numbers.value))

export function showPhones(live, asked) {
  names = Object.fromEntries(live.customers.map((one) => [one.id, one.name]))
  showNumbers(live.numbers)
  if (!chosen.customer) return choose(latest(live.customers)?.id, latest(live.customers)?.last?.phone_number_id)
  showPeople(live.customers)
  if (asked.customer === chosen.customer && asked.number === chosen.number) showChat(live)
}

function latest(customers) {
  return customers.toSorted((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0))[0]
}

function showNumbers(list) {
  if (numbers.options.length !== list.length) {
    numbers.replaceChildren(...list.map((one) => new Option(`${one.name} · ${one.display}`, one.id)))
  }
  if (chosen.number) numbers.value = chosen.number
}

function showPeople(customers) {
  for (const one of customers) {
    if (one.id === chosen.customer || !(one.id in seen)) seen[one.id] = one.last?.at ?? 0
  }
  const fresh = JSON.stringify([customers.map((one) => [one.id, one.last?.at, seen[one.id]]), chosen.customer])
  if (fresh === shownPeople) return
  shownPeople = fresh
  const focused = people.contains(document.activeElement) ? document.activeElement.dataset.id : null
  people.replaceChildren(...customers.map((one, position) => make("li", "", {}, person(one, position))))
  people.querySelector(`[data-id="${focused}"]`)?.focus()
}

function person(one, position) {
  const news = one.last?.side === "out" && one.last.at > seen[one.id]
  const button = make("button", news ? "news" : "", { type: "button", title: address(one) },
    make("span", `avatar c${position % 8}`, { ariaHidden: "true" }, one.name[0]), make("span", "", {}, one.name.split(" ")[0]))
  button.dataset.id = one.id
  button.setAttribute("aria-pressed", String(one.id === chosen.customer))
  button.addEventListener("click", () => choose(one.id, one.last?.phone_number_id))
  return button
}

function address(one) {
  return [one.username ? `@${one.username}` : "", one.shown_wa_id ? `+${one.shown_wa_id}` : ""].filter(Boolean).join(" · ")
}

function choose(customer, number) {
  begin(null)
  chosen.customer = customer ?? ""
  chosen.number = number ?? (chosen.number || numbers.value)
  numbers.value = chosen.number
  shownChat = ""
  document.dispatchEvent(new Event("simulator:changed"))
}

function showChat(live) {
  presence.textContent = live.typing ? word("typing") : word("online")
  presence.classList.toggle("typing", live.typing)
  const fresh = JSON.stringify([chosen, live.chat])
  if (fresh === shownChat) return
  const opened = shownChat === ""
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 60
  shownChat = fresh
  chat.replaceChildren(...lines(live.chat))
  if (opened || atEnd) chat.scrollTop = chat.scrollHeight
}

function lines(messages) {
  if (!messages.length) return [make("li", "empty", {}, word("empty_chat", { name: names[chosen.customer] ?? "" }))]
  const result = []
  let before = null
  for (const message of messages) {
    const today = dayOf(message.at)
    if (!before || dayOf(before.at) !== today) {
      result.push(make("li", "day", {}, today === dayOf(Date.now() / 1000) ? word("today") : today))
    }
    result.push(bubble(message, before?.side !== message.side, { write, begin }))
    before = message
  }
  return result
}

async function write(values) {
  const quote = doing?.act === "reply" && !("reaction" in values || "revoke" in values) ? { context: doing.message.wamid } : {}
  if (!("reaction" in values)) begin(null)
  closeTools()
  shownChat = shownChat && "changed"
  await ask("POST", `/customers/${chosen.customer}/messages`, { ...quote, ...values, phone_number_id: chosen.number })
  document.dispatchEvent(new Event("simulator:changed"))
}

// The next text replies to the message or replaces its words; null goes back to plain writing.
function begin(act, message) {
  if (doing?.act === "edit") text.value = ""
  doing = act ? { act, message } : null
  about.hidden = !act
  if (!act) return
  about.querySelector("b").textContent = word(act)
  about.querySelector("span").textContent = message.body
  if (act === "edit") text.value = message.kind === "text" ? message.body : ""
  closeTools()
  text.focus()
  grow()
}

function takeText() {
  const taken = text.value.trim()
  text.value = ""
  grow()
  return taken
}

function grow() {
  text.rows = Math.min(6, text.value.split("\n").length)
}
