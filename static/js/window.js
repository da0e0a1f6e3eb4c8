// What the customer writes opens the window again: a page whose window is over, or nearly, asks at once.
const OVER = "#composer-state[data-locked], #thread-header [data-window][data-tone=warn]"

document.addEventListener("prosa:arrived", ({ target }) => {
  if (target.matches(".message.in") && document.querySelector(OVER)) document.dispatchEvent(new Event("prosa:catch-up"))
})
