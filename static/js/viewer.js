// Shows a picture of the thread large, with its neighbours one key away.
let shown = ""
const viewer = () => document.getElementById("viewer")
const part = (name) => viewer().querySelector(`[data-viewer=${name}]`)
const pictures = () => [...document.querySelectorAll("#messages [data-picture]")]
const place = () => pictures().findIndex((picture) => picture.id === shown)

function show(picture) {
  shown = picture.id
  const { picture: name } = picture.dataset
  const image = part("image")
  image.hidden = false
  image.src = picture.href
  image.alt = name
  part("name").textContent = picture.closest("[data-at]").querySelector(".stamp time").title
  part("words").textContent = picture.parentElement.querySelector(":scope > .text")?.textContent ?? ""
  part("download").href = picture.href
  part("download").download = name
  part("back").disabled = place() === 0
  part("on").disabled = place() === pictures().length - 1
}

function step(by) {
  const next = pictures()[place() + by]
  if (next) show(next)
}

document.addEventListener("click", (event) => {
  const picture = event.target.closest("#messages [data-picture]")
  if (picture && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault()
    show(picture)
    viewer().showModal()
  }
  if (event.target.closest("[data-viewer=back]")) step(-1)
  if (event.target.closest("[data-viewer=on]")) step(1)
  if (event.target.matches("[data-viewer=stage]")) viewer().close()
})

document.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (by && viewer()?.open) step(by)
})

viewer()?.addEventListener("close", () => {
  part("image").removeAttribute("src")
  document.getElementById(shown)?.focus({ preventScroll: true })
})
viewer() && part("image").addEventListener("error", (event) => (event.target.hidden = event.target.hasAttribute("src")))
