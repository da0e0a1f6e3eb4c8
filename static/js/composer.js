// The composer grows with its text, sends with Enter, and is emptied only of what was really sent.
const form = () => document.getElementById("composer-form")
const field = () => document.getElementById("text")
const problem = (isShown) => { document.getElementById("composer-problem").hidden = !isShown }

function grow() {
  const text = field()
  text.style.height = "auto"
  text.style.height = `${text.scrollHeight + 2}px`
}

function lock() {
  const state = document.getElementById("composer-state")
  if (state) field().disabled = "locked" in state.dataset
}

function empty(sent) {
  const text = field()
  text.value = text.value.startsWith(sent) ? text.value.slice(sent.length) : text.value
  text.dispatchEvent(new Event("input", { bubbles: true }))
}

document.addEventListener("input", (event) => event.target.id === "text" && grow())

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "text" || event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  form().requestSubmit()
})

document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "composer-form" && !field().value.trim() && !document.querySelector("#staged > li")) event.preventDefault()
})

document.body.addEventListener("htmx:beforeRequest", (event) => event.detail.elt === form() && problem(false))

document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, xhr, requestConfig } = event.detail
  if (!elt.isConnected || elt !== form()) return
  if (successful) empty(requestConfig.parameters.text)
  else problem(xhr.status === 0 || xhr.status >= 500)
})

document.body.addEventListener("htmx:oobAfterSwap", lock)
document.body.addEventListener("htmx:afterSettle", lock)
