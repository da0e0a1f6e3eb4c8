// One message of a chat: what it holds, what was said about it, and what the customer can do with it.
import { make, time } from "./dom.js"
import { word } from "./words.js"

const EMOJI = ["👍", "❤️", "😂", "😮", "🙏"]
let opened = ""

export function bubble(message, turn, acts) {
  const mine = message.side === "in"
  const classes = ["bubble", mine ? "mine" : "theirs", turn ? "turn" : "", message.status === "failed" ? "failed" : "",
    message.revoked ? "revoked" : "", message.kind === "sticker" ? "sticker" : ""].filter(Boolean)
  const parts = message.revoked ? [word("revoked")] : contents(message)
  return make("li", classes.join(" "), {}, ...parts, footer(message, mine), replies(message, acts), reactions(message),
    message.revoked || happened(message) ? null : tools(message, mine, acts))
}

// Calls, a new number and preferences are lines of a chat, but nobody reacts to them.
const happened = ({ kind }) => ["call", "system", "preference"].includes(kind)

function contents(message) {
  const quoted = message.quoted ? make("blockquote", "", {}, message.quoted) : null
  return [quoted, file(message), message.kind === "sticker" && message.media ? null : make("span", "words", {}, message.body || "")]
}

function file({ media, kind }) {
  if (!media) return null
  const src = `/control/media/${media}`
  if (kind === "image" || kind === "sticker") return make("img", "", { src, alt: "" })
  if (kind === "audio") return make("audio", "", { src, controls: true, preload: "none" })
  if (kind === "video") return make("video", "", { src, controls: true, preload: "metadata" })
  return make("a", "", { href: src, download: "" }, word("save"))
}

function footer(message, mine) {
  const state = mine ? (message.read_at ? "read" : "delivered") : message.status
  const origin = message.kind === "echo" ? `${word("from_phone")} · ` : ""
  const edited = message.edited && !message.revoked ? `${word("edited")} · ` : ""
  return make("footer", "", {}, `${origin}${edited}${time(message.at)} `, tick(state))
}

function tick(state) {
  if (state === "failed") return make("span", "tick bad", {}, word("undelivered"))
  const marks = { sent: "✓", delivered: "✓✓", read: "✓✓", played: "✓✓" }[state]
  return marks ? make("span", `tick ${state}`, {}, marks) : null
}

function replies(message, acts) {
  if (!message.buttons.length) return null
  const buttons = message.buttons.map((one) => button("", one.title, () => acts.write({ reply: one, context: message.wamid })))
  return make("div", "replies", {}, ...buttons)
}

function reactions(message) {
  const emoji = Object.values(message.reactions).filter(Boolean)
  return emoji.length ? make("span", "reactions", {}, emoji.join(" ")) : null
}

function tools(message, mine, acts) {
  const box = make("div", "tools", { hidden: opened !== message.wamid })
  const toggle = button("tools-open", "⌄", () => {
    box.hidden = !box.hidden
    opened = box.hidden ? "" : message.wamid
  })
  toggle.setAttribute("aria-label", word("tools"))
  const act = (values) => () => {
    opened = ""
    acts.write(values)
  }
  for (const emoji of EMOJI) {
    const taken = message.reactions.in === emoji
    const one = button("emoji", emoji, act({ reaction: taken ? "" : emoji, to: message.wamid }))
    one.setAttribute("aria-pressed", String(taken))
    box.append(one)
  }
  box.append(button("", word("reply"), () => acts.begin("reply", message)))
  if (mine && ["text", "image", "video", "document"].includes(message.kind)) {
    box.append(button("", word("edit"), () => acts.begin("edit", message)))
  }
  if (mine) box.append(button("", word("delete"), act({ revoke: message.wamid })))
  return make("div", "tools-place", {}, toggle, box)
}

export function closeTools() {
  opened = ""
}

function button(name, words, action) {
  const made = make("button", name, { type: "button" }, words)
  made.addEventListener("click", action)
  return made
}
