// The template picker: an empty dialog is filled each time it opens, and closed when the message is on its way.
const picker = () => document.getElementById("template-picker")

// The dialog asks, not the button: a push may replace the button while its request is under way.
document.addEventListener("click", (event) => {
  const url = event.target.closest("[data-picker]")?.dataset.picker
  if (url) htmx.ajax("GET", url, { source: picker(), target: picker(), swap: "innerHTML" })
})

document.addEventListener("close", (event) => {
  if (event.target !== picker()) return
  picker().replaceChildren()
  picker().removeAttribute("data-chosen")
}, true)

document.body.addEventListener("picker-done", () => picker()?.close())

document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "template-picker") document.getElementById("picker-search").focus()
  if (target.id !== "picker-template") return
  picker().toggleAttribute("data-chosen", true)
  target.querySelector(".picker-values :is(input, textarea), #picker-send")?.focus({ preventScroll: true })
})

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-picker-back]")) return
  picker().removeAttribute("data-chosen")
  document.getElementById("picker-search").focus()
})

// Up and down walk through the list, from the search field on.
document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || !event.target.closest?.(".picker-list")) return
  const stops = [document.getElementById("picker-search"), ...document.querySelectorAll(".picker-row")]
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)]
  if (!next) return
  event.preventDefault()
  next.focus()
})

// A header's file goes up when it is chosen; the form then names what came of it, and the message is looked at again.
new MutationObserver((changes) => {
  for (const { target } of changes.filter(({ target }) => target.matches?.(".picker-staged"))) {
    const named = target.closest("[data-picker-file]").querySelector("input[type=hidden]")
    named.value = target.querySelector("[data-file]")?.dataset.file ?? ""
    named.dispatchEvent(new Event("input", { bubbles: true }))
  }
}).observe(picker(), { childList: true, subtree: true })

// A file that is refused says so at its field: the page's notices are behind the dialog.
document.body.addEventListener("htmx:responseError", ({ detail }) => {
  const field = detail.elt.closest("[data-picker-file]")
  if (!field) return
  const answer = new DOMParser().parseFromString(detail.xhr.responseText, "text/html")
  field.querySelector(".field-problem").textContent = answer.querySelector("#notice span")?.textContent ?? ""
})
