// Plays voice messages and audio files: one at a time, with the speed that was chosen last.
const SPEEDS = [1, 1.5, 2]
let speed = Number(localStorage.getItem("speed")) || 1
const player = (element) => element.closest?.(".player")
const audioOf = (element) => player(element)?.querySelector("audio")

function clock(seconds) {
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}

function draw(audio) {
  const { currentTime, duration } = audio
  const range = player(audio).querySelector("[data-seek]")
  const total = Number.isFinite(duration) ? duration : 0
  const words = total ? `${clock(currentTime)} / ${clock(total)}` : clock(currentTime)
  range.value = total ? (currentTime / total) * range.max : 0
  range.setAttribute("aria-valuetext", words)
  player(audio).querySelector("[data-elapsed]").textContent = words
}

function setSpeed(audio) {
  audio.playbackRate = speed
  for (const button of document.querySelectorAll("[data-speed]")) button.textContent = `${speed.toLocaleString(document.documentElement.lang)}×`
}

const HEARD = {
  play(audio) {
    for (const other of document.querySelectorAll(".player[data-playing] audio")) if (other !== audio) other.pause()
    player(audio).toggleAttribute("data-playing", true)
    setSpeed(audio)
  },
  pause: (audio) => player(audio).removeAttribute("data-playing"),
  timeupdate: draw,
  durationchange: draw,
  ended(audio) {
    audio.currentTime = 0
  },
  error: (audio) => (player(audio).querySelector("[data-problem]").hidden = false),
}

// What media elements say does not bubble: it is heard on its way down.
for (const [name, hear] of Object.entries(HEARD))
  document.addEventListener(name, ({ target }) => target.matches?.(".player audio") && hear(target), true)

// Length and first frame are asked for only once somebody is about to see them.
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue
    seen.unobserve(target)
    const media = target.matches("video") ? target : target.querySelector("audio")
    if (media.preload === "none") media.preload = "metadata"
  }
}, { rootMargin: "200px" })

const watchAll = (root) => root.querySelectorAll(".player, .video").forEach((element) => seen.observe(element))

new MutationObserver((records) => {
  for (const record of records)
    for (const node of record.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) watchAll(node)
}).observe(document.body, { childList: true, subtree: true })
watchAll(document)

document.addEventListener("click", ({ target }) => {
  const audio = audioOf(target)
  if (!audio) return
  if (target.closest("[data-play]")) audio.paused ? audio.play().catch(() => {}) : audio.pause()
  if (target.closest("[data-speed]")) {
    speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length]
    localStorage.setItem("speed", speed)
    setSpeed(audio)
  }
})

document.addEventListener("input", ({ target }) => {
  const audio = target.matches("[data-seek]") && audioOf(target)
  if (audio && Number.isFinite(audio.duration)) audio.currentTime = (target.value / target.max) * audio.duration
})
