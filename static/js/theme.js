// Light or dark as the person chose, before the first paint; the Django admin keeps it under the same name.
const root = document.documentElement
root.dataset.theme = localStorage.getItem("theme") || "auto"

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return
  const dark = getComputedStyle(root).getPropertyValue("--is-dark").trim() === "1"
  root.dataset.theme = dark ? "light" : "dark"
  localStorage.setItem("theme", root.dataset.theme)
})
