/** Bands that were measured, kept so that other commands can show them. A band of other code is none: it says so and is left out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, writeWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import type { Band } from '../claims/index.js';
import type { Scale } from '../figures/figure.js';

interface StoredBand {
  readonly claim: string;
  readonly code: string;
  readonly band: Band;
}

const folderOf = (store: string, scale: Scale): string => path.join(store, 'bands', scale);

/** Throws InputError where it cannot be written. */
export function storeBand(store: string, scale: Scale, { claim, code, band }: StoredBand): void {
  makeFolder(folderOf(store, scale));
  writeWhole(path.join(folderOf(store, scale), `${claim}.json`), `${JSON.stringify({ claim, code, band }, null, 1)}\n`);
}

/**
 * The bands of this code by claim: those of the scale asked for, and where there is none, of the other; each says which.
 * @returns also how many were left out because other code measured them
 */
export function storedBands(store: string, scale: Scale, code: string): { readonly bands: Map<string, Band>; readonly outdated: number } {
  const bands = new Map<string, Band>();
  let outdated = 0;
  for (const folder of [folderOf(store, scale === 'quick' ? 'full' : 'quick'), folderOf(store, scale)]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort()) {
      const stored = readBand(path.join(folder, name));
      if (stored.code === code) bands.set(stored.claim, stored.band);
      else outdated++;
    }
  }
  return { bands, outdated };
}

function readBand(file: string): StoredBand {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StoredBand;
  } catch {
    throw new InputError(file, 'a damaged band', 'delete it');
  }
}
