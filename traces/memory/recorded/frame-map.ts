/**
 * Where recorded pages lie in the guest's memory. A recording of programs names page frames of a large machine; packed, the frames that
 * occur are laid one behind the other in their order, 64 pages at a time, so that neighbours stay neighbours.
 */
import { InputError } from '../../../sim/errors.js';
import { PageRuns } from '../page-runs.js';
import { WrittenPages } from './written-pages.js';

const framePages = 64;

export interface Survey {
  /** One more than the highest page that occurs. */
  readonly pages: number;
  /** By frame of 64 pages: 1 where a page of it occurs. */
  readonly frames: Uint8Array;
  /** When the first interval began and the last one ended. */
  readonly began: number;
  readonly ended: number;
}

/** Reads recordings once from begin to end. Throws InputError where one is none. */
export function survey(paths: readonly string[]): Survey {
  const runs = new PageRuns();
  let frames = new Uint8Array(1024);
  let pages = 0;
  let began = Infinity;
  let ended = 0;
  for (const path of paths) {
    const recording = new WrittenPages(path);
    while (recording.read(runs)) {
      if (recording.length > 0) began = Math.min(began, recording.end - recording.length);
      ended = Math.max(ended, recording.end);
      for (let i = 0; i < runs.size; i++) {
        const end = runs.first[i]! + runs.count[i]!;
        pages = Math.max(pages, end);
        while (end > frames.length * framePages) frames = doubled(frames);
        for (let page = runs.first[i]!; page < end; page += framePages - (page % framePages)) frames[Math.floor(page / framePages)] = 1;
      }
    }
    recording.close();
  }
  if (pages === 0) throw new InputError(paths[0]!, 'no page', 'a recording in which pages are written');
  return { pages, frames, began: Math.min(began, ended), ended };
}

function doubled(frames: Uint8Array): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(frames.length * 2);
  grown.set(frames);
  return grown;
}

export class FrameMap {
  /** Pages of memory that the recording needs. */
  readonly pages: number;
  private readonly place: Int32Array;

  /** @param packs whether frames that do not occur are left out */
  constructor({ frames, pages }: Survey, packs: boolean) {
    this.place = new Int32Array(frames.length);
    let next = 0;
    for (let frame = 0; frame < frames.length; frame++) {
      this.place[frame] = next;
      if (!packs || frames[frame] === 1) next += framePages;
    }
    this.pages = packs ? next : pages;
  }

  /** Adds a recorded run to `into`, in pieces where frames are not neighbours any more. */
  add(first: number, count: number, into: PageRuns): void {
    const end = first + count;
    let page = first;
    while (page < end) {
      const frame = Math.floor(page / framePages);
      const piece = Math.min(end, (frame + 1) * framePages) - page;
      into.add(this.place[frame]! + (page % framePages), piece);
      page += piece;
    }
  }
}
