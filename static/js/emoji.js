// The emoji picker: found by words in both languages, walked through with arrows. A button with data-emoji-into
// puts what is picked into the field it names; other modules call `pickEmoji`.
import { GROUPS } from "./emoji-list.js"
import { openAt } from "./popover.js"

const panel = document.getElementById("emoji")
const search = panel.querySelector("input")
const grid = panel.querySelector("[data-emoji-grid]")
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
const shown = () => [...grid.querySelectorAll("button:not([hidden])")]
let answer = null
let asker = null

function draw() {
  for (const [name, lines] of Object.entries(GROUPS)) {
    const group = document.createElement("div")
    group.setAttribute("role", "group")
    group.setAttribute("aria-label", grid.dataset[name])
    group.append(...lines.trim().split("\n").map(button))
    grid.append(group)
  }
}

function button(line) {
  const [emoji] = line.split(" ", 1)
  return Object.assign(document.createElement("button"), {
    type: "button", textContent: emoji, title: line.slice(emoji.length + 1), tabIndex: -1,
  })
}

function filter() {
  const words = plain(search.value).split(" ")
  for (const one of grid.querySelectorAll("button"))
    one.hidden = !words.every((word) => ` ${one.title}`.includes(` ${word}`)) && search.value !== one.textContent
  const found = shown()
  panel.querySelector("[data-nothing]").hidden = found.length > 0
  for (const one of found) one.tabIndex = one === found[0] ? 0 : -1
}

export function pickEmoji(anchor) {
  if (!grid.firstElementChild) draw()
  search.value = ""
  filter()
  asker = anchor
  openAt(panel, anchor)
  search.focus()
  return new Promise((resolve) => (answer = resolve))
}

function finish(emoji) {
  answer?.(emoji)
  answer = null
  if (panel.matches(":popover-open")) panel.hidePopover()
}

// Rows are as wide as the panel allows: up and down go to what stands there.
function step(from, key) {
  const all = shown()
  const here = all.indexOf(from)
  if (key === "ArrowRight" || key === "ArrowLeft") return all[here + (key === "ArrowRight" ? 1 : -1)]
  const { left, top } = from.getBoundingClientRect()
  const column = all.filter((one) => Math.abs(one.getBoundingClientRect().left - left) < 4)
  if (key === "ArrowDown") return column.find((one) => one.getBoundingClientRect().top > top)
  return column.findLast((one) => one.getBoundingClientRect().top < top) ?? search
}

panel.addEventListener("input", filter)
panel.addEventListener("click", (event) => event.target.matches("[data-emoji-grid] button") && finish(event.target.textContent))
panel.addEventListener("toggle", (event) => {
  if (event.newState !== "closed") return
  finish(null)
  if (panel.contains(document.activeElement) || document.activeElement === document.body) asker?.focus({ preventScroll: true })
})
panel.addEventListener("keydown", (event) => {
  const isInGrid = event.target.matches("[data-emoji-grid] button")
  if (event.target === search && event.key === "Enter") finish(shown()[0]?.textContent ?? null)
  else if (event.target === search && event.key === "ArrowDown") shown()[0]?.focus()
  else if (isInGrid && event.key.startsWith("Arrow")) step(event.target, event.key)?.focus()
  else return
  event.preventDefault()
})

document.addEventListener("click", async (event) => {
  const asked = event.target.closest("[data-emoji-into]")
  if (!asked) return
  const emoji = await pickEmoji(asked)
  const field = document.getElementById(asked.dataset.emojiInto)
  if (!emoji || !field) return
  field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end")
  field.dispatchEvent(new Event("input", { bubbles: true }))
  field.focus()
})
