// Goes from a quote to the message it quotes; what is further up is loaded first.
const PAGES = 25
const older = () => document.getElementById("older")
const isFurtherUp = (at) => older() && (!at || at < document.querySelector("#messages [data-at]")?.dataset.at)

function loaded(page) {
  return new Promise((resolve) => {
    const answered = (event) => {
      if (event.detail.target !== page) return
      document.body.removeEventListener("htmx:afterRequest", answered)
      resolve(event.detail.successful)
    }
    document.body.addEventListener("htmx:afterRequest", answered)
    htmx.trigger(page, "intersect")
  })
}

async function find(id, at) {
  for (let page = 0; page < PAGES; page++) {
    const message = document.getElementById(id)
    if (message || !isFurtherUp(at)) return message
    if (!(await loaded(older()))) return null
  }
  return document.getElementById(id)
}

function present(message) {
  // Before the scroll event comes, a late picture or page would still pull the thread to its newest message.
  document.dispatchEvent(new Event("prosa:jumped"))
  message.scrollIntoView({ block: "center" })
  message.classList.add("found")
  message.tabIndex = -1
  message.focus({ preventScroll: true })
  message.addEventListener("animationend", () => message.classList.remove("found"), { once: true })
}

async function jump(id, at) {
  const message = await find(id, at)
  if (message) present(message)
  else document.dispatchEvent(new CustomEvent("prosa:say", { detail: document.getElementById("failure").dataset.notFound }))
}

document.addEventListener("click", (event) => {
  const quote = event.target.closest("[data-jump]")
  if (!quote || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  jump(quote.dataset.jump, quote.dataset.jumpAt)
})

// A quote of another conversation is a link to that one. A new page goes to its newest message first (stick.js).
htmx.onLoad((root) => {
  const [, id] = location.hash.match(/^#(message-\d+)$/) ?? []
  if (id && root === document.body) requestAnimationFrame(() => requestAnimationFrame(() => jump(id)))
})
