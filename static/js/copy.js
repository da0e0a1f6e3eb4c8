// Copies what a button carries, and says so where it was pressed and to those who listen.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]")
  if (!button) return
  // Browsers hand out the clipboard over HTTPS only: without it, the text is at least selected.
  if (!navigator.clipboard) return getSelection().selectAllChildren(button.closest("li").querySelector("bdi"))
  await navigator.clipboard.writeText(button.dataset.copy)
  const use = button.querySelector("use")
  const icon = use.getAttribute("href")
  use.setAttribute("href", icon.replace(/#.*$/, "#check"))
  document.getElementById("announcer").textContent = button.dataset.copied
  setTimeout(() => use.setAttribute("href", icon), 1500)
})
