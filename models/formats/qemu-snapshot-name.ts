/** Names of snapshots as QEMU hands them to its drivers. It knows no format. */
import type { Bytes } from '../../sim/units.js';

/** In bytes of UTF-8: one less than its field for a name, which a zero ends; what is longer it cuts off. Source: QEMU 0.12 and 7.2. */
export const longestQemuName: Bytes = 255;
