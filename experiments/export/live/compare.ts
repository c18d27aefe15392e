/**
 * Models against the installed QEMU 7.2 itself: a random script goes through both, the simulated image is exported, and the two files are
 * compared as qemu-img sees them: the map of the disk, its content, every snapshot, and for qcow2 each cluster of its tables.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formats } from '../../../models/formats/index.js';
import { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { LIVE } from '../../../models/io/image-format.js';
import { RandomStream } from '../../../sim/random.js';
import { MiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import { fileKinds } from '../files/index.js';
import { SparseFile } from '../files/sparse-file.js';
import { randomScript } from '../random-script.js';
import type { Script } from '../script.js';
import { simulate, type SimulatedImage } from '../simulate.js';
import { mapOfFile, mapOfImage } from './disk-map.js';
import { differingCluster } from './qcow2-clusters.js';
import { ask, demand } from './qemu.js';
import { atRest, makeRealImage } from './real-image.js';

interface LiveCase {
  readonly format: string;
  /** What the real programs call it. Where no file of this kind can be exported, the disk's content and map are compared. */
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The same in the words of the real program. */
  readonly createOptions: readonly string[];
}

export interface LiveComparison {
  readonly format: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly diskBytes: Bytes;
  readonly operations: number;
  readonly snapshots: number;
  /** What differs first, or how a program failed; null where all is the same. */
  readonly difference: string | null;
}

const qcow2Case = (cluster: Bytes): LiveCase => ({
  format: 'qcow2-7.2',
  kind: 'qcow2',
  options: { cluster },
  createOptions: [`cluster_size=${cluster}`],
});
const plainCase = (format: string, kind: string): LiveCase => ({ format, kind, options: {}, createOptions: [] });

const cases: readonly LiveCase[] = [
  ...[512, 4096, 65536, 2 * MiB].map(qcow2Case),
  plainCase('vdi', 'vdi'),
  plainCase('vmdk-7.2', 'vmdk'),
  plainCase('vpc-7.2', 'vpc'),
  plainCase('qed', 'qed'),
  plainCase('parallels', 'parallels'),
  { format: 'raw', kind: 'raw', options: { release: '7.2' }, createOptions: [] },
];

/** Neither is a multiple of the larger clusters and blocks; a third size is drawn for each case. */
const diskSizes: readonly Bytes[] = [5 * MiB + 512, 37 * MiB + 1024];
const largestDisk: Bytes = 64 * MiB;

/** Compares every format that QEMU 7.2 drives, on disks of three sizes, after `count` random operations each. */
export function compareLive(count: number, seed: number): LiveComparison[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-live-'));
  const random = new RandomStream(seed, 'live/disk-size');
  const anySize = (): Bytes => sectorBytes * (1 + random.below(largestDisk / sectorBytes));
  try {
    return cases.flatMap((one) => [...diskSizes, anySize()].map((diskBytes) => compareOne(one, diskBytes, count, seed, folder)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compareOne(one: LiveCase, diskBytes: Bytes, count: number, seed: number, folder: string): LiveComparison {
  const model = formats.get(one.format, 'live comparison');
  const script = atRest(randomScript(count, seed, diskBytes, model.hasSnapshots));
  const image = simulate(model, one.options, diskBytes, script);
  const names = namesAtTheEnd(script);
  return {
    format: one.format,
    options: one.options,
    diskBytes,
    operations: count,
    snapshots: names.length,
    difference: differenceOf(one, image, script, diskBytes, names, folder),
  };
}

function differenceOf(
  { kind, createOptions }: LiveCase,
  image: SimulatedImage,
  script: Script,
  diskBytes: Bytes,
  names: readonly string[],
  folder: string,
): string | null {
  const [real, exported] = [path.join(folder, 'real'), path.join(folder, 'exported')];
  const exportedKind = fileKinds.has(kind) ? kind : 'raw';
  SparseFile.write(exported, (out) => fileKinds.get(exportedKind, 'live comparison').write(image, out, LIVE));
  try {
    makeRealImage(real, kind, createOptions, diskBytes, script);
    const compared = ask('qemu-img', 'compare', '-f', kind, '-F', exportedKind, real, exported);
    if (compared.status !== 0) return compared.text.trim();
    const snapshot = names.find((name) => !contentOf(real, kind, name).equals(contentOf(exported, kind, name)));
    if (snapshot !== undefined) return `the content of ${snapshot} differs`;
    const there = mapOfFile(real, kind);
    const here = exportedKind === kind ? mapOfFile(exported, kind) : mapOfImage(image.format);
    const row = there.findIndex((text, i) => text !== here[i]);
    if (row !== -1) return `${there[row]!}; simulated: ${here[row] ?? 'nothing'}`;
    return image.format instanceof Qcow2Base ? differingCluster(real, exported, image.format.inspect()) : null;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function namesAtTheEnd({ operations }: Script): string[] {
  const names = new Set<string>();
  for (const operation of operations) {
    if (operation.kind === 'snap-create') names.add(operation.name);
    if (operation.kind === 'snap-delete') names.delete(operation.name);
  }
  return [...names];
}

function contentOf(file: string, kind: string, snapshot: string): Buffer {
  const plain = `${file}.raw`;
  demand('qemu-img', 'convert', '-f', kind, '-l', `snapshot.name=${snapshot}`, '-O', 'raw', file, plain);
  return readFileSync(plain);
}
