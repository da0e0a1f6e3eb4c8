// The "+" of a phone: every kind a customer can send, and what happens besides messages.
import { make } from "./dom.js"
import { word } from "./words.js"

const KINDS = [
  ["📷", "photo", (text) => ({ image: text })],
  ["🧾", "screenshot", (text) => ({ screenshot: text })],
  ["🎤", "voice", () => ({ voice: true })],
  ["🎵", "audio", () => ({ audio: true })],
  ["🎬", "video", (text) => ({ video: text })],
  ["📄", "document", (text) => ({ document: true, caption: text })],
  ["🌞", "sticker", () => ({ sticker: "static" })],
  ["✨", "sticker_moving", () => ({ sticker: "animated" })],
  ["📍", "place", () => ({ location: true })],
  ["👤", "card", () => ({ contacts: true })],
  ["🪪", "own_card", () => ({ own_card: true })],
  ["🛒", "order", () => ({ order: true })],
  ["📋", "form", () => ({ flow: true })],
  ["📣", "from_ad", (text) => ({ text: text || word("from_ad_text"), referral: true })],
  ["🏷️", "product", (text) => ({ text: text || word("product_text"), product: true })],
  ["↪️", "forwarded", (text) => ({ text: text || word("forwarded_text"), forwarded: "often" })],
  ["📊", "poll", () => ({ unsupported: "poll_creation" })],
]
const HAPPENINGS = [
  ["📵", "call_missed", () => ({ call: {} })],
  ["📞", "call_answered", () => ({ call: { seconds: 15 } })],
  ["🔕", "stop", () => ({ preference: "stop" })],
  ["🔔", "resume", () => ({ preference: "resume" })],
  ["🔁", "new_number", () => ({ new_number: true })],
  ["📱", "echo", (text) => ({ echo: text || word("echo_text") })],
]

const menu = document.getElementById("menu")
const more = document.getElementById("more")

export function prepareMenu(write, takeText) {
  menu.append(group("menu_send", KINDS), group("menu_happens", HAPPENINGS))
  more.addEventListener("click", () => show(menu.hidden))
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target) && !more.contains(event.target)) show(false)
  })
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return
    show(false)
    more.focus()
  })

  function group(title, entries) {
    const items = entries.map(([sign, name, values]) => {
      const button = make("button", "", { type: "button", role: "menuitem" }, make("i", "", { ariaHidden: "true" }, sign), word(`menu_${name}`))
      button.addEventListener("click", () => {
        show(false)
        write(values(takeText()))
      })
      return button
    })
    return make("div", "menu-group", { role: "group", ariaLabel: word(title) }, make("h3", "", {}, word(title)), make("div", "menu-items", {}, ...items))
  }
}

function show(visible) {
  menu.hidden = !visible
  more.setAttribute("aria-expanded", String(visible))
  if (visible) menu.querySelector("button").focus()
}
