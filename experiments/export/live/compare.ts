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
import { MiB, type Bytes } from '../../../sim/units.js';
import { fileKinds } from '../files/index.js';
import { SparseFile } from '../files/sparse-file.js';
import { randomScript } from '../random-script.js';
import type { Script } from '../script.js';
import { simulate, type SimulatedImage } from '../simulate.js';
import { differingCluster } from './qcow2-clusters.js';
import { ask, demand } from './qemu.js';
import { atRest, makeRealImage } from './real-image.js';

interface LiveCase {
  readonly format: string;
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
];

/** Neither size is a multiple of the larger clusters and blocks. */
const diskSizes: readonly Bytes[] = [5 * MiB + 512, 37 * MiB + 1024];

/** Compares every format that QEMU 7.2 drives and that can be exported, on disks of two sizes, after `count` random operations each. */
export function compareLive(count: number, seed: number): LiveComparison[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-live-'));
  try {
    return cases.flatMap((one) => diskSizes.map((diskBytes) => compareOne(one, diskBytes, count, seed, folder)));
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
  SparseFile.write(exported, (out) => fileKinds.get(kind, 'live comparison').write(image, out, LIVE));
  try {
    makeRealImage(real, kind, createOptions, diskBytes, script);
    const compared = ask('qemu-img', 'compare', '-f', kind, '-F', kind, real, exported);
    if (compared.status !== 0) return compared.text.trim();
    const snapshot = names.find((name) => !contentOf(real, kind, name).equals(contentOf(exported, kind, name)));
    if (snapshot !== undefined) return `the content of ${snapshot} differs`;
    const [there, here] = [mapOf(real, kind), mapOf(exported, kind)];
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

interface MapRow {
  readonly start: Bytes;
  readonly length: Bytes;
  /** Where in the file; absent where the image holds nothing. */
  readonly offset?: Bytes;
}

/**
 * What of a disk lies where, in words. Rows that go on in step are joined: in an image that it takes for preallocated the program tells
 * holes of the host's file apart, and an exported file has more of them.
 */
function mapOf(file: string, kind: string): string[] {
  const rows = JSON.parse(demand('qemu-img', 'map', '--output=json', '-f', kind, file)) as MapRow[];
  const joined: { start: Bytes; length: Bytes; offset: Bytes | null }[] = [];
  for (const { start, length, offset = null } of rows) {
    const last = joined[joined.length - 1];
    const isNext = last?.offset === null ? offset === null : last !== undefined && offset === last.offset + last.length;
    if (last !== undefined && isNext) last.length += length;
    else joined.push({ start, length, offset });
  }
  return joined.map((row) => `${row.length} bytes from ${row.start} on at ${row.offset ?? 'no place'}`);
}

function contentOf(file: string, kind: string, snapshot: string): Buffer {
  const plain = `${file}.raw`;
  demand('qemu-img', 'convert', '-f', kind, '-l', `snapshot.name=${snapshot}`, '-O', 'raw', file, plain);
  return readFileSync(plain);
}
