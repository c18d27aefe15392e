/**
 * Units: what a number means, and how a person writes and reads it. Times are whole nanoseconds, sizes are bytes.
 * Sizes: KiB, MiB, GiB, TiB, PiB and the bare letters K, M, G, T are binary; kB, KB, MB, GB, TB, PB are decimal. Rates are sizes a second.
 */
import { InputError } from './errors.js';

export type Nanoseconds = number;
export type Bytes = number;
/** A sector is 512 bytes on every drive that is modelled. */
export type Sectors = number;

export const microsecond: Nanoseconds = 1e3;
export const millisecond: Nanoseconds = 1e6;
export const second: Nanoseconds = 1e9;
export const sectorBytes: Bytes = 512;
export const KiB: Bytes = 1024;
export const MiB: Bytes = 1024 * KiB;
export const GiB: Bytes = 1024 * MiB;

const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  K: KiB,
  M: MiB,
  G: GiB,
  T: 1024 * GiB,
  KiB,
  MiB,
  GiB,
  TiB: 1024 * GiB,
  PiB: 1024 * 1024 * GiB,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
};
export const timeUnits: Readonly<Record<string, number>> = {
  ns: 1,
  us: microsecond,
  ms: millisecond,
  s: second,
  min: 60 * second,
  h: 3600 * second,
};
const rateUnits: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(sizeUnits).map(([unit, bytes]) => [`${unit}/s`, bytes]),
);

/** `64KiB` -> 65536. A bare number counts bytes. Throws InputError naming `where`. */
export const parseSize = (text: string, where: string): Bytes =>
  parseQuantity(text, where, sizeUnits, 'B', 'a size such as 64KiB or 10GiB', true);

/** `10ms` -> 10,000,000. A bare number is refused: times have no obvious unit. Throws InputError naming `where`. */
export const parseTime = (text: string, where: string): Nanoseconds =>
  parseQuantity(text, where, timeUnits, undefined, 'a time such as 10ms or 2s', true);

/** `60MB/s` -> 60,000,000 bytes a second. Throws InputError naming `where`. */
export const parseRate = (text: string, where: string): number =>
  parseQuantity(text, where, rateUnits, undefined, 'a rate such as 60MB/s', false);

function parseQuantity(
  text: string,
  where: string,
  units: Readonly<Record<string, number>>,
  bareUnit: string | undefined,
  expected: string,
  whole: boolean,
): number {
  const match = /^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z/]*)$/.exec(text.trim());
  const unit = match?.[2] === '' ? bareUnit : match?.[2];
  const factor = unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (match === null || factor === undefined) {
    throw new InputError(where, JSON.stringify(text), `${expected} (units: ${Object.keys(units).join(', ')})`);
  }
  const value = Number(match[1]) * factor;
  if (!Number.isSafeInteger(Math.round(value))) throw new InputError(where, JSON.stringify(text), `${expected}, below 2^53`);
  if (whole && Math.abs(value - Math.round(value)) > 1e-6)
    throw new InputError(where, JSON.stringify(text), `${expected}, a whole number of the smallest unit`);
  return whole ? Math.round(value) : value;
}

const scaled = (value: number, steps: readonly (readonly [number, string])[]): string => {
  const [factor, unit] = steps.find(([f]) => Math.abs(value) >= f) ?? steps[steps.length - 1]!;
  return `${Number((value / factor).toPrecision(4))} ${unit}`;
};

/** 65536 -> `64 KiB`, for people. */
export const formatBytes = (bytes: Bytes): string =>
  scaled(bytes, [
    [1024 * 1024 * GiB, 'PiB'],
    [1024 * GiB, 'TiB'],
    [GiB, 'GiB'],
    [MiB, 'MiB'],
    [KiB, 'KiB'],
    [1, 'B'],
  ]);

/** 1500000 -> `1.5 ms`, for people. */
export const formatTime = (time: Nanoseconds): string =>
  scaled(time, [
    [second, 's'],
    [millisecond, 'ms'],
    [microsecond, 'us'],
    [1, 'ns'],
  ]);
