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

/** What the operations of a script are done on. */
export interface ScriptTarget {
  readonly diskBytes: Bytes;
  /** In bytes of UTF-8; absent where any is kept. */
  readonly longestSnapshotName?: Bytes | undefined;
}

/** Reads a script; empty lines and lines that begin with # say nothing. Throws InputError with file:line at what is no operation. */
export function readScript(file: string, target: ScriptTarget): Script {
  const operations: Operation[] = [];
  const lines: number[] = [];
  onFile(file, () => readFileSync(file, 'utf8'))
    .split('\n')
    .forEach((text, i) => {
      const line = text.trim();
      if (line === '' || line.startsWith('#')) return;
      operations.push(readOperation(line, `${file}:${i + 1}`, target));
      lines.push(i + 1);
    });
  return { operations, whereOf: (i) => `${file}:${lines[i]!}` };
}

function readOperation(line: string, where: string, { diskBytes, longestSnapshotName = Infinity }: ScriptTarget): Operation {
  const [, kind = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line)!;
  switch (kind) {
    case 'write':
    case 'read':
      return { kind, ...readRange(rest, where, diskBytes) };
    case 'snap-create':
    case 'snap-apply':
    case 'snap-delete':
      if (rest === '') break;
      checkName(rest, where, longestSnapshotName);
      return { kind, name: rest };
    case 'flush':
    case 'reopen':
      if (rest === '') return { kind };
      break;
  }
  throw new InputError(where, `"${line}"`, expected);
}

function checkName(name: string, where: string, longest: Bytes): void {
  const bytes = Buffer.byteLength(name);
  if (bytes > longest)
    throw new InputError(where, `a snapshot's name of ${bytes} bytes`, `at most ${longest}, as the format's records keep`);
}

function readRange(text: string, where: string, diskBytes: Bytes): { offset: Bytes; bytes: Bytes } {
  const match = /^([0-9]+)\s+([0-9]+)$/.exec(text);
  const [offset, bytes] = [Number(match?.[1]), Number(match?.[2])];
  const isRange = match !== null && bytes > 0 && offset % sectorBytes === 0 && bytes % sectorBytes === 0 && offset + bytes <= diskBytes;
  if (!isRange)
    throw new InputError(where, `"${text}"`, `OFFSET BYTES in multiples of 512 within the ${formatBytes(diskBytes)} of the disk`);
  return { offset, bytes };
}
