/** Where a trace's bytes come from: a plain file or a compressed one, recognised by its first bytes and read in constant memory. */
import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import { DecompressedSource } from './decompressed-source.js';

/** A sequence of bytes that is read once, front to back, by a caller that waits. It does not know what the bytes mean. */
export interface ByteSource {
  /** The file as the user named it, for errors. */
  readonly path: string;
  /** Fills `into` from index `from`; answers how many bytes, 0 only at the end. Throws InputError naming the file. */
  read(into: Uint8Array, from: number): number;
  /** Lets go of the file and of helpers. May be called more than once. */
  close(): void;
}

export type Codec = 'gzip' | 'zstd' | 'xz';

const magics: readonly (readonly [Codec, string, readonly number[]])[] = [
  ['gzip', '.gz', [0x1f, 0x8b]],
  ['zstd', '.zst', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', '.xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** Opens a file of any known compression. Throws InputError where it is missing, unreadable, or not what its ending says. */
export function openSource(path: string): ByteSource {
  const plain = new PlainSource(path);
  const head = plain.head(6);
  const codec = magics.find(([, , magic]) => magic.every((byte, i) => head[i] === byte))?.[0];
  const promised = magics.find(([, ending]) => path.endsWith(ending));
  if (codec !== undefined) {
    plain.close();
    return new DecompressedSource(path, codec);
  }
  if (promised !== undefined) {
    plain.close();
    throw new InputError(
      path,
      head.length === 0 ? 'an empty file' : 'other bytes',
      `a ${promised[0]} stream, as its name ends in ${promised[1]}`,
    );
  }
  return plain;
}

class PlainSource implements ByteSource {
  private file: number | null;

  constructor(readonly path: string) {
    this.file = onFile(path, () => openSync(path, 'r'));
  }

  /** The first bytes, without moving the place that `read` goes on from. */
  head(bytes: number): Uint8Array {
    const into = new Uint8Array(bytes);
    return into.subarray(
      0,
      onFile(this.path, () => readSync(this.file!, into, 0, bytes, 0)),
    );
  }

  read(into: Uint8Array, from: number): number {
    if (this.file === null) throw new Error(`${this.path} is closed`);
    return onFile(this.path, () => readSync(this.file!, into, from, into.length - from, null));
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }
}
