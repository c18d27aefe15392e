/** An image file in the making: written at any place, whole or not at all, with holes where nothing but zeros stands. It knows no format. */
import path from 'node:path';
import type { FileId } from '../../../models/io/plan.js';
import { WholeFile } from '../../../results/store.js';
import type { Bytes } from '../../../sim/units.js';
import { pageBytes, type HostContents } from '../host-contents.js';

/** Largest piece of guest data that is looked at for zeros as one. */
const pieceBytes = pageBytes;

export class SparseFile {
  private readonly file: WholeFile;
  private readonly piece = new Uint8Array(pieceBytes);

  private constructor(private readonly where: string) {
    this.file = new WholeFile(where);
  }

  /** Has a file written by `fill`; it appears under its name when that has returned. Throws InputError naming `where` if it cannot be. */
  static write(where: string, fill: (file: SparseFile) => void): void {
    const sparse = new SparseFile(where);
    try {
      fill(sparse);
      sparse.file.commit();
    } finally {
      sparse.file.abandon();
    }
  }

  /** The file's own name, without its folder. */
  get name(): string {
    return path.basename(this.where);
  }

  put(offset: Bytes, bytes: Uint8Array): void {
    this.file.writeAt(offset, bytes);
  }

  /** Puts what stands at a place of a simulated file. */
  putContents(offset: Bytes, contents: HostContents, file: FileId, from: Bytes, bytes: Bytes): void {
    for (let at = 0; at < bytes; at += pieceBytes) {
      const piece = this.piece.subarray(0, Math.min(pieceBytes, bytes - at));
      if (contents.fill(piece, file, from + at)) this.put(offset + at, piece);
    }
  }

  endAt(bytes: Bytes): void {
    this.file.resize(bytes);
  }
}
