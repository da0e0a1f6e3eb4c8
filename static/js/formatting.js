// WhatsApp's marks as elements, by the rules of messaging/formatting.py, which draws what was sent.
const TAGS = { "*": "strong", _: "em", "~": "s" }
const CODE = /```([^]+?)```|`([^`\n]+)`/g
const TOKEN = /(?:https?:\/\/|www\.)\S*[^\s*_~]|([*_~])|\n/g
const isWord = (letter) => /[\p{L}\p{N}]/u.test(letter)
const isThere = (letter) => letter.trim() !== ""

const begins = (text, at) => !isWord(text.charAt(at - 1)) && isThere(text.charAt(at + 1)) && text[at + 1] !== text[at]
const ends = (text, at) => isThere(text.charAt(at - 1)) && text[at - 1] !== text[at] && !isWord(text.charAt(at + 1))

// The places of marks that have a partner: "open" or "close".
function pairs(text) {
  const found = new Map(), open = new Map()
  for (const { 0: token, 1: mark, index } of text.matchAll(TOKEN)) {
    if (token === "\n") open.clear()
    else if (open.has(mark) && ends(text, index)) {
      found.set(open.get(mark), "open").set(index, "close")
      const marks = [...open.keys()]
      for (const inner of marks.slice(marks.indexOf(mark))) open.delete(inner)
    } else if (mark && !open.has(mark) && begins(text, index)) open.set(mark, index)
  }
  return [...found].sort(([a], [b]) => a - b)
}

function marked(text, parent) {
  let into = parent, at = 0
  for (const [place, what] of pairs(text)) {
    into.append(text.slice(at, place))
    if (what === "open") into = into.appendChild(document.createElement(TAGS[text[place]]))
    else into = into.parentNode
    at = place + 1
  }
  into.append(text.slice(at))
}

function code(block, inline) {
  const element = document.createElement("code")
  if (block) element.className = "block"
  element.textContent = block ? block.replace(/^\n+|\n+$/g, "") : inline
  return element
}

export function formatted(text) {
  const shown = document.createDocumentFragment()
  let at = 0
  for (const { 0: all, 1: block, 2: inline, index } of text.matchAll(CODE)) {
    marked(text.slice(at, index), shown)
    shown.append(code(block, inline))
    at = index + all.length
  }
  marked(text.slice(at), shown)
  shown.normalize()
  return shown
}
