// Makes one element: class names, properties, children. Text never becomes HTML.
export function make(tag, className = "", properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  if (className) element.className = className
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

export async function ask(method, path, body) {
  const options = { method, headers: { "Content-Type": "application/json" } }
  if (body) options.body = JSON.stringify(body)
  const answer = await fetch(`/control${path}`, options)
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}

const clock = new Intl.DateTimeFormat("pt-BR", { hour: "2-digit", minute: "2-digit" })
const exact = new Intl.DateTimeFormat("pt-BR", { hour: "2-digit", minute: "2-digit", second: "2-digit" })
const day = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long" })

export const time = (seconds) => clock.format(seconds * 1000)
export const exactTime = (seconds) => exact.format(seconds * 1000)
export const dayOf = (seconds) => day.format(seconds * 1000)
