/** A script of operations on a disk, one a line, as recorded truth has them: `write OFFSET BYTES`, `snap-create NAME`. It knows no format. */
import { readFileSync } from 'node:fs';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import { formatBytes, sectorBytes, type Bytes } from '../../sim/units.js';

export type Operation =
  | { readonly kind: 'write' | 'read'; readonly offset: Bytes; readonly bytes: Bytes }
  | { readonly kind: 'snap-create' | 'snap-apply' | 'snap-delete'; readonly name: string }
  | { readonly kind: 'flush' | 'reopen' };

export interface Script {
  readonly operations: readonly Operation[];
  /** Where operation `i` stands, for errors. */
  readonly whereOf: (i: number) => string;
}

const expected = 'write OFFSET BYTES, read OFFSET BYTES, flush, reopen, snap-create NAME, snap-apply NAME or snap-delete NAME';

/** Reads a script; empty lines and lines that begin with # say nothing. Throws InputError with file:line at what is no operation. */
export function readScript(file: string, diskBytes: Bytes): Script {
  const operations: Operation[] = [];
  const lines: number[] = [];
  onFile(file, () => readFileSync(file, 'utf8'))
    .split('\n')
    .forEach((text, i) => {
      const line = text.trim();
      if (line === '' || line.startsWith('#')) return;
      operations.push(readOperation(line, `${file}:${i + 1}`, diskBytes));
      lines.push(i + 1);
    });
  return { operations, whereOf: (i) => `${file}:${lines[i]!}` };
}

function readOperation(line: string, where: string, diskBytes: Bytes): Operation {
  const [, kind = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line)!;
  switch (kind) {
    case 'write':
    case 'read':
      return { kind, ...readRange(rest, where, diskBytes) };
    case 'snap-create':
    case 'snap-apply':
    case 'snap-delete':
      if (rest !== '') return { kind, name: rest };
      break;
    case 'flush':
    case 'reopen':
      if (rest === '') return { kind };
      break;
  }
  throw new InputError(where, `"${line}"`, expected);
}

function readRange(text: string, where: string, diskBytes: Bytes): { offset: Bytes; bytes: Bytes } {
  const match = /^([0-9]+)\s+([0-9]+)$/.exec(text);
  const [offset, bytes] = [Number(match?.[1]), Number(match?.[2])];
  const isRange = match !== null && bytes > 0 && offset % sectorBytes === 0 && bytes % sectorBytes === 0 && offset + bytes <= diskBytes;
  if (!isRange)
    throw new InputError(where, `"${text}"`, `OFFSET BYTES in multiples of 512 within the ${formatBytes(diskBytes)} of the disk`);
  return { offset, bytes };
}
