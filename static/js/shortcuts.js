// Keys for hands that stay on the keyboard: data-shortcut names the key of a button or a field.
const TYPING = "input, textarea, select, [contenteditable]"
const links = () => [...document.querySelectorAll("#rows > .row > a")]

function step(by) {
  const all = links()
  const here = all.findIndex((link) => link === document.activeElement)
  const open = all.findIndex((link) => link.ariaCurrent === "true")
  const from = here >= 0 ? here : open >= 0 ? open : -Math.sign(by) * Infinity
  const next = all[Math.min(Math.max(Number.isFinite(from) ? from + by : by > 0 ? 0 : all.length - 1, 0), all.length - 1)]
  next?.focus()
  next?.scrollIntoView({ block: "nearest" })
}

function leave(field) {
  field.blur()
  const open = links().find((link) => link.ariaCurrent === "true")
  open?.focus({ preventScroll: true })
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], :popover-open")) return
  if (target.matches(TYPING)) return key === "Escape" && leave(target)
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1)
  const named = [...document.querySelectorAll("[data-shortcut]")].find((element) => element.dataset.shortcut === key)
  if (!named || named.disabled) return
  event.preventDefault()
  named.matches(TYPING) ? named.focus() : named.click()
})
