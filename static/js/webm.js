// Reads what a browser recorded as WebM: the Opus packets of its one sound track, and how the track begins.
// An element is an id, a size and its bytes (EBML); a recording's outer ones have no size yet.
const SEGMENT = 0x18538067, CLUSTER = 0x1f43b675, TRACKS = 0x1654ae6b, TRACK = 0xae, BLOCKS = 0xa0
const CODEC = 0x86, CODEC_PRIVATE = 0x63a2, BLOCK = 0xa1, SIMPLE_BLOCK = 0xa3
const INSIDE = new Set([SEGMENT, CLUSTER, TRACKS, TRACK, BLOCKS])
const LACED = 0x06

const widthOf = (first) => Math.clz32(first) - 23

function number(bytes, at, width, keepsMarker) {
  let value = keepsMarker ? bytes[at] : bytes[at] & (0xff >> width)
  for (let next = at + 1; next < at + width; next++) value = value * 256 + bytes[next]
  return value
}

// Yields the elements in their order; those that hold others are walked into, so their sizes do not matter.
function* elements(bytes) {
  let at = 0
  while (at < bytes.length) {
    const idWidth = widthOf(bytes[at]), sizeWidth = widthOf(bytes[at + idWidth])
    const id = number(bytes, at, idWidth, true)
    const size = number(bytes, at + idWidth, sizeWidth)
    at += idWidth + sizeWidth
    if (INSIDE.has(id)) continue
    if (!(size <= bytes.length - at)) return // cut off: what came before is whole
    yield { id, bytes: bytes.subarray(at, at + size) }
    at += size
  }
}

function packet(block) {
  const track = widthOf(block[0])
  if (block[track + 2] & LACED) throw new Error("laced blocks")
  return block.subarray(track + 3)
}

export function readOpus(bytes) {
  let head = null, codec = ""
  const packets = []
  for (const element of elements(bytes)) {
    if (element.id === CODEC) codec = new TextDecoder().decode(element.bytes)
    if (element.id === CODEC_PRIVATE) head = element.bytes
    if (element.id === BLOCK || element.id === SIMPLE_BLOCK) packets.push(packet(element.bytes))
  }
  if (codec !== "A_OPUS" || !head || !packets.length) throw new Error("no Opus sound")
  return { head, packets }
}
