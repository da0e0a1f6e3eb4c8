// The message that an answer quotes: a chip above the text until it is sent, or Escape takes it away.
const chip = () => document.getElementById("quoting")

export function quote(message) {
  const { line } = message.querySelector("[data-message-menu]").dataset
  const { us, them } = chip().dataset
  chip().hidden = false
  document.getElementById("quoted").value = message.id.split("-").at(-1)
  chip().querySelector(".quote-who").textContent = message.matches(".out") ? us : them
  chip().querySelector("bdi").textContent = line
  document.getElementById("text").focus()
}

function stop() {
  chip().hidden = true
  document.getElementById("quoted").value = ""
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-stop-quoting]")) return
  stop()
  document.getElementById("text").focus()
})

// Before the shortcut that leaves the text.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest("#composer") || chip().hidden) return
  event.stopImmediatePropagation()
  stop()
}, true)

document.addEventListener("prosa:composed", stop)
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = event.detail
  if (elt.id === "composer-form" && elt.isConnected && successful) stop()
})
