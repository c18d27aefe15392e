/** What the meta file and the bitmaps of an iROW image say, in plain rows: for comparison with recorded images. */
import type { Bytes } from '../../../sim/units.js';
import type { BlockBitmap } from '../block-bitmap.js';
import { runOf } from './cluster-runs.js';
import type { StateRecord, States } from './states.js';

/** First cluster, how many. */
export type ClusterRun = readonly [number, number];

export interface StateRow {
  readonly id: string;
  readonly name: string;
  readonly bitmapFile: string;
  readonly dataFile: string;
  /** The father's bitmap file. */
  readonly father: string | null;
  readonly machineStateBytes: Bytes;
  readonly children: number;
  readonly isDeleted: boolean;
  readonly present: readonly ClusterRun[];
}

export interface IrowTables {
  readonly copyOnDemand: boolean;
  readonly clusterBytes: Bytes;
  readonly clusters: number;
  readonly bitmapBytes: Bytes;
  readonly backing: string | null;
  /** Bitmap files, the current state's first. */
  readonly chain: readonly string[];
  readonly states: readonly StateRow[];
  /** First cluster, how many, in which state they lie (its bitmap file). */
  readonly owners: readonly (readonly [number, number, string])[];
}

export function inspectStates({ list, current }: States, clusterBytes: Bytes, copyOnDemand: boolean, backing: string | null): IrowTables {
  const { present } = current.pair;
  const owners: [number, number, string][] = [];
  addOwners(owners, current, 0, present.blocks);
  const chain: string[] = [];
  for (let state: StateRecord | null = current; state !== null; state = state.father) chain.push(fileOf(state));
  return {
    copyOnDemand,
    clusterBytes,
    clusters: present.blocks,
    bitmapBytes: present.bytes,
    backing,
    chain,
    states: list.map(rowOf),
    owners,
  };
}

const fileOf = ({ pair }: StateRecord): string => pair.bitmap.file.name;

const rowOf = (state: StateRecord): StateRow => ({
  id: state.id,
  name: state.name,
  bitmapFile: fileOf(state),
  dataFile: state.pair.data.file.name,
  father: state.father === null ? null : fileOf(state.father),
  machineStateBytes: state.machineStateBytes,
  children: state.children,
  isDeleted: state.isDeleted,
  present: presentRuns(state.pair.present),
});

function presentRuns(bitmap: BlockBitmap): ClusterRun[] {
  const runs: ClusterRun[] = [];
  for (let at = 0; at < bitmap.blocks;) {
    const run = runOf(bitmap, at, bitmap.blocks - at);
    if (bitmap.has(at)) runs.push([at, run]);
    at += run;
  }
  return runs;
}

function addOwners(owners: [number, number, string][], state: StateRecord | null, first: number, clusters: number): void {
  if (state === null) return;
  const { present } = state.pair;
  for (let at = first; at < first + clusters;) {
    const run = runOf(present, at, first + clusters - at);
    if (!present.has(at)) addOwners(owners, state.father, at, run);
    else if (owners.at(-1)?.[2] === fileOf(state) && owners.at(-1)![0] + owners.at(-1)![1] === at) owners.at(-1)![1] += run;
    else owners.push([at, run, fileOf(state)]);
    at += run;
  }
}
