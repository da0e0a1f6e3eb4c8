// Writes Opus packets into an Ogg file (RFC 3533, RFC 7845): the form in which WhatsApp takes a voice note.
const RATE = 48_000 // Opus counts in it, whatever was recorded
const MAX_SEGMENTS = 255
const BEGIN = 2, END = 4
const FRAMES = [480, 960, 1920, 2880], HYBRID = [480, 960], CELT = [120, 240, 480, 960]

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  return crc
})

function checksum(bytes) {
  let crc = 0
  for (const byte of bytes) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ byte]
  return crc >>> 0
}

// How long a packet sounds, in samples: its first byte says the mode and how many frames.
export function samples(packet) {
  const mode = packet[0] >> 3
  const frame = mode < 12 ? FRAMES[mode % 4] : mode < 16 ? HYBRID[mode % 2] : CELT[mode % 4]
  const frames = [1, 2, 2, packet[1] & 0x3f][packet[0] & 3]
  return frame * frames
}

// A packet's length in pieces of 255; a last piece below that ends it.
const lacing = (packet) => [...new Array(Math.floor(packet.length / 255)).fill(255), packet.length % 255]

function page(packets, { flags = 0, granule, serial, sequence }) {
  const segments = packets.flatMap(lacing)
  const body = 27 + segments.length
  const bytes = new Uint8Array(body + packets.reduce((sum, { length }) => sum + length, 0))
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode("OggS"))
  bytes[5] = flags
  view.setBigUint64(6, BigInt(granule), true)
  view.setUint32(14, serial, true)
  view.setUint32(18, sequence, true)
  bytes[26] = segments.length
  bytes.set(segments, 27)
  let at = body
  for (const packet of packets) {
    bytes.set(packet, at)
    at += packet.length
  }
  view.setUint32(22, checksum(bytes), true)
  return bytes
}

function tags() {
  const vendor = new TextEncoder().encode("Prosa")
  const bytes = new Uint8Array(16 + vendor.length)
  bytes.set(new TextEncoder().encode("OpusTags"))
  new DataView(bytes.buffer).setUint32(8, vendor.length, true)
  bytes.set(vendor, 12)
  return bytes
}

// As many packets as fill about a second, and no more than one page can list.
function* portions(packets) {
  let portion = [], sound = 0, segments = 0
  for (const packet of packets) {
    const more = lacing(packet).length
    if (portion.length && (sound >= RATE || segments + more > MAX_SEGMENTS)) {
      yield portion
      portion = [], sound = 0, segments = 0
    }
    portion.push(packet)
    sound += samples(packet)
    segments += more
  }
  yield portion
}

export function writeOgg({ head, packets }) {
  const serial = crypto.getRandomValues(new Uint32Array(1))[0]
  const pages = [
    page([head], { flags: BEGIN, granule: 0, serial, sequence: 0 }),
    page([tags()], { granule: 0, serial, sequence: 1 }),
  ]
  const all = [...portions(packets)]
  let granule = 0
  all.forEach((portion, index) => {
    granule += portion.reduce((sum, packet) => sum + samples(packet), 0)
    const flags = index === all.length - 1 ? END : 0
    pages.push(page(portion, { flags, granule, serial, sequence: index + 2 }))
  })
  return new Blob(pages, { type: "audio/ogg" })
}
