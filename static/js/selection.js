// Marks the row of the open conversation, and keeps pushed rows in the folder the person looks at.
function mark(root = document) {
  const open = document.getElementById("thread").dataset.conversation
  for (const link of root.querySelectorAll(".row > a")) {
    const isOpen = link.id === `open-${open}`
    isOpen ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")
  }
}

document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail
  if (!target.matches("#rows > .row")) return
  const folder = document.getElementById("list").dataset.url
  for (const link of fragment.querySelectorAll(".row > a"))
    link.setAttribute("href", folder + link.getAttribute("href").split("/").at(-2) + "/")
  mark(fragment)
})

// The folder changed under an open thread, or the other way round.
document.body.addEventListener("htmx:afterSwap", () => mark())
document.addEventListener("prosa:rows", () => mark())
mark()
