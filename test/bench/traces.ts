/** Reading traces: generated files, read from the page cache again and again. */
import { TraceBatch } from '../../traces/batch.js';
import { openTrace } from '../../traces/formats/index.js';
import type { Benchmark } from './bench.js';
import { optionsFor } from '../traces/support/records.js';
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
      const reader = openTrace(generatedFile(format, recordsOfFile), optionsFor(format));
      while (reader.read(batch) > 0) {
        work += batch.size;
        hash = (Math.imul(hash, 31) + batch.time[batch.size - 1]! + batch.offset[0]!) | 0;
      }
      reader.close();
    }
    return { work, hash };
  },
});

const binary: readonly Benchmark[] = [
  reading('blktrace', 3, 6_000_000),
  reading('vscsi-v1', 10, 20_000_000),
  reading('vscsi-v2', 10, 20_000_000),
  reading('snaptrace', 10, 30_000_000),
];

const text = ['blkparse', 'csv', 'fio-v2', 'fio-v3', 'msr', 'spc', 'alibaba', 'tencent', 'systor17', 'k5cloud', 'disksim', 'fiu', 'nbdkit'];

export const traceBenchmarks: readonly Benchmark[] = [...binary, ...text.map((format) => reading(format, 1.5, 3_000_000))];
