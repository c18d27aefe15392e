/**
 * From a config to what is to be run. For others to build on:
 *
 * - `openConfig(file, overrides)` reads a YAML file and `--set path=value` texts; `configOf(plain, folder, of)` takes a plain tree, as a manifest keeps.
 * - `planOf(config)` checks everything before anything runs and answers a StudyPlan: the kind of study, the swept paths (`axes`), and the points in a
 *   fixed order. A point has a stable `key` (a hash of its plain config), a `label`, its `values` by axis, and its plain `config`.
 * - `seedsOf(plan)` are the seeds that every point is run with at least; `columnsOf(plan)` the columns of rows: `point`, axes, `seed`, metrics.
 * - A run is (point, seed). experiments/run/study-runs.ts carries runs out, or takes them from the store; the same runs under any plan are the same
 *   there. A part of a plan for another machine is a list of (point index, seed).
 */
import path from 'node:path';
import { canonicalJson, sha256 } from '../../results/provenance.js';
import type { Cell, Column } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import type { AnyStudyKind } from '../studies/study.js';
import { InputFiles } from './inputs.js';
import { axisCells } from './labels.js';
import {
  keysOf,
  mapOf,
  placedOf,
  partOf,
  placeOf,
  plainOf,
  textOf,
  without,
  withPart,
  type Placed,
  type PlacedMap,
  type Plain,
} from './placed.js';
import { checkPoint, kindOf, readPoint, type PointConfig } from './point.js';
import { readRecord, type RecordRule } from './record.js';
import { readReplication, type Replication } from './replication.js';
import { readSweep, type Combination, type Sweep } from './sweep.js';
import { parseConfig, readConfigFile } from './yaml-source.js';

/** A config that was read and not looked into yet. */
export interface Config {
  /** Its name where it gives itself none. */
  readonly title: string;
  /** The text of the file as given; null where there is no file. */
  readonly text: string | null;
  /** With what was overridden. */
  readonly tree: Placed;
  /** What the files that it names are relative to. */
  readonly folder: string;
}

export interface PlannedPoint {
  /** Twelve hexadecimal digits that depend on the config of the point alone. */
  readonly key: string;
  /** What was swept, in words; the kind of study where nothing was. */
  readonly label: string;
  /** What it has on each axis, by path. */
  readonly values: Readonly<Record<string, Cell>>;
  readonly config: PointConfig;
  /** About how long a run of it takes, against other points of the plan. */
  readonly cost: number;
  /** Names of files in it. */
  readonly files: readonly string[];
}

export interface StudyPlan {
  /** Letters, digits, dots, dashes and underscores: fit for a folder. */
  readonly name: string;
  readonly kind: string;
  readonly study: AnyStudyKind;
  readonly axes: readonly string[];
  readonly points: readonly PlannedPoint[];
  readonly replication: Replication;
  /** What is kept of the first run of each point; null for nothing. */
  readonly record: RecordRule | null;
  /** SHA-256 of the contents of each file that points name, by the name that they give it. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What these names are relative to. */
  readonly folder: string;
  /** The whole config as plain texts, with what was overridden. */
  readonly config: Plain;
}

/**
 * @param overrides texts `path=value`, a value as in YAML
 * @throws InputError where the file cannot be read, or at what is no YAML
 */
export function openConfig(file: string, overrides: readonly string[] = []): Config {
  const { text, tree } = readConfigFile(file);
  const changed = overrides.reduce((before, override) => withOverride(before, override), tree);
  return { title: path.basename(file).replace(/\.ya?ml$/, ''), text, tree: changed, folder: path.dirname(path.resolve(file)) };
}

/** @param of what errors name in front of a path, such as a manifest */
export const configOf = (plain: Plain, folder: string, of: string): Config => ({
  title: of,
  text: null,
  tree: placedOf(plain, of),
  folder,
});

function withOverride(tree: Placed, override: string): Placed {
  const equals = override.indexOf('=');
  if (equals <= 0) throw new InputError('--set', JSON.stringify(override), 'PATH=VALUE, such as format.cluster=64KiB');
  const keyPath = override.slice(0, equals);
  const at = `--set ${keyPath}`;
  const keys = keyPath.startsWith('sweep.') ? ['sweep', keyPath.slice('sweep.'.length)] : keysOf(keyPath);
  return withPart(mapOf(tree, 'keys and values, "study" among them'), keys, parseConfig(override.slice(equals + 1), at, false), at);
}

/** Throws InputError with the place of whatever cannot be run. */
export function planOf(config: Config): StudyPlan {
  const root = mapOf(config.tree, 'keys and values, "study" among them');
  const name = readName(root, config.title);
  const { kind, study } = kindOf(root);
  const sweep = readSweep(root.entries.get('sweep')?.value);
  refuseLostOptions(root, sweep);
  const axes = sweep.axes.map(({ path: swept }) => columnOfAxis(swept, study.columns));
  const cells = axisCells(sweep);
  const files = new InputFiles(config.folder);
  const seen = new Map<string, string>();
  const points = sweep.combinations.map((combination, i): PlannedPoint => {
    const tree = treeOf(root, sweep, combination);
    const point = readPoint(tree);
    checkPoint(point, tree);
    files.add(point);
    const key = sha256(canonicalJson(point.config)).slice(0, 12);
    const label = sweep.axes.length === 0 ? kind : cells[i]!.label;
    refuseTwin(seen, key, label, root);
    return {
      key,
      label,
      values: Object.fromEntries(sweep.axes.map(({ path: swept }, a) => [axes[a]!, cells[i]!.values[swept]!])),
      config: point.config,
      cost: point.study.cost?.(point.values) ?? 1,
      files: point.files.map((file) => file.name),
    };
  });
  const replication = readReplication(root, study.columns);
  const record = readRecord(root.entries.get('record')?.value, study, root.at);
  const { folder } = config;
  return { name, kind, study, axes, points, replication, record, inputs: files.hashes, folder, config: plainOf(root) };
}

/** A swept path has a column of its own, also where a metric has its name, as `warmUp` has. */
const columnOfAxis = (swept: string, metrics: readonly Column[]): string =>
  ['point', 'seed', ...metrics.map(({ name }) => name)].includes(swept) ? `sweep.${swept}` : swept;

/** A map that is swept takes the place of what stands there: options beside the name would be lost in silence. */
function refuseLostOptions(root: PlacedMap, { axes }: Sweep): void {
  for (const { path, values } of axes) {
    const node = partOf(root, keysOf(path));
    const whole = values.find(({ kind }) => kind === 'map');
    const lost = node?.kind === 'map' ? [...node.entries].find(([key]) => key !== 'name') : undefined;
    if (lost === undefined || whole === undefined) continue;
    const [key, entry] = lost;
    throw new InputError(
      entry.at,
      `"${key}" of ${path}, in whose place the sweep puts a map at ${whole.at}`,
      `it in each map of the sweep`,
    );
  }
}

/** The config of one point: without the sweep, with its values in their places. */
function treeOf(root: PlacedMap, { axes }: Sweep, combination: Combination): Placed {
  // The shorter path first: a whole section does not replace what another axis sets within it.
  const order = axes.map(({ path, at }, a) => ({ keys: keysOf(path), at, value: combination[a]! }));
  order.sort((a, b) => a.keys.length - b.keys.length);
  return order.reduce<Placed>((tree, { keys, at, value }) => withPart(tree, keys, value, at), without(root, ['sweep']));
}

/** Two ways to say the same, such as 64KiB and 65536, are one point. */
function refuseTwin(seen: Map<string, string>, key: string, label: string, root: PlacedMap): void {
  const twin = seen.get(key);
  if (twin !== undefined)
    throw new InputError(placeOf(root, ['sweep']), `the same point twice: ${twin}, and ${label}`, 'points that differ');
  seen.set(key, label);
}

/** A name becomes a folder, so it has no way out of one. */
function readName({ entries }: PlacedMap, title: string): string {
  const node = entries.get('name')?.value;
  if (node === undefined)
    return (
      title
        .normalize('NFC')
        .replaceAll(/[^\p{L}\p{M}\p{N}._-]/gu, '-')
        .replace(/^[.-]+/, '') || 'study'
    );
  const name = textOf(node, 'a name');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(name))
    throw new InputError(node.at, JSON.stringify(name), 'letters, digits, dots, dashes and underscores, at most 80');
  return name;
}

/** The seeds of every point; with a stopping rule there may be more. */
export const seedsOf = ({ replication: { seed, runs } }: StudyPlan): number[] => Array.from({ length: runs }, (_, i) => seed + i);

/** The columns of a row of results. */
export const columnsOf = ({ axes, study }: StudyPlan): Column[] => [
  { name: 'point', unit: '', about: 'Key of the point: a hash of its config' },
  ...axes.map((axis) => ({ name: axis, unit: '', about: 'Swept: as the config writes it' })),
  { name: 'seed', unit: '', about: 'Seed of the run' },
  ...study.columns,
];
