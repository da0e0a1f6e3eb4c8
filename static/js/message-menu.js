// What one can do with a message: one menu for all of them, opened beside the one it is about.
import { pickEmoji } from "./emoji.js"
import { openMenu } from "./menu.js"
import { quote } from "./quoting.js"

const menu = document.getElementById("message-menu")
let about = ""
const message = () => document.getElementById(about)

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-message-menu]")
  if (!button) return
  about = button.closest("article").id
  const isLocked = document.querySelector("#composer-state[data-locked]") !== null
  for (const item of menu.querySelectorAll("button")) item.disabled = isLocked
  openMenu(menu, button)
})

menu.addEventListener("click", (event) => event.target.closest("[data-reply]") && message() && quote(message()))

// The emoji that stands there already is taken away.
function react(emoji) {
  const [, id] = about.split("-")
  const ours = message()?.querySelector(".reactions [data-whose=OUTBOUND] bdi")?.textContent
  htmx.ajax("POST", `/messages/${id}/reaction/`, { source: document.body, swap: "none", values: { emoji: emoji === ours ? "" : emoji } })
}

menu.addEventListener("click", async (event) => {
  const { react: emoji } = event.target.closest("[data-react]")?.dataset ?? {}
  if (emoji) react(emoji)
  if (!event.target.closest("[data-react-more]")) return
  const picked = await pickEmoji(message().querySelector("[data-message-menu]"))
  if (picked) react(picked)
})

menu.addEventListener("toggle", (event) => {
  if (event.newState === "closed" && document.activeElement === document.body)
    message()?.querySelector("[data-message-menu]")?.focus({ preventScroll: true })
})
