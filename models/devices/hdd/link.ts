/** When the sectors that a drive has just read have reached the host. It knows no command and no buffer. */
import type { Nanoseconds, Sectors } from '../../../sim/units.js';
import type { Mechanics } from './mechanics.js';
import type { DriveLink } from './parameters.js';

/** Sends the sectors of the last access: from the watermark on, one after another, none before it has passed under the head. */
export function sentAfterRead(mechanics: Mechanics, link: DriveLink, sectors: Sectors): Nanoseconds {
  const { timePerSector } = link;
  let sent = whenPassed(mechanics, Math.max(1, Math.ceil(sectors * link.readWatermark)));
  for (let i = 0; i < mechanics.pieces; i++) {
    const count = mechanics.pieceSectors[i]!;
    const sectorTime = mechanics.pieceSectorTime[i]!;
    // Whichever of the two is slower sets the pace from the piece's first sector on.
    const slower = (count - 1) * Math.max(sectorTime, timePerSector);
    sent = Math.max(sent + count * timePerSector, mechanics.pieceBegan[i]! + sectorTime + slower + timePerSector);
  }
  return sent;
}

/** When the first `count` sectors of the last access had passed. */
function whenPassed(mechanics: Mechanics, count: Sectors): Nanoseconds {
  let left = count;
  let piece = 0;
  while (left > mechanics.pieceSectors[piece]!) left -= mechanics.pieceSectors[piece++]!;
  return mechanics.pieceBegan[piece]! + left * mechanics.pieceSectorTime[piece]!;
}
