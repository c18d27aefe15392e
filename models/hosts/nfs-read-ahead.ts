/**
 * How far a file server reads beyond what was asked for. It keeps no state: pages in memory before a request tell that it goes on a
 * sequential read, whoever else reads the same file meanwhile (as Linux does since 2.6.31 where streams are interleaved).
 *
 * - A read at the start of a file, or after pages that are in memory, takes in more: twice what came before, up to the limit; other reads take what was asked.
 * - The first page taken in beyond the request carries a marker. Who comes to it has the next stretch read while he still has pages to go.
 */
import { ABSENT, PageState, type NfsPageCache } from './nfs-page-cache.js';

/** Consecutive pages in memory right before `page`, counted up to `limit`. */
function history(cache: NfsPageCache, file: number, page: number, limit: number): number {
  let pages = 0;
  while (pages < limit && pages < page && cache.find(file, page - pages - 1) !== ABSENT) pages += 1;
  return pages;
}

/** How many pages to read from `page` on, where `asked` of them are wanted and the limit of reading ahead is `limit`. */
export function pagesToRead(cache: NfsPageCache, file: number, page: number, asked: number, limit: number): number {
  const before = history(cache, file, page, limit);
  const isSequential = before > 0 || page === 0;
  const most = cache.pagesOf(file) - page;
  return Math.min(most, isSequential ? Math.max(asked, Math.min(limit, 2 * (before + asked))) : asked);
}

/** Where the next stretch begins for a reader who came to the marker at `page`; the file's end where it is in memory already. */
export function nextStretch(cache: NfsPageCache, file: number, page: number, limit: number): number {
  const pages = cache.pagesOf(file);
  for (let at = page + 1; at < Math.min(pages, page + limit + 1); at++) if (cache.find(file, at) === ABSENT) return at;
  return pages;
}

/** Takes the marker off a page; answers whether there was one. */
export function takeMarker(cache: NfsPageCache, slot: number): boolean {
  if (!cache.has(slot, PageState.MARKER)) return false;
  cache.clear(slot, PageState.MARKER);
  return true;
}
