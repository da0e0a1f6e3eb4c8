// Opens a popover beside what asked for it, within the window; focus goes back there when it closes.
const GAP = 6

export function openAt(popover, anchor) {
  popover.showPopover()
  const box = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = popover
  const above = box.top - height - GAP
  popover.style.top = `${Math.max(GAP, above >= GAP ? above : Math.min(box.bottom + GAP, innerHeight - height - GAP))}px`
  popover.style.left = `${Math.max(GAP, Math.min(box.left, innerWidth - width - GAP))}px`
}
