// What is before the person's eyes counts as read, at once when the thread opens; what comes in is read aloud.
// Says to the server that nobody clicked: an open page alone does not keep its person signed in.
const AUTOMATIC = { "X-Prosa-Automatic": "1" }
let timer = 0

function seen() {
  const messages = [...document.querySelectorAll("#messages .message.in")]
  return Math.max(0, ...messages.map(({ id }) => Number(id.split("-").at(-1))))
}

function markRead(delay = 400) {
  clearTimeout(timer)
  const { readings } = document.getElementById("thread").dataset
  if (!readings || document.hidden) return
  timer = setTimeout(() => htmx.ajax("POST", readings, { source: "#thread", swap: "none", values: { seen: seen() }, headers: AUTOMATIC }), delay)
}

const spoken = (message) => (message.querySelector(".text") ?? message.querySelector(".bubble")).innerText.slice(0, 300)

document.addEventListener("prosa:arrived", (event) => {
  if (!event.target.matches(".message.in")) return
  document.getElementById("announcer").textContent = spoken(event.target)
  markRead()
})
document.addEventListener("visibilitychange", () => markRead())
htmx.onLoad((root) => (root === document.body || root.id === "thread") && markRead(0))
