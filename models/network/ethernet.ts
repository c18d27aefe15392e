/**
 * What data costs on an Ethernet wire when TCP carries it. It knows no time and no topology.
 *
 * A frame takes 38 bytes around its packet: preamble 8, addresses and type 14, check sum 4, gap 12 (IEEE 802.3), and holds at least 46. A
 * packet of 1500 bytes spends 20 on IP and 32 on TCP with time stamps (RFC 791, 793, 7323). Acknowledgements of bulk data, one small frame
 * for two full ones the other way, are left out: under 3 % of the other direction.
 */
import type { Bytes } from '../../sim/units.js';

const aroundPacket: Bytes = 38;
const packetHeaders: Bytes = 52;
const packetBytes: Bytes = 1500;
const smallestPacket: Bytes = 46;

/** Data of a full segment. */
export const segmentBytes: Bytes = packetBytes - packetHeaders;

/** Data bytes per byte of wire time in full frames. */
export const payloadShare = segmentBytes / (packetBytes + aroundPacket);

/** Bytes of wire time, gaps included, that a message of `payload` bytes takes in segments as full as possible. */
export function wireBytes(payload: Bytes): Bytes {
  const full = Math.floor(payload / segmentBytes);
  const rest = payload - full * segmentBytes;
  const last = rest > 0 || full === 0 ? Math.max(rest + packetHeaders, smallestPacket) + aroundPacket : 0;
  return full * (packetBytes + aroundPacket) + last;
}
