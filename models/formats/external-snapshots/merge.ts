/** What an image holds that its parent does not have as it is: the pieces that are written to the parent where the two become one. Pure. */
import type { Bytes } from '../../../sim/units.js';
import { LIVE, type Extent } from '../../io/image-format.js';
import { Content, Kind, Purpose, type FileId, type Plan } from '../../io/plan.js';
import type { ChainNode } from './chain-node.js';

/** The most that is copied at once. An assumption: tools use buffers of this order. */
const pieceBytes: Bytes = 1024 * 1024;

/** Part of the disk, and where the child has its content: in one of its own files, or nowhere (file -1), as zeros. */
export type MergePiece = Extent;

export function* mergePieces(child: ChainNode, parent: ChainNode): Generator<MergePiece> {
  const below = parent.layer.extents(LIVE);
  for (const row of child.layer.extents(LIVE)) {
    if (row.file >= child.ids.length) continue;
    const changed = row.file === -1 ? notZero(below, row) : [row];
    for (const { guestOffset, bytes, file, offset } of changed) {
      for (let at = 0; at < bytes; at += pieceBytes) {
        yield { guestOffset: guestOffset + at, bytes: Math.min(pieceBytes, bytes - at), file, offset: offset + at };
      }
    }
  }
}

/** The parts of a range of zeros that are something else below. */
function notZero(below: readonly Extent[], { guestOffset, bytes }: Extent): Extent[] {
  const end = guestOffset + bytes;
  return below
    .filter((row) => row.file !== -1 && row.guestOffset < end && row.guestOffset + row.bytes > guestOffset)
    .map((row) => {
      const start = Math.max(row.guestOffset, guestOffset);
      return { guestOffset: start, bytes: Math.min(row.guestOffset + row.bytes, end) - start, file: -1, offset: 0 };
    });
}

/** Entries from `first` on write what a piece holds, not what a guest brings; `file` is the piece's in the list of all files. */
export function holdsPiece(plan: Plan, first: number, firstRow: number, piece: MergePiece, file: FileId): void {
  for (let i = first; i < plan.size; i++) if (plan.purpose[i] === Purpose.DATA) plan.purpose[i] = Purpose.COPY;
  const { contents } = plan;
  if (contents === null) return;
  for (let row = firstRow; row < contents.size; row++) {
    if (contents.what[row] !== Content.GUEST || plan.kind[contents.entry[row]!] !== Kind.WRITE) continue;
    contents.what[row] = piece.file === -1 ? Content.ZEROS : Content.COPY;
    contents.source[row] = piece.offset + contents.source[row]! - piece.guestOffset;
    contents.sourceFile[row] = plan.fileBase + file;
  }
}
