/** A folder of results as a run left it: its manifest, and the rows of the whole or of each figure in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Table } from '../../results/compare/difference.js';
import { readManifest } from '../../results/manifest-file.js';
import type { Manifest } from '../../results/provenance.js';
import type { Row } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';

export interface ResultFolder {
  readonly folder: string;
  readonly manifest: Manifest;
  /** By the folder that they lie in; an empty text for the folder itself. */
  readonly tables: ReadonlyMap<string, Table>;
}

/** @throws InputError where there is no manifest or no rows, or they are not as they were written */
export function readResultFolder(folder: string): ResultFolder {
  const names = onFile(folder, () => readdirSync(folder, { withFileTypes: true }));
  const manifest = readManifest(path.join(folder, 'manifest.json'));
  const places = ['', ...names.filter((entry) => entry.isDirectory()).map(({ name }) => name)].sort();
  const tables = new Map(
    places.filter((name) => existsSync(path.join(folder, name, 'rows.jsonl'))).map((name) => [name, readTable(path.join(folder, name))]),
  );
  if (tables.size === 0) throw new InputError(folder, 'no rows.jsonl', 'a folder that snapsim run, compare or reproduce wrote');
  return { folder, manifest, tables };
}

function readTable(folder: string): Table {
  const about = path.join(folder, 'columns.json');
  const columns = onFile(about, () => parse(readFileSync(about, 'utf8'), about)) as { readonly columns?: unknown };
  if (!Array.isArray(columns.columns)) throw new InputError(about, 'no list of columns', 'the columns.json of a result');
  const file = path.join(folder, 'rows.jsonl');
  const lines = onFile(file, () => readFileSync(file, 'utf8')).split('\n');
  const rows = lines.flatMap((line, i) => (line === '' ? [] : [parse(line, `${file}:${i + 1}`) as Row]));
  return { columns: columns.columns as Table['columns'], rows };
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(where, 'no JSON', 'what a run wrote');
  }
}
