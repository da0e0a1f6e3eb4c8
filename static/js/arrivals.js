// A message that came in before the person's eyes: it is read aloud, and it counts as read.
let timer = 0

function markRead() {
  clearTimeout(timer)
  const { readings } = document.getElementById("thread").dataset
  if (!readings || document.hidden) return
  timer = setTimeout(() => htmx.ajax("POST", readings, { source: "#thread", swap: "none" }), 400)
}

document.addEventListener("prosa:arrived", (event) => {
  if (!event.target.matches(".message.in")) return
  document.getElementById("announcer").textContent = event.target.querySelector(".text, .placeholder").textContent
  markRead()
})
document.addEventListener("visibilitychange", markRead)
