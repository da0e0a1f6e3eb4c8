// A message that came in before the person's eyes: it is read aloud, and it counts as read.
let timer = 0

function markRead() {
  clearTimeout(timer)
  const { readings } = document.getElementById("thread").dataset
  if (!readings || document.hidden) return
  timer = setTimeout(() => htmx.ajax("POST", readings, { source: "#thread", swap: "none" }), 400)
}

const spoken = (message) => (message.querySelector(".text") ?? message.querySelector(".bubble")).innerText.slice(0, 300)

document.addEventListener("prosa:arrived", (event) => {
  if (!event.target.matches(".message.in")) return
  document.getElementById("announcer").textContent = spoken(event.target)
  markRead()
})
document.addEventListener("visibilitychange", markRead)
