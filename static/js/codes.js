// Recovery codes: copied, or kept as a file; without this they are still there to be written down.
const codes = () => [...document.querySelectorAll("#codes code")].map((code) => code.textContent).join("\n")

const ACTS = {
  async copy(button) {
    await navigator.clipboard.writeText(codes())
    button.textContent = button.dataset.done
  },
  save(button) {
    const href = URL.createObjectURL(new Blob([codes() + "\n"], { type: "text/plain" }))
    Object.assign(document.createElement("a"), { href, download: button.dataset.name }).click()
    setTimeout(() => URL.revokeObjectURL(href), 1000)
  },
}

document.getElementById("codes-tools").hidden = false
// Browsers hand out the clipboard over HTTPS only.
document.querySelector("[data-codes=copy]").hidden = !navigator.clipboard
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-codes]")
  if (button) ACTS[button.dataset.codes](button)
})
