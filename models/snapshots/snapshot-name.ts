/**
 * A snapshot's name says when it was taken, to the second, as `20140219T02:52:44`; those that follow within the same second get `.1`, `.2`
 * and so on. It knows no list. Source: OnceCloud paper, section 3.2.3.
 */

/** When a snapshot was taken: names compare as these do. */
export interface SnapshotTime {
  /** Whole seconds since 1970 began, without leap seconds. */
  readonly seconds: number;
  /** Which one it is within its second, from 0. */
  readonly ordinal: number;
}

const secondsPerDay = 86_400;
const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysOfYear = (year: number): number => (isLeapYear(year) ? 366 : 365);
const daysOfMonth = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
const twoDigits = (n: number): string => String(n).padStart(2, '0');

export function snapshotName({ seconds, ordinal }: SnapshotTime): string {
  let day = Math.floor(seconds / secondsPerDay);
  let year = 1970;
  for (; day >= daysOfYear(year); year++) day -= daysOfYear(year);
  let month = 1;
  for (; day >= daysOfMonth(year, month); month++) day -= daysOfMonth(year, month);
  const inDay = seconds % secondsPerDay;
  const clock = [Math.floor(inDay / 3600), Math.floor(inDay / 60) % 60, inDay % 60].map(twoDigits).join(':');
  return `${year}${twoDigits(month)}${twoDigits(day + 1)}T${clock}${ordinal === 0 ? '' : `.${ordinal}`}`;
}

/** Negative where `a` was taken before `b`, 0 where they are one. */
export const compareTimes = (a: SnapshotTime, b: SnapshotTime): number => a.seconds - b.seconds || a.ordinal - b.ordinal;
