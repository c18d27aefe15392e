/** Random operations on a disk: mostly small writes, half of them near one another, and snapshots that come and go. It knows no format. */
import { RandomStream } from '../../sim/random.js';
import { KiB, sectorBytes, type Bytes } from '../../sim/units.js';
import type { Operation, Script } from './script.js';

const mostSnapshots = 8;
const largestWrite: Bytes = 256 * KiB;
/** Lengths are drawn by magnitude, so that small ones are as frequent as large ones. */
const magnitudes = Math.log2(largestWrite / sectorBytes) + 1;
/** Share of the disk that every other write goes to. */
const hotShare = 1 / 16;

/** @param withSnapshots whether the image keeps snapshots */
export function randomScript(count: number, seed: number, diskBytes: Bytes, withSnapshots: boolean): Script {
  const random = new RandomStream(seed, 'export/script');
  const names: string[] = [];
  let made = 0;
  const operations = Array.from({ length: count }, (): Operation => {
    const draw = random.below(100);
    if (draw < 4) return { kind: 'flush' };
    if (draw < 6) return { kind: 'reopen' };
    if (withSnapshots && draw < 10 && names.length < mostSnapshots) {
      const name = `snapshot ${++made}`;
      names.push(name);
      return { kind: 'snap-create', name };
    }
    if (draw >= 10 && draw < 13 && names.length > 0) return { kind: 'snap-apply', name: names[random.below(names.length)]! };
    if (draw >= 13 && draw < 16 && names.length > 0) {
      return { kind: 'snap-delete', name: names.splice(random.below(names.length), 1)[0]! };
    }
    return randomWrite(random, diskBytes / sectorBytes);
  });
  return { operations, whereOf: (i) => `operation ${i + 1} of --random with --seed ${seed}` };
}

function randomWrite(random: RandomStream, diskSectors: number): Operation {
  const from = random.chance(0.5) ? diskSectors : Math.max(1, Math.floor(diskSectors * hotShare));
  const first = random.below(from);
  const length = 1 + random.below(2 ** random.below(magnitudes));
  return { kind: 'write', offset: first * sectorBytes, bytes: Math.min(length, diskSectors - first) * sectorBytes };
}
