// Keeps the list true without moving what a person points at: news wait behind a button until it is calm.
const PAUSE = 3000
let timer = 0
let last = 0
const list = () => document.getElementById("list")
const scroll = () => document.getElementById("list-scroll")
const rows = (root = document) => [...root.querySelectorAll("#rows > .row")]
// Windows that end have an order of their own, which only the server knows.
const isNewestFirst = () => "newestFirst" in list().dataset
const hovers = matchMedia("(hover: hover)")

const isCalm = () => scroll().scrollTop < 8 && !(hovers.matches && scroll().matches(":hover"))

function schedule(delay = 300 + Math.random() * 700) {
  timer ||= setTimeout(refresh, Math.max(delay, last + PAUSE - Date.now()))
}

async function refresh(force = false) {
  clearTimeout(timer)
  timer = 0
  last = Date.now()
  const { url } = list().dataset
  const headers = { "HX-Request": "true", ...(force === true ? {} : { "X-Prosa-Automatic": "1" }) }
  const answer = await fetch(url, { headers }).catch(() => null)
  if (answer?.redirected) return location.reload()
  if (!answer?.ok || list().dataset.url !== url) return
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  put("folders", page)
  if (force === true || isCalm()) {
    put("rows", page)
    announce(0)
  } else announce(countNews(rows(page)))
}

function put(id, page) {
  const shown = document.getElementById(id)
  const focused = shown.contains(document.activeElement) && document.activeElement.id
  shown.replaceChildren(...page.getElementById(id).childNodes)
  htmx.process(shown)
  document.dispatchEvent(new Event("prosa:rows"))
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
}

// News: rows that are not here yet, and those that now belong further up.
function countNews(fresh = []) {
  let least = Infinity
  const moved = rows().filter((row) => {
    const isLate = isNewestFirst() && Number(row.dataset.at) > least
    least = Math.min(least, Number(row.dataset.at))
    return isLate
  })
  return moved.length + fresh.filter((row) => !document.getElementById(row.id)).length
}

function announce(count) {
  const button = document.getElementById("news")
  button.hidden = count === 0
  button.lastElementChild.textContent = count === 1 ? button.dataset.one : button.dataset.many.replace("{n}", count)
}

function rowArrived() {
  if (!isNewestFirst()) return schedule()
  const count = countNews()
  if (count && isCalm()) arrange()
  else if (count) announce(count)
}

function arrange() {
  const focused = document.activeElement.id
  const sorted = rows().sort((a, b) => b.dataset.at - a.dataset.at)
  document.getElementById("rows").prepend(...sorted)
  if (document.activeElement.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true })
}

document.addEventListener("prosa:list", () => schedule())

// A pushed row that is not on the page: which folder it belongs to, only the server knows.
document.body.addEventListener("htmx:wsBeforeMessage", (event) => {
  const [, id] = event.detail.message.match(/^\s*<li id="(conversation-\d+)"/) ?? []
  if (!id || document.getElementById(id)) return
  event.preventDefault()
  schedule()
})
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id === "list-signal") schedule()
  if (event.detail.target.matches("#rows > .row")) queueMicrotask(rowArrived)
})
document.addEventListener("click", (event) => {
  if (!event.target.closest("#news")) return
  scroll().scrollTop = 0
  refresh(true)
})
const settle = () => document.getElementById("news").hidden || !isCalm() || schedule(0)
document.body.addEventListener("pointerout", (event) => event.target.closest("#list-scroll") && settle())
document.addEventListener("scroll", (event) => event.target.id === "list-scroll" && settle(), true)
