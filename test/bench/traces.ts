/** Reading traces: generated files, read from the page cache again and again. */
import { TraceBatch } from '../../traces/batch.js';
import { openTrace } from '../../traces/formats/index.js';
import type { Benchmark } from './bench.js';
import { generatedFile } from './generated-files.js';

const recordsOfFile = 300_000;

const reading = (format: string, target: number, amount: number): Benchmark => ({
  name: `trace reader, ${format}`,
  unit: 'records',
  target,
  amount,
  run: (wanted) => {
    const batch = new TraceBatch();
    let work = 0;
    let hash = 0;
    while (work < wanted) {
      const reader = openTrace(generatedFile(format, recordsOfFile));
      while (reader.read(batch) > 0) {
        work += batch.size;
        hash = (Math.imul(hash, 31) + batch.time[batch.size - 1]! + batch.offset[0]!) | 0;
      }
      reader.close();
    }
    return { work, hash };
  },
});

export const traceBenchmarks: readonly Benchmark[] = [
  reading('blktrace', 3, 6_000_000),
  reading('blkparse', 1.5, 3_000_000),
  reading('csv', 1.5, 3_000_000),
  reading('snaptrace', 10, 30_000_000),
];
