// The customers' phones: whose phone it is, the chat, and writing as them.
import { ask, dayOf, make, time } from "./dom.js"
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

document.getElementById("composer").addEventListener("submit", (event) => {
  event.preventDefault()
  if (text.value.trim()) write({ text: text.value.trim() })
  text.value = ""
  grow()
})
document.getElementById("photo").addEventListener("click", () => {
  write({ image: text.value.trim() })
  text.value = ""
  grow()
})
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
    result.push(bubble(message, before?.side !== message.side))
    before = message
  }
  return result
}

function bubble(message, turn) {
  const mine = message.side === "in"
  const failed = message.status === "failed"
  const state = mine ? (message.read_at ? "read" : "delivered") : message.status
  const footer = make("footer", "", {}, `${time(message.at)} `, tick(state))
  const replies = message.buttons.length ? make("div", "replies", {}, ...message.buttons.map((one) => reply(one, message))) : null
  const classes = ["bubble", mine ? "mine" : "theirs", turn ? "turn" : "", failed ? "failed" : ""].filter(Boolean)
  return make("li", classes.join(" "), {}, message.body || "", footer, replies)
}

function tick(state) {
  if (state === "failed") return make("span", "tick bad", {}, word("undelivered"))
  const marks = { sent: "✓", delivered: "✓✓", read: "✓✓" }[state]
  return marks ? make("span", `tick ${state}`, {}, marks) : null
}

function reply(one, message) {
  const button = make("button", "", { type: "button" }, one.title)
  button.addEventListener("click", () => write({ reply: one, context: message.wamid }))
  return button
}

async function write(values) {
  await ask("POST", `/customers/${chosen.customer}/messages`, { ...values, phone_number_id: chosen.number })
  document.dispatchEvent(new Event("simulator:changed"))
}

function grow() {
  text.rows = Math.min(6, text.value.split("\n").length)
}
