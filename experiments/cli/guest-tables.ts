/** Real and simulated guests side by side, for a terminal. */
import { heldMeasures, heldWithin, type Compared, type GuestValidation } from '../validate/guests.js';
import { quantiles, type Measures } from '../validate/guests/measures.js';
import { digits, table } from './table.js';

const titles: Readonly<Record<keyof Measures, string>> = {
  requests: 'requests',
  mib: 'MiB',
  meanKib: 'mean request, KiB',
  meanReadKib: 'mean read, KiB',
  meanWriteKib: 'mean write, KiB',
  writeShare: 'writes, share of requests',
  journalShare: 'writes to the journal, share of requests',
  tableShare: 'writes to bitmaps and inode tables, share of requests',
  journalByteShare: 'bytes to the journal, share of bytes',
  sequentialShare: 'begin where the one before ended, share of requests',
  journalInOrder: 'journal writes in its order, share of them',
  readSizesKib: 'read size, KiB',
  writeSizesKib: 'write size, KiB',
  seeksMib: 'distance to the next request, MiB',
};

/** The tables of one recording: as queued, and as dispatched. */
export function guestTables({ recording, assumed, queued, dispatched, missed }: GuestValidation): string {
  const verdict = missed.length === 0 ? `held within ${heldWithin * 100} %` : `NOT held: ${missed.join(', ')}`;
  return [
    `${recording}: ${verdict} (${heldMeasures.map((name) => titles[name]).join('; ')})`,
    ...assumed.map((line) => `  ${line}`),
    '',
    tableOf('as queued by the file system', queued),
    '',
    tableOf('as dispatched to the drive', dispatched),
  ].join('\n');
}

function tableOf(title: string, { real, simulated }: Compared): string {
  const rows = (Object.keys(titles) as (keyof Measures)[]).flatMap((name) => {
    const [a, b] = [real[name], simulated[name]];
    if (typeof a === 'number' && typeof b === 'number') return [row(titles[name], a, b)];
    return (a as readonly number[]).map((value, k) =>
      row(`${titles[name]}, ${quantiles[k]! * 100} %`, value, (b as readonly number[])[k]!),
    );
  });
  return table([title, 'real', 'simulated', 'difference'], rows);
}

function row(title: string, real: number, simulated: number): string[] {
  const difference = real === 0 || Number.isNaN(real) ? '-' : `${((simulated / real - 1) * 100).toFixed(1)} %`;
  return [title, digits(real), digits(simulated), difference];
}
