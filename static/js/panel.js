// Opens, closes and dismisses what buttons name: the contact panel, dialogs, the notice; and the way back.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggles], [data-opens], [data-dismiss], [data-back]")
  if (!button) return
  const { toggles, opens, dismiss } = button.dataset
  if (toggles) toggle(document.getElementById(toggles))
  if (opens) document.getElementById(opens).showModal()
  if (dismiss) document.getElementById(dismiss).replaceChildren()
  if ("back" in button.dataset) {
    event.preventDefault()
    location.assign(document.getElementById("list").dataset.url)
  }
})

function toggle(panel) {
  const isOpen = panel.toggleAttribute("data-open")
  document.querySelectorAll(`[aria-controls=${panel.id}]`).forEach((b) => b.setAttribute("aria-expanded", isOpen))
  if (isOpen) panel.querySelector("button").focus()
  else document.querySelector(`[aria-controls=${panel.id}]`)?.focus()
}

document.addEventListener("keydown", (event) => {
  const panel = document.querySelector("#contact[data-open]")
  if (event.key === "Escape" && panel) toggle(panel)
})
