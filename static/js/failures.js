// Says so when a request did not work; the composer has words of its own, background questions need none.
const QUIET = "#composer-form, #catch-up, #thread, [id^=thread-signal]"

function say(text) {
  const notice = document.getElementById("notice")
  const words = document.getElementById("failure").content.cloneNode(true)
  words.querySelector("span").textContent = text
  notice.replaceChildren(words)
}

function failed(event) {
  const { requestConfig, xhr } = event.detail
  const { elt } = requestConfig
  elt.closest("[data-reset-on-failure]")?.reset()
  const isAnswered = [400, 409].includes(xhr?.status)
  const isQuiet = elt.matches(QUIET) && ![403, 404].includes(xhr?.status)
  if (isAnswered || isQuiet) return
  const { failed, gone } = document.getElementById("failure").dataset
  say([403, 404].includes(xhr?.status) ? gone : failed)
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, failed)

document.addEventListener("prosa:say", (event) => say(event.detail))

// Signed out elsewhere: the answer is the sign-in page, which belongs into the whole window.
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  const login = document.getElementById("failure").dataset.login
  const { responseURL } = event.detail.xhr
  if (!responseURL || new URL(responseURL).pathname !== login) return
  event.preventDefault()
  location.reload()
})
