// The one socket: says which thread the page shows, asks for what it missed, and tells when it is away.
const CAUGHT_BY_EXTENSION = [1006, 1011, 1012, 1013]
const NOT_ALLOWED = 4403
const EVERY = 30_000
let socket = null
let isOpen = false

htmx.config.wsReconnectDelay = (retry) => 1000 + Math.random() * (Math.min(30, 2 ** (retry + 1)) - 1) * 1000

const thread = () => document.getElementById("thread")

function watch() {
  if (isOpen) socket.send(JSON.stringify({ watch: Number(thread().dataset.conversation) || null }))
}

function catchUp() {
  const asker = document.getElementById("catch-up")
  if (asker) htmx.trigger(asker, "catch-up")
  document.dispatchEvent(new Event("prosa:list"))
}

function show(state) {
  document.documentElement.dataset.live = state
  document.getElementById("offline").hidden = state !== "off"
}

document.body.addEventListener("htmx:wsOpen", (event) => {
  socket = event.detail.socketWrapper
  isOpen = true
  show("on")
  watch()
  catchUp()
})

document.body.addEventListener("htmx:wsClose", (event) => {
  const { code } = event.detail.event
  isOpen = false
  if (code === NOT_ALLOWED) return location.reload()
  setTimeout(() => isOpen || show("off"), 1500)
  if (!CAUGHT_BY_EXTENSION.includes(code))
    setTimeout(() => isOpen || event.detail.socketWrapper.reconnect(), htmx.config.wsReconnectDelay(0))
})

htmx.onLoad((root) => {
  if (root.id !== "thread") return
  document.title = root.dataset.title
  // The server answers with a signal to ask for changes: what came between rendering and joining.
  watch()
})

// A lost network leaves the socket half open: only its next message finds out.
addEventListener("offline", () => show("off"))
addEventListener("online", () => {
  if (isOpen) show("on")
  watch()
  catchUp()
})

document.addEventListener("prosa:catch-up", catchUp)
document.addEventListener("visibilitychange", () => document.hidden || catchUp())
setInterval(() => document.hidden || catchUp(), EVERY)
