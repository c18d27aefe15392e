/** What the metadata of an OCFS2 volume says at the moment: files, extents, the journal. For crash checks; it knows no requests. */
import type { Bytes } from '../../../sim/units.js';
import type { SharedPlaces } from '../shared-places.js';
import type { ExtentMap } from './extent-map.js';

export interface Ocfs2Tables {
  readonly journalStart: Bytes;
  readonly journalBytes: Bytes;
  /** The last transaction, or the one that is being written, counted from 1. */
  readonly transaction: { readonly number: number; readonly start: Bytes; readonly commit: Bytes };
  /** Where blocks belong that have changed since the journal was empty. */
  readonly dirty: readonly Bytes[];
  /** Name (an empty one for the live disk) of each file and where its extent blocks belong; -1 for one of holes alone. */
  readonly files: readonly (readonly [string, readonly Bytes[]])[];
  /** By the home of each extent block: where its clusters lie; -1 for a hole. */
  readonly extents: ReadonlyMap<Bytes, readonly Bytes[]>;
}

const hole = -1;

/** Describes files and the extent blocks under them. */
export function describeFiles(
  maps: readonly (readonly [string, ExtentMap])[],
  clusters: SharedPlaces,
): Pick<Ocfs2Tables, 'files' | 'extents'> {
  const extents = new Map<Bytes, readonly Bytes[]>();
  const files = maps.map(([name, map]): readonly [string, readonly Bytes[]] => {
    const homes: Bytes[] = [];
    for (let block = 0; block < map.extentBlocks; block++) {
      const home = map.metadataOf(block)?.home ?? hole;
      homes.push(home);
      if (home !== hole)
        extents.set(
          home,
          map.placesIn(block).map((place) => (place === hole ? hole : clusters.offsetOf(place))),
        );
    }
    return [name, homes];
  });
  return { files, extents };
}
