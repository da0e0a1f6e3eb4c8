// Says now and then that somebody types: the customer sees it, where the number's policy allows.
const EVERY = 20_000
let told = { address: "", at: 0 }

document.addEventListener("input", ({ target }) => {
  const address = document.getElementById("thread")?.dataset.typing
  if (!address || !target.matches("#composer-form textarea") || !target.value.trim()) return
  if (told.address === address && Date.now() - told.at < EVERY) return
  told = { address, at: Date.now() }
  htmx.ajax("POST", address, { source: "#thread", swap: "none" })
})

// A message that leaves ends what the customer sees.
document.addEventListener("submit", () => { told.at = 0 })
