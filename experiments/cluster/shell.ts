/** Words for a shell, and lists of shards as schedulers write them. */

/** A word that a POSIX shell takes as it is. */
export const quoted = (word: string): string =>
  /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** [1, 2, 3, 7] -> `1-3,7`. The numbers are in ascending order. */
export function ranges(numbers: readonly number[]): string {
  const parts: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = parts.at(-1);
    if (open?.last === number - 1) open.last = number;
    else parts.push({ first: number, last: number });
  }
  return parts.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** `1-3,7%2` or `5` -> the numbers; what follows `%` is a throttle. */
export function numbersIn(list: string): number[] {
  return list
    .replace(/%.*$/, '')
    .replace(/^\[|\]$/g, '')
    .split(',')
    .flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number);
      return Number.isInteger(first) && Number.isInteger(last) ? Array.from({ length: last! - first! + 1 }, (_, i) => first! + i) : [];
    });
}
