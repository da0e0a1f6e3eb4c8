// The dialog in which one fills in more than words: opens when its form comes, closes when it was sent. Lengths are
// counted as one types, and the browser may say where one is.
const dialog = document.getElementById("composition")

dialog.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog) return
  const form = dialog.querySelector("form")
  if (!form) {
    dialog.close()
    document.dispatchEvent(new Event("prosa:composed"))
    return
  }
  if (!dialog.open) dialog.showModal()
  const wrong = dialog.querySelector(".field:has(.field-problem) :is(input, textarea)")
  ;(wrong ?? form.querySelector(".field :is(input, textarea)")).focus()
})

dialog.addEventListener("close", () => document.getElementById("compose-more")?.focus())

function count(field) {
  const shown = field.closest(".field")?.querySelector("[data-count]")
  if (!shown) return
  shown.textContent = `${field.value.length}/${field.maxLength}`
  shown.toggleAttribute("data-full", field.value.length >= field.maxLength)
}

function locate(button) {
  const field = document.getElementById(button.dataset.locate)
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      field.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`
      field.dispatchEvent(new Event("input", { bubbles: true }))
    },
    () => (button.textContent = button.dataset.failed),
    { timeout: 10_000 },
  )
}

document.addEventListener("input", (event) => event.target.maxLength > 0 && count(event.target))
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog").close()
  const button = event.target.closest("[data-locate]")
  if (button) locate(button)
})
htmx.onLoad((root) => {
  root.querySelectorAll(".field :is(input, textarea)[maxlength]").forEach(count)
  // Browsers say where one is over HTTPS only.
  for (const button of root.querySelectorAll("[data-locate]")) button.hidden = !(window.isSecureContext && navigator.geolocation)
})
