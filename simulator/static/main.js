// Asks the simulator once a second and hands the answer to the three columns.
import { ask } from "./dom.js"
import { showCalls } from "./calls.js"
import { showFaults } from "./faults.js"
import { showNews } from "./news.js"
import { chosen, showPhones } from "./phones.js"
import { translatePage, word } from "./words.js"

const PAUSE_MS = 1000

translatePage()
watchTabs()
document.getElementById("retry").addEventListener("click", () => ask("POST", "/webhooks/retry"))
document.addEventListener("simulator:changed", refresh)
keepRefreshing()

async function keepRefreshing() {
  await refresh()
  setTimeout(keepRefreshing, PAUSE_MS)
}

async function refresh() {
  const asked = { ...chosen }
  const query = new URLSearchParams({ customer: asked.customer, phone_number_id: asked.number })
  try {
    const live = await ask("GET", `/live?${query}`)
    document.getElementById("offline").hidden = true
    showWebhook(live)
    showPhones(live, asked)
    showCalls(live)
    showFaults(live)
    showNews(live)
  } catch (error) {
    document.getElementById("offline").hidden = false
    console.warn(error)
  }
}

function showWebhook({ webhooks, faults }) {
  const { last, pending } = webhooks
  const bad = last && last.status !== 200
  const box = document.getElementById("webhook")
  box.classList.toggle("good", Boolean(last) && !bad && !faults.webhook_paused)
  box.classList.toggle("bad", Boolean(bad))
  let name = "webhook_none"
  if (faults.webhook_paused) name = "webhook_paused"
  else if (bad) name = last.status ? "webhook_status" : "webhook_bad"
  else if (last) name = "webhook_good"
  box.title = box.lastElementChild.textContent = word(name, { pending, status: last?.status, ms: Math.round(last?.took_ms ?? 0) })
  document.getElementById("retry").hidden = !webhooks.repeating
}

function watchTabs() {
  const tabs = document.querySelectorAll("[role=tab]")
  for (const tab of tabs) {
    tab.addEventListener("click", () => open(tab.dataset.tab))
  }
  if (location.hash) open(location.hash.slice(1))

  function open(name) {
    document.body.dataset.tab = name
    for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.tab === name))
  }
}
