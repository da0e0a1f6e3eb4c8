// Keeps what is being written, per conversation, in this tab: the text, and the files that wait for it. A text whose sending was never confirmed keeps
// its key, so that trying again, even after a reload, is the same message.
const name = (conversation) => `draft-${conversation}`
const key = () => document.getElementById("client-key")

function save(conversation, draft) {
  if (draft.text || draft.files) sessionStorage.setItem(name(conversation), JSON.stringify(draft))
  else sessionStorage.removeItem(name(conversation))
}

function load(conversation) {
  return JSON.parse(sessionStorage.getItem(name(conversation)) || "{}")
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "text") return
  const { conversation } = event.target.form.dataset
  save(conversation, { ...load(conversation), text: event.target.value })
})

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail
  if (elt.id === "composer-form")
    save(elt.dataset.conversation, { ...load(elt.dataset.conversation), text: requestConfig.parameters.text, key: requestConfig.parameters.client_key })
})

document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, requestConfig, xhr } = event.detail
  if (elt.id !== "composer-form" || xhr.status === 0 || xhr.status >= 500) return
  const { text, files } = load(elt.dataset.conversation)
  const wasSent = xhr.status < 300 && text === requestConfig.parameters.text
  save(elt.dataset.conversation, { text: wasSent ? "" : text, files })
})

document.addEventListener("prosa:files", () => {
  const list = document.getElementById("staged")
  if (!list) return
  const { conversation } = list.closest("form").dataset
  const files = [...list.querySelectorAll("[data-file]")].map((chip) => chip.outerHTML).join("")
  save(conversation, { ...load(conversation), files })
})

htmx.onLoad((root) => {
  const form = root.querySelector("#composer-form")
  if (!form) return
  const draft = load(form.dataset.conversation)
  const staged = form.querySelector("#staged")
  staged.innerHTML = draft.files ?? ""
  htmx.process(staged)
  if (!draft.text && !draft.files) return
  const field = form.elements.text
  field.value = draft.text ?? ""
  if (draft.key) key().value = draft.key
  field.dispatchEvent(new Event("input", { bubbles: true }))
})
