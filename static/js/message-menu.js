// What one can do with a message: one menu for all of them, opened beside the one it is about.
import { openAt } from "./popover.js"
import { quote } from "./quoting.js"

const menu = document.getElementById("message-menu")
let about = ""
const message = () => document.getElementById(about)

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-message-menu]")
  if (!button) return
  about = button.closest("article").id
  const isLocked = document.querySelector("#composer-state[data-locked]") !== null
  for (const item of menu.querySelectorAll("button")) item.disabled = isLocked
  openAt(menu, button)
  menu.querySelector("button:enabled")?.focus()
})

menu.addEventListener("click", (event) => {
  const item = event.target.closest("button")
  if (!item) return
  menu.hidePopover()
  if ("reply" in item.dataset && message()) quote(message())
})

menu.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
  if (!by) return
  event.preventDefault()
  const items = [...menu.querySelectorAll("button:enabled")]
  items.at((items.indexOf(document.activeElement) + by) % items.length)?.focus()
})

menu.addEventListener("toggle", (event) => {
  if (event.newState === "closed" && document.activeElement === document.body)
    message()?.querySelector("[data-message-menu]")?.focus({ preventScroll: true })
})
