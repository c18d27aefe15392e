/**
 * The claims ledger: every number, ratio, order and shape that the papers state, as data. It knows neither models nor results.
 * `data/claims.json` is the ledger; this file reads it and refuses what is not well formed.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { packageRoot } from '../places.js';
import { readBounds, type Bounds } from './bounds.js';

export const claimClasses = [
  'context',
  'input',
  'calibration',
  'follows from a calibration',
  'identity',
  'ordering or shape',
  'quantitative',
  'withheld',
] as const;
export type ClaimClass = (typeof claimClasses)[number];

/** What a paper says, and how it is judged. */
export interface Claim {
  readonly id: string;
  readonly paper: string;
  /** Section or figure of the paper. */
  readonly locus: string;
  readonly statement: string;
  readonly class: ClaimClass;
  /** The paper's value: a number, a structure of numbers, or a text; `withheld` for a blind check. */
  readonly expected: unknown;
  readonly definition: string;
  readonly testbed: string;
  readonly tolerance: { readonly value: string; readonly reason: string };
  /** What counts as agreement, where the ledger says it in numbers. */
  readonly within?: Bounds;
  /** The parameter that a claim of class `calibration` may set. */
  readonly calibrates?: string;
  /** The claim that says the same of the same runs. */
  readonly sameAs?: string;
  /** The structure that a prediction of a withheld claim is to have. */
  readonly shape?: unknown;
}

/** The claims in the order of the data file, and by id. */
export class Ledger {
  private readonly byId: ReadonlyMap<string, Claim>;

  constructor(readonly claims: readonly Claim[]) {
    this.byId = new Map(claims.map((claim) => [claim.id, claim]));
  }

  /** Throws InputError naming `where` and the nearest id, if there is no such claim. */
  get(id: string, where: string): Claim {
    const claim = this.byId.get(id);
    if (claim === undefined) throw new InputError(where, `the unknown claim "${id}"`, nearestId(id, [...this.byId.keys()]));
    return claim;
  }
}

/** Reads the ledger that ships with the package, or another file of its form. Throws InputError with file and claim. */
export function loadLedger(file = path.join(packageRoot, 'experiments', 'claims', 'data', 'claims.json')): Ledger {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new InputError(file, 'no readable file', 'the claims ledger');
  }
  return parseLedger(text, file);
}

/** @param where names the file in errors */
export function parseLedger(text: string, where: string): Ledger {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new InputError(where, error instanceof Error ? error.message : 'no JSON', 'a JSON file');
  }
  const entries = isRecord(data) ? data['claims'] : undefined;
  if (!Array.isArray(entries)) throw new InputError(where, 'no list "claims"', '{"claims": [...]}');
  const claims = entries.map((entry: unknown, index) => readClaim(entry, `${where} /claims/${index}`));
  const seen = new Set<string>();
  for (const { id } of claims) {
    if (seen.has(id)) throw new InputError(where, `the id "${id}" twice`, 'one claim an id');
    seen.add(id);
  }
  for (const { id, sameAs } of claims) {
    if (sameAs !== undefined && !seen.has(sameAs)) throw new InputError(`${where} ${id}/same_as`, `"${sameAs}"`, 'the id of a claim');
  }
  return new Ledger(claims);
}

function readClaim(entry: unknown, place: string): Claim {
  if (!isRecord(entry)) throw new InputError(place, JSON.stringify(entry), 'a claim');
  const id = text(entry, 'id', place);
  const where = `${place} (${id})`;
  const tolerance = entry['tolerance'];
  if (!isRecord(tolerance)) throw new InputError(`${where}/tolerance`, JSON.stringify(tolerance), '{"value": ..., "reason": ...}');
  if (entry['expected'] === undefined) throw new InputError(`${where}/expected`, 'nothing', 'the paper\'s value, or "withheld"');
  const className = text(entry, 'class', where);
  const claim: Claim = {
    id,
    paper: text(entry, 'paper', where),
    locus: text(entry, 'locus', where),
    statement: text(entry, 'statement', where),
    class: readClass(className, `${where}/class`),
    expected: entry['expected'],
    definition: text(entry, 'definition', where),
    testbed: text(entry, 'testbed', where),
    tolerance: { value: text(tolerance, 'value', `${where}/tolerance`), reason: text(tolerance, 'reason', `${where}/tolerance`) },
    ...(entry['within'] === undefined ? {} : { within: readBounds(entry['within'], `${where}/within`) }),
    ...(entry['calibrates'] === undefined ? {} : { calibrates: text(entry, 'calibrates', where) }),
    ...(entry['same_as'] === undefined ? {} : { sameAs: text(entry, 'same_as', where) }),
    ...(entry['shape'] === undefined ? {} : { shape: entry['shape'] }),
  };
  checkClass(claim, where);
  return claim;
}

function readClass(name: string, where: string): ClaimClass {
  const found = claimClasses.find((known) => known === name);
  if (found === undefined) throw new InputError(where, `"${name}"`, expectedOneOf(name, claimClasses));
  return found;
}

/** A blind claim must not carry its answer, and only a calibration names a parameter. */
function checkClass(claim: Claim, where: string): void {
  const isBlind = claim.class === 'withheld';
  if (isBlind !== (claim.expected === 'withheld'))
    throw new InputError(`${where}/expected`, JSON.stringify(claim.expected), '"withheld" where the class is so');
  if (isBlind && claim.within !== undefined) throw new InputError(`${where}/within`, 'bounds', 'none in a withheld claim');
  if (isBlind && claim.shape === undefined) throw new InputError(`${where}/shape`, 'nothing', 'the structure of the prediction');
  if ((claim.class === 'calibration') !== (claim.calibrates !== undefined)) {
    throw new InputError(`${where}/calibrates`, claim.calibrates ?? 'nothing', 'a parameter, in a calibration only');
  }
}

function text(entry: Readonly<Record<string, unknown>>, name: string, where: string): string {
  const value = entry[name];
  if (typeof value !== 'string' || value === '')
    throw new InputError(`${where}/${name}`, value === undefined ? 'nothing' : JSON.stringify(value), 'a text');
  return value;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nearestId = (id: string, known: readonly string[]): string => {
  const hint = /\(did you mean .*\)$/.exec(expectedOneOf(id, known));
  return `an id of the claims ledger${hint === null ? '' : ` ${hint[0]}`}`;
};
