/**
 * Where a result comes from: enough to run it again and to tell whether it is the same. Goes beside the rows, never into them.
 * It knows no experiment; the clock is read here and nowhere else.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { withoutHome } from './home.js';

/** Everything that has a part in a result. */
export interface Manifest {
  readonly program: string;
  readonly version: string;
  /** As it was given, but for the user's home folder, which is `~`. */
  readonly command: readonly string[];
  readonly config: unknown;
  readonly configSha256: string;
  readonly seed: number;
  readonly code: CodeVersion;
  readonly node: string;
  /** Exact versions of the runtime dependencies. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** SHA-256 of the inputs, such as traces, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** SHA-256 of what was written, by file name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly machine: Machine;
  /** ISO 8601, UTC. These and the duration are all that differs between two runs of the same thing on one machine. */
  readonly started: string;
  readonly finished: string;
  readonly durationSeconds: number;
}

export interface CodeVersion {
  /** `git describe`, or the package's version where there is no repository. */
  readonly describe: string;
  /** Null where there is no repository. */
  readonly commit: string | null;
  /** Whether files differ from the commit; null where there is no repository. */
  readonly isDirty: boolean | null;
}

/** What a run was made on, without a name by which it could be found. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Operating system and architecture, as Node calls them. */
  readonly platform: string;
}

/** What a run says of itself before it starts. */
export interface RunIdentity {
  readonly command: readonly string[];
  readonly config: unknown;
  readonly seed: number;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Begins a manifest; the answered function ends it with the files that were written. */
export function beginManifest(packageRoot: string, run: RunIdentity): (outputs: ReadonlyMap<string, string | Uint8Array>) => Manifest {
  const end = beginManifestOfHashes(packageRoot, run);
  return (outputs) => end(new Map([...outputs].map(([file, content]) => [file, sha256(content)])));
}

/** As beginManifest, for outputs that are not in memory: the function is given the SHA-256 of each. */
export function beginManifestOfHashes(packageRoot: string, run: RunIdentity): (outputs: ReadonlyMap<string, string>) => Manifest {
  const started = new Date();
  const { name, version, dependencies } = readPackage(packageRoot);
  const code = codeVersion(packageRoot, version);
  return (outputs) => ({
    program: name,
    version,
    command: run.command.map(withoutHome),
    config: run.config,
    configSha256: sha256(canonicalJson(run.config)),
    seed: run.seed,
    code,
    node: process.version,
    dependencies,
    inputs: Object.fromEntries(Object.entries(run.inputs ?? {}).map(([name, hash]) => [withoutHome(name), hash])),
    outputs: Object.fromEntries([...outputs].sort(byName)),
    machine: thisMachine(),
    ...timesSince(started),
  });
}

function timesSince(started: Date): Pick<Manifest, 'started' | 'finished' | 'durationSeconds'> {
  const finished = new Date();
  return {
    started: started.toISOString(),
    finished: finished.toISOString(),
    durationSeconds: (finished.getTime() - started.getTime()) / 1000,
  };
}

function thisMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
  };
}

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * JSON with the keys of every object in order, so that equal values give equal text.
 * @throws RangeError at what JSON cannot say: NaN, an infinity, a function, undefined in a list
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(byName);
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
  }
  throw new RangeError(`a value of type ${typeof value} has no JSON`);
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

function readPackage(root: string): { name: string; version: string; dependencies: Record<string, string> } {
  const { name, version, dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    dependencies?: Record<string, string>;
  };
  const exact = Object.keys(dependencies ?? {})
    .sort()
    .map((dependency): [string, string] => [dependency, installedVersion(root, dependency) ?? dependencies![dependency]!]);
  return { name, version, dependencies: Object.fromEntries(exact) };
}

/** Walks up from the package, as Node does: an installed package's dependencies may lie beside it. */
function installedVersion(root: string, dependency: string): string | null {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'node_modules', dependency, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    if (folder === path.dirname(folder)) return null;
  }
}

/** Asks git, if the package's own folder is a repository (one that merely lies inside another says nothing of this code). */
export function codeVersion(root: string, version: string): CodeVersion {
  const none: CodeVersion = { describe: `v${version}`, commit: null, isDirty: null };
  if (!existsSync(path.join(root, '.git'))) return none;
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', root, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const isDirty = git('status', '--porcelain', '--untracked-files=no') !== '';
    return { describe: git('describe', '--always', '--tags') + (isDirty ? '-dirty' : ''), commit: git('rev-parse', 'HEAD'), isDirty };
  } catch {
    return none;
  }
}
