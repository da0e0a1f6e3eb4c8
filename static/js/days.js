// Draws the day separators of a thread in the person's zone, and joins bubbles of one sender within 5 minutes.
const { lang, dataset } = document.documentElement
const timeZone = dataset.timeZone
const DAY = 86_400_000, TOGETHER = 5 * 60_000
const key = new Intl.DateTimeFormat("en-CA", { timeZone })
const named = new Intl.DateTimeFormat(lang, { timeZone, weekday: "long", day: "numeric", month: "long" })
const dated = new Intl.DateTimeFormat(lang, { timeZone, day: "numeric", month: "long", year: "numeric" })
const near = new Intl.RelativeTimeFormat(lang, { numeric: "auto" })

function label(at, now = new Date()) {
  if (key.format(at) === key.format(now)) return near.format(0, "day")
  if (key.format(at) === key.format(now - DAY)) return near.format(-1, "day")
  return (now - at < 200 * DAY ? named : dated).format(at)
}

function separator(at) {
  const day = document.createElement("div")
  day.className = "day"
  day.append(Object.assign(document.createElement("span"), { textContent: label(at) }))
  return day
}

function draw(messages) {
  messages.querySelectorAll(".day").forEach((day) => day.remove())
  let before = null
  for (const entry of messages.querySelectorAll("[data-at]")) {
    const at = new Date(entry.dataset.at.split("~")[0].slice(0, 23) + "Z")
    const isNewDay = !before || key.format(at) !== key.format(before.at)
    if (isNewDay) entry.before(separator(at))
    const { sender } = entry.dataset
    entry.classList.toggle("continues", !isNewDay && !!sender && sender === before.sender && at - before.at < TOGETHER)
    before = { at, sender }
  }
}

htmx.onLoad((root) => {
  const messages = root.querySelector("#messages")
  if (!messages) return
  const observer = new MutationObserver(redraw)
  function redraw() {
    observer.disconnect()
    draw(messages)
    observer.observe(messages, { childList: true })
  }
  redraw()
})
