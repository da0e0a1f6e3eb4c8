// Puts every <time data-time> into the person's zone and language, and keeps it true as time passes.
const { lang, dataset } = document.documentElement
const timeZone = dataset.timeZone
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR
const format = (options) => new Intl.DateTimeFormat(lang, { timeZone, ...options })
const clock = format({ hour: "2-digit", minute: "2-digit" })
const weekday = format({ weekday: "short" })
const date = format({ day: "2-digit", month: "2-digit" })
const full = format({ dateStyle: "full", timeStyle: "short" })
const short = format({ dateStyle: "medium", timeStyle: "short" })
const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone })
const lasting = new Intl.RelativeTimeFormat(lang, { style: "short" })
const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" })

function left(milliseconds) {
  const minutes = Math.floor(milliseconds / MINUTE)
  return minutes < 60 || minutes >= 180 ? span(milliseconds) : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function since(milliseconds) {
  const [unit, size] = milliseconds < HOUR ? ["minute", MINUTE] : milliseconds < 2 * DAY ? ["hour", HOUR] : ["day", DAY]
  return lasting.format(-Math.floor(milliseconds / size), unit)
}

function span(milliseconds) {
  if (milliseconds < HOUR) return `${Math.max(0, Math.floor(milliseconds / MINUTE))} min`
  return milliseconds < 2 * DAY ? `${Math.floor(milliseconds / HOUR)} h` : `${Math.floor(milliseconds / DAY)} d`
}

function ago(at, now) {
  const minutes = Math.floor((now - at) / MINUTE)
  if (minutes < 1) return relative.format(0, "second")
  if (minutes < 60) return relative.format(-minutes, "minute").replace(".", "")
  if (dayKey.format(at) === dayKey.format(now)) return clock.format(at)
  if (dayKey.format(at) === dayKey.format(now - DAY)) return relative.format(-1, "day")
  return now - at < 6 * DAY ? weekday.format(at).replace(".", "") : date.format(at)
}

const FORMS = {
  clock: (at) => clock.format(at),
  full: (at) => short.format(at),
  relative: ago,
  span: (at, now) => span(now - at),
  since: (at, now) => since(now - at),
  left: (at, now) => left(at - now),
}

function write(time) {
  const at = new Date(time.dateTime), now = new Date()
  const words = FORMS[time.dataset.time](at, now)
  if (time.textContent !== words) time.textContent = words
  time.title = full.format(at)
  if (time.dataset.time === "left") warn(time, at - now)
}

// The window: shown in the list for its last three hours, asked for again when it ends. Its ring empties with it.
function warn(time, left) {
  const chip = time.closest(".chip")
  const isSoon = left < 3 * HOUR
  chip.hidden = left <= 0 || ("soon" in chip.dataset && !isSoon)
  chip.querySelector(".ring").style.setProperty("--left", left / (isSoon ? 3 * HOUR : DAY))
  if ("window" in chip.dataset) chip.dataset.tone = isSoon ? "warn" : ""
  if (left <= 0 && "window" in chip.dataset) document.dispatchEvent(new Event("prosa:catch-up"))
}

const writeAll = (root) => root.querySelectorAll("time[data-time]").forEach(write)

new MutationObserver((records) => {
  for (const record of records)
    for (const node of record.addedNodes) if (node.nodeType === Node.ELEMENT_NODE && node.tagName !== "TIME") writeAll(node)
}).observe(document.body, { childList: true, subtree: true })
setInterval(() => document.hidden || writeAll(document), MINUTE / 4)
writeAll(document)
