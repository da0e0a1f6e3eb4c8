// Shows what marks will look like while they are typed; Ctrl+B and Ctrl+I put them around what is selected.
import { formatted } from "./formatting.js"

const MARKS = { b: "*", i: "_" }

function show(field) {
  const preview = document.getElementById("preview")
  const shown = formatted(field.value)
  preview.hidden = !shown.firstElementChild
  preview.lastElementChild.replaceChildren(shown)
}

// Typed as a person would, so that the browser's own undo takes it back.
function wrap(field, mark) {
  const { selectionStart, selectionEnd, value } = field
  const inner = value.slice(selectionStart, selectionEnd)
  document.execCommand("insertText", false, mark + inner + mark)
  field.setSelectionRange(selectionStart + 1, selectionStart + 1 + inner.length)
}

document.addEventListener("input", (event) => event.target.id === "text" && show(event.target))

document.addEventListener("keydown", (event) => {
  const mark = (event.ctrlKey || event.metaKey) && MARKS[event.key.toLowerCase()]
  if (event.target.id !== "text" || !mark || event.altKey || event.shiftKey) return
  event.preventDefault()
  wrap(event.target, mark)
})
