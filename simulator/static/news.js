// Ready-made changes of the account and its numbers, through the same door as any other.
import { ask, make } from "./dom.js"
import { chosen } from "./phones.js"
import { word } from "./words.js"

const TEMPLATE = { message_template_id: 700000000000001, message_template_name: "novidades_da_semana", message_template_language: "pt_BR", message_template_category: "MARKETING" }
const LIMIT = { current_limit: "TIER_1K", max_daily_conversations_per_business: "TIER_1K" }
const NEWS = [
  ["template_paused", "message_template_status_update", () => ({ event: "PAUSED", ...TEMPLATE, reason: null, other_info: { title: "FIRST_PAUSE", description: "Qualidade baixa" } })],
  ["template_rejected", "message_template_status_update", () => ({ event: "REJECTED", ...TEMPLATE, reason: "INVALID_FORMAT" })],
  ["template_approved", "message_template_status_update", () => ({ event: "APPROVED", ...TEMPLATE, reason: "NONE" })],
  ["number_flagged", "phone_number_quality_update", (display) => ({ display_phone_number: display, event: "FLAGGED", ...LIMIT })],
  ["number_unflagged", "phone_number_quality_update", (display) => ({ display_phone_number: display, event: "UNFLAGGED", ...LIMIT })],
  ["number_upgraded", "phone_number_quality_update", (display) => ({ display_phone_number: display, event: "THROUGHPUT_UPGRADE", current_limit: "TIER_UNLIMITED", max_daily_conversations_per_business: "TIER_UNLIMITED" })],
]
const place = document.getElementById("news")
let numbers = []

for (const [name, field, value] of NEWS) {
  const button = make("button", "button", { type: "button" }, word(`news_${name}`))
  button.addEventListener("click", async () => {
    await ask("POST", "/deliveries", { field, raw_value: value(display()) })
    document.dispatchEvent(new Event("simulator:changed"))
  })
  place.append(button)
}

export function showNews(live) {
  numbers = live.numbers
}

function display() {
  const number = numbers.find((one) => one.id === chosen.number) ?? numbers[0]
  return (number?.display ?? "").replace(/\D/g, "")
}
