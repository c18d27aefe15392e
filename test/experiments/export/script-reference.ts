/** What a disk holds after a script, by a plain reference: bytes of the pattern. It knows no image. */
import { patternByte } from '../../../experiments/export/host-contents.js';
import type { Operation } from '../../../experiments/export/script.js';

export interface Contents {
  live: Buffer;
  readonly snapshots: Map<string, Buffer>;
}

export function contentsAfter(operations: readonly Operation[], diskBytes: number): Contents {
  const snapshots = new Map<string, Buffer>();
  let live = Buffer.alloc(diskBytes);
  operations.forEach((operation, i) => {
    if (operation.kind === 'write') live.fill(patternByte(i), operation.offset, operation.offset + operation.bytes);
    if (operation.kind === 'snap-create') snapshots.set(operation.name, Buffer.from(live));
    if (operation.kind === 'snap-apply') live = Buffer.from(snapshots.get(operation.name)!);
    if (operation.kind === 'snap-delete') snapshots.delete(operation.name);
  });
  return { live, snapshots };
}
