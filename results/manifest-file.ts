/** A manifest as it lies in a file: read with every part of it checked, and compared with that of another run. It knows no experiment. */
import { readFileSync, statSync } from 'node:fs';
import { InputError } from '../sim/errors.js';
import { onFile } from '../sim/system-errors.js';
import { canonicalJson, type Manifest } from './provenance.js';

const bytesAtMost = 1 << 24;

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts: Check = (value) => isObject(value) && Object.values(value as object).every(isText);

/** The parts that others rely on. */
const parts: Readonly<Record<string, readonly [check: Check, expected: string]>> = {
  program: [isText, 'a name'],
  version: [isText, 'a version'],
  command: [(value) => Array.isArray(value) && value.length > 1 && value.every(isText), 'the words of a command'],
  configSha256: [isText, 'a hash'],
  code: [isObject, 'the version of the code'],
  node: [isText, 'a version'],
  dependencies: [isTexts, 'versions by name'],
  inputs: [isTexts, 'hashes by name'],
  outputs: [isTexts, 'hashes by name'],
};

/** @throws InputError at a file that cannot be read, or is no manifest */
export function readManifest(file: string): Manifest {
  const text = onFile(file, () => {
    if (statSync(file).size > bytesAtMost) throw new InputError(file, `more than ${bytesAtMost} bytes`, 'a manifest');
    return readFileSync(file, 'utf8');
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(file, 'no JSON', 'the manifest.json of a result');
  }
  if (!isObject(json)) throw new InputError(file, 'JSON that is no object', 'the manifest.json of a result');
  for (const [part, [check, expected]] of Object.entries(parts)) {
    const value = (json as Record<string, unknown>)[part];
    if (!check(value))
      throw new InputError(
        file,
        `${value === undefined ? 'nothing' : JSON.stringify(value)} as "${part}"`,
        `${expected}: the manifest of a result`,
      );
  }
  return json as Manifest;
}

/** What differs between two runs that should be the same, one sentence each: code, versions, config, inputs. Their times and outputs are not looked at. */
export function differencesOf(before: Manifest, now: Manifest): string[] {
  const changed: string[] = [];
  const compare = (what: string, old: unknown, current: unknown): void => {
    if (inWords(old) !== inWords(current)) changed.push(`${what}: ${inWords(old)} then, ${inWords(current)} now`);
  };
  compare('version', before.version, now.version);
  compare('code', before.code.commit ?? before.code.describe, now.code.commit ?? now.code.describe);
  compare('uncommitted changes', before.code.isDirty, now.code.isDirty);
  compare('Node', before.node, now.node);
  compareAll('dependency', before.dependencies, now.dependencies, compare);
  compareAll('input', before.inputs, now.inputs, compare);
  compare('config', before.configSha256, now.configSha256);
  compare('machine', before.machine, now.machine);
  return changed;
}

const inWords = (value: unknown): string =>
  value === undefined || value === null ? 'none' : typeof value === 'string' ? value : canonicalJson(value);

function compareAll(
  what: string,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  compare: (what: string, old: unknown, current: unknown) => void,
): void {
  for (const name of [...new Set([...Object.keys(before), ...Object.keys(now)])].sort())
    compare(`${what} ${name}`, before[name], now[name]);
}
