// Records a voice note: pause to listen, go on, throw away or send. WhatsApp takes Opus in Ogg; browsers that
// record Opus in WebM have it packed anew here.
import { writeOgg } from "./ogg.js"
import { upload } from "./upload.js"
import { readOpus } from "./webm.js"

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"]
const PIECE = 250
const panel = () => document.getElementById("recorder")
const part = (name) => panel().querySelector(`[data-voice=${name}]`)
let taken = null

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`
}

async function begin() {
  const here = panel()
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: { channelCount: 1 } }).catch(() => null)
  if (!stream) return document.dispatchEvent(new CustomEvent("prosa:say", { detail: here.dataset.denied }))
  const recorder = new MediaRecorder(stream, { mimeType: TYPES.find((type) => MediaRecorder.isTypeSupported(type)), audioBitsPerSecond: 32_000 })
  taken = { recorder, pieces: [], seconds: 0, key: crypto.randomUUID(), here }
  const { pieces } = taken
  recorder.addEventListener("dataavailable", ({ data }) => data.size && pieces.push(data))
  recorder.start(PIECE)
  taken.timer = setInterval(tick, PIECE)
  show("recording")
  part("pause").focus()
}

function tick() {
  if (!taken.here.isConnected) return end()
  if (taken.recorder.state !== "recording") return
  taken.seconds += PIECE / 1000
  part("time").textContent = clock(taken.seconds)
}

function show(state) {
  panel().hidden = !state
  panel().dataset.state = state
  part("said").textContent = ""
  part("audio").hidden = state !== "paused"
  if (state === "recording" && !taken.seconds) part("time").textContent = clock(0)
}

// The recorder hands over what it holds; the next piece is the last.
const flushed = (recorder, how) => new Promise((resolve) => {
  recorder.addEventListener("dataavailable", () => setTimeout(resolve), { once: true })
  recorder[how]()
})

async function sound() {
  const { pieces, recorder } = taken
  const type = recorder.mimeType.split(";")[0]
  const recorded = new Blob(pieces, { type })
  return type === "audio/webm" ? writeOgg(readOpus(new Uint8Array(await recorded.arrayBuffer()))) : recorded
}

async function pause() {
  const { recorder } = taken
  if (recorder.state === "paused") {
    part("audio").pause()
    recorder.resume()
    return show("recording")
  }
  recorder.pause()
  await flushed(recorder, "requestData")
  show("paused")
  URL.revokeObjectURL(part("audio").src)
  part("audio").src = URL.createObjectURL(await sound())
}

async function send() {
  const { recorder } = taken
  part("send").disabled = true
  if (recorder.state !== "inactive") await flushed(recorder, "stop")
  show("sending")
  taken.file ??= await brought()
  const wasSent = taken.file && (await left())
  if (taken?.here.isConnected) part("send").disabled = false
  if (wasSent) return end()
  if (!part("said").textContent) part("said").textContent = panel().dataset.failed
}

async function brought() {
  const blob = await sound()
  const file = new File([blob], blob.type === "audio/ogg" ? "voz.ogg" : "voz.m4a", { type: blob.type })
  const { chip, reason } = await upload(file, panel().dataset.files).done
  if (!chip) part("said").textContent = reason
  return chip?.dataset.file
}

// The same key again is the same message, however often one has to try.
async function left() {
  const { here, file, key } = taken
  const values = { files: file, is_voice: "on", client_key: key, quoted: document.getElementById("quoted").value }
  let isDone = false
  const heard = (event) => (isDone ||= event.detail.elt === here && event.detail.successful)
  document.body.addEventListener("htmx:afterRequest", heard)
  await htmx.ajax("POST", here.dataset.messages, { source: here, swap: "none", values }).catch(() => {})
  document.body.removeEventListener("htmx:afterRequest", heard)
  if (isDone) document.dispatchEvent(new Event("prosa:composed"))
  return isDone
}

function end() {
  const { recorder, timer, here } = taken
  clearInterval(timer)
  if (recorder.state !== "inactive") recorder.stop()
  for (const track of recorder.stream.getTracks()) track.stop()
  taken = null
  if (!here.isConnected) return
  part("audio").removeAttribute("src")
  show("")
  document.getElementById("record").focus()
}

const DOES = { cancel: end, pause, send }
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-record]") && !taken) begin()
  const pressed = target.closest("#recorder button")
  if (pressed && taken) DOES[pressed.dataset.voice]()
})
