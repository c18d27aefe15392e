/** The images of a disk and its snapshots as a tree: each lies over its parent, and only the live one is written. It knows no I/O. */
import type { ImageFile, ImageFormat } from '../../io/image-format.js';
import type { FileId, Plan } from '../../io/plan.js';
import { Layer } from './layer.js';

export class ChainNode {
  readonly layer: Layer;
  /** Whose content it keeps: a snapshot's name, or null. */
  snapshot: string | null = null;

  /** @param ids of its own files in the list of all files */
  constructor(
    image: ImageFormat,
    public ids: readonly FileId[],
    public parent: ChainNode | null,
  ) {
    this.layer = new Layer(image);
  }

  get ownFiles(): readonly ImageFile[] {
    return this.layer.files.slice(0, this.ids.length);
  }

  /** Images that a read may have to look at. */
  get depth(): number {
    return 1 + (this.parent?.depth ?? 0);
  }

  /** What an image's own numbering of files is in the list of all files; `below` are those of what lies below the first image. */
  fileMap(below: readonly FileId[]): Int32Array {
    return Int32Array.from([...this.ids, ...(this.parent?.fileMap(below) ?? below)]);
  }
}

/** Puts the numbers of all files in place of an image's own, in entries from `first` and rows of content from `firstRow` on. */
export function renumber(plan: Plan, first: number, firstRow: number, map: Int32Array): void {
  const { contents, fileBase } = plan;
  for (let i = first; i < plan.size; i++) plan.file[i] = fileBase + map[plan.file[i]! - fileBase]!;
  if (contents === null) return;
  for (let i = firstRow; i < contents.size; i++) contents.sourceFile[i] = fileBase + map[contents.sourceFile[i]! - fileBase]!;
}
