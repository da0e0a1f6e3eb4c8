// A thread stays at its newest message if it was there, and stays where it was when older ones come above.
let atBottom = true
let fromBottom = null
const scroller = () => document.getElementById("scroller")

function settle() {
  const box = scroller()
  if (!box) return
  if (fromBottom !== null) box.scrollTop = box.scrollHeight - fromBottom
  else if (atBottom) box.scrollTop = box.scrollHeight
  fromBottom = null
}

function toBottom() {
  atBottom = true
  fromBottom = null
  settle()
}

document.addEventListener("scroll", (event) => {
  const box = event.target
  if (box.id !== "scroller") return
  atBottom = box.scrollHeight - box.scrollTop - box.clientHeight < 48
  document.getElementById("jump-down").hidden = atBottom
}, true)

document.addEventListener("prosa:jumped", () => {
  atBottom = false
  fromBottom = null
})

document.addEventListener("click", (event) => event.target.closest("#jump-down") && toBottom())

document.addEventListener("prosa:composed", toBottom)

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "older") fromBottom = scroller().scrollHeight - scroller().scrollTop
})

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id === "composer-form" && event.detail.successful) toBottom()
})

htmx.onLoad((root) => {
  const messages = root.querySelector("#messages")
  if (!messages) return
  new MutationObserver(settle).observe(messages, { childList: true })
  const sizes = new ResizeObserver(settle)
  sizes.observe(messages)
  sizes.observe(scroller())
  toBottom()
})

// htmx says "load" a moment after the first paint: until then the top would be seen, and ask for older messages.
toBottom()
