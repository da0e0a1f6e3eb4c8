// Menus that open beside their button: arrows go through the items, and a choice closes them.
import { openAt } from "./popover.js"

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }
const items = (menu) => [...menu.querySelectorAll("button:enabled")]

export function openMenu(menu, anchor) {
  openAt(menu, anchor)
  items(menu)[0]?.focus()
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-opens-menu]")
  if (button) openMenu(document.getElementById(button.dataset.opensMenu), button)
  else if (target.closest(".menu button")) target.closest(".menu").hidePopover()
})

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu")
  if (!menu || !STEPS[event.key]) return
  event.preventDefault()
  const all = items(menu)
  all.at((all.indexOf(document.activeElement) + STEPS[event.key]) % all.length)?.focus()
})
