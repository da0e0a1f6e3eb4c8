// What arrives goes where it belongs: an item already shown replaces itself, an earlier one takes its place
// by time, and what belongs to another conversation than the one on the page is dropped.
const SENT = 30
const shownConversation = () => document.getElementById("thread").dataset.conversation
let focused = null

const isForeign = (item) => item.dataset.conversation && item.dataset.conversation !== shownConversation()

// Older than all that is loaded: it comes with its own page.
const comesLater = (item, entries) => document.getElementById("older") && entries[0] && item.dataset.at < entries[0].dataset.at

function insert(item, messages) {
  const entries = [...messages.querySelectorAll("[data-at]")]
  if (comesLater(item, entries)) return
  const next = entries.find((entry) => entry.dataset.at > item.dataset.at)
  messages.insertBefore(item, next || null)
  htmx.process(item)
  item.dispatchEvent(new CustomEvent("prosa:arrived", { bubbles: true }))
}

// What is unfolded stays so; a picture is not drawn twice, and what plays, plays on.
function carryOver(shown, item) {
  const find = ({ id }) => item.querySelector(`#${CSS.escape(id)}`)
  for (const unfolded of shown.querySelectorAll("details[open]")) find(unfolded)?.setAttribute("open", "")
  for (const lasting of shown.querySelectorAll("[data-lasting]")) find(lasting)?.replaceWith(lasting)
}

// What WhatsApp has taken goes no rung down: an answer that was on its way while a push came says less.
const isStale = (shown, item) => Number(shown.dataset.status) >= SENT && Number(item.dataset.status) < Number(shown.dataset.status)

function replace(shown, item) {
  if (isStale(shown, item)) return
  const inner = shown.contains(document.activeElement) && document.activeElement.id
  item.classList.toggle("continues", shown.classList.contains("continues"))
  carryOver(shown, item)
  shown.replaceWith(item)
  htmx.process(item)
  if (inner) document.getElementById(inner)?.focus({ preventScroll: true })
}

document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail
  focused = target.contains(document.activeElement) ? document.activeElement.id : null
  for (const item of [...fragment.children]) {
    const keep = "keepFocused" in item.dataset && target.contains(document.activeElement)
    if (isForeign(item) || keep) {
      event.detail.shouldSwap = false
      item.remove()
    } else if (target.id === "messages") {
      const shown = document.getElementById(item.id)
      item.remove()
      if (shown) replace(shown, item)
      else insert(item, target)
    }
  }
})

document.body.addEventListener("htmx:oobAfterSwap", () => {
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true })
})

// What asked may be gone when its answer comes, replaced by a push: the answer counts all the same. A link
// that is gone has lost its list's hx-swap, and htmx would put the pane into the pane.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { boosted, requestConfig, serverResponse, shouldSwap } = event.detail
  if (!shouldSwap || requestConfig.elt.isConnected) return
  if (boosted) return (event.detail.swapOverride = "outerHTML")
  event.detail.shouldSwap = false
  htmx.swap(document.body, serverResponse, { swapStyle: "none" })
})
