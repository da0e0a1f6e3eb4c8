// Files that are about to be sent: chosen, dropped or pasted, brought one after the other, shown as chips above
// the text. What waits for its upload is sent once it is there; the order is that of the chips.
import { upload } from "./upload.js"

const list = () => document.getElementById("staged")
const form = () => document.getElementById("composer-form")
const isLocked = () => document.querySelector("#composer-state[data-locked]") !== null
const running = new Map()
let queue = Promise.resolve()
let isWanted = false

function size(bytes) {
  const isLarge = bytes >= 1024 * 1024
  const amount = (bytes / 1024 ** (isLarge ? 2 : 1)).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })
  return `${amount} ${isLarge ? "MB" : "KB"}`
}

function chipOf(file) {
  const chip = document.getElementById("chip").content.firstElementChild.cloneNode(true)
  chip.querySelector("bdi").textContent = file.name
  chip.querySelector("[data-size]").textContent = size(file.size)
  if (file.type.startsWith("image/")) {
    const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "" })
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src)
    chip.querySelector("[data-sight]").replaceChildren(image)
  }
  chip.querySelector("[data-retry]").addEventListener("click", () => start(chip, file))
  chip.querySelector("[data-drop]").addEventListener("click", () => {
    running.get(chip)?.abort()
    chip.remove()
    settle()
  })
  return chip
}

function add(files) {
  if (isLocked() || !list()) return
  for (const file of files) {
    const chip = chipOf(file)
    list().append(chip)
    start(chip, file)
  }
  document.getElementById("text").focus()
}

function start(chip, file) {
  chip.dataset.state = "uploading"
  chip.querySelector("[data-said]").textContent = ""
  queue = queue.then(() => bring(chip, file))
}

async function bring(chip, file) {
  if (!chip.isConnected) return
  const progress = chip.querySelector("progress")
  const call = upload(file, list().dataset.url, (part) => (progress.value = part))
  running.set(chip, call)
  const { chip: taken, reason, mayRetry } = await call.done
  running.delete(chip)
  if (!chip.isConnected) return
  if (taken) {
    chip.replaceWith(taken)
    htmx.process(taken)
  } else fail(chip, reason, mayRetry)
  settle()
}

function fail(chip, reason, mayRetry) {
  chip.dataset.state = "failed"
  chip.querySelector("[data-said]").textContent = reason || list().dataset.failed
  chip.querySelector("[data-retry]").hidden = !(mayRetry || !reason)
  chip.scrollIntoView({ block: "nearest" })
}

function settle() {
  if (!isWanted || list()?.querySelector("[data-state]")) return
  isWanted = false
  form().requestSubmit()
}

document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt !== form() || !list().querySelector("[data-state]")) return
  event.preventDefault()
  isWanted = !list().querySelector("[data-state=failed]")
})

document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, requestConfig } = event.detail
  if (elt !== form() || !successful) return
  const sent = requestConfig.formData.getAll("files")
  for (const chip of list().querySelectorAll("[data-file]")) if (sent.includes(chip.dataset.file)) chip.remove()
})

// Whoever adds a chip or takes one away: the draft follows.
const watcher = new MutationObserver(() => document.dispatchEvent(new Event("prosa:files")))
htmx.onLoad((root) => {
  const shown = root.querySelector("#staged")
  if (shown) watcher.observe(shown, { childList: true })
})

document.addEventListener("click", (event) => event.target.closest("[data-choose-files]") && document.getElementById("choose-files").click())
document.addEventListener("change", (event) => {
  if (event.target.id !== "choose-files") return
  add([...event.target.files])
  event.target.value = ""
})
document.addEventListener("paste", (event) => {
  if (event.target.id !== "text" || !event.clipboardData.files.length) return
  event.preventDefault()
  add([...event.clipboardData.files])
})

const over = (event) => event.dataTransfer?.types.includes("Files") && event.target.closest?.("#thread .thread")
document.addEventListener("dragover", (event) => {
  const thread = over(event)
  document.querySelector("[data-dropping]")?.toggleAttribute("data-dropping", false)
  if (!thread || isLocked()) return
  event.preventDefault()
  thread.toggleAttribute("data-dropping", true)
})
document.addEventListener("dragleave", (event) => event.relatedTarget || document.querySelector("[data-dropping]")?.toggleAttribute("data-dropping", false))
document.addEventListener("drop", (event) => {
  const thread = over(event)
  if (!thread) return
  event.preventDefault()
  thread.toggleAttribute("data-dropping", false)
  add([...event.dataTransfer.files])
})
