/**
 * ConSnap's controller, by the symbols of its pseudo-code 1:
 *
 *   R_VM = S_sectors * 512 / T_interval           (1) sectors are 512 bytes
 *   R_available = R_IO - R_VM                     (2)
 *   T_total = S_slice / R_available               (3)
 *   T_suspend = T_total - T_flush, if T_flush < T_total   (4)
 *
 * The guest's rate in the last period is taken for that in the next. Where R_VM comes near R_IO, (3) grows without bound; at R_IO it has a
 * pole, and beyond it is negative, so that (4) never pauses: the guest that needs the disk most is spared least. `adaptive-literal` does
 * just that; `adaptive` lets R_available never fall below a least rate.
 */
import { second, sectorBytes, type Nanoseconds } from '../../sim/units.js';
import { flushModel, type FlushView } from './flush-controller.js';

const totalBandwidth = {
  kind: 'rate',
  about: 'R_IO: bandwidth that the administrator reserves for the guest and its snapshots',
  default: 60e6,
} as const;

/** R_VM, bytes a second. */
const guestRate = (view: FlushView): number => (view.interval > 0 ? (view.guestSectors * sectorBytes * second) / view.interval : 0);

/** T_suspend for an available rate in bytes a second. */
function suspension(view: FlushView, available: number): Nanoseconds {
  const total = (view.sliceBytes / available) * second;
  return view.flushTime < total ? total - view.flushTime : 0;
}

export const adaptiveLiteral = flushModel({
  about: "the paper's pseudo-code as it stands: pauses for ever where the guest's rate is the bandwidth, and never above it",
  source: 'ConSnap (2014), section III.B, pseudo-code 1',
  options: { bandwidth: totalBandwidth },
  make: ({ bandwidth }) => ({ begin() {}, pause: (view) => suspension(view, bandwidth - guestRate(view)) }),
});

export const adaptive = flushModel({
  about: "leaves the guest what it used in the last period, of a fixed bandwidth, but keeps a least rate for the snapshot's own progress",
  source: 'ConSnap (2014), section III.B, pseudo-code 1, clamped',
  options: {
    bandwidth: totalBandwidth,
    least: { kind: 'rate', about: 'R_available is never below this', default: 1e6 },
  },
  make: ({ bandwidth, least }) => ({
    begin() {},
    pause: (view) => suspension(view, Math.max(least, bandwidth - guestRate(view))),
  }),
});
