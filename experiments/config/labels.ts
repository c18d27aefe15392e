/** What points are called: the swept values, as the config writes them. */
import type { Cell } from '../../results/rows.js';
import type { Placed } from './placed.js';
import type { Sweep } from './sweep.js';

export interface PointCells {
  readonly label: string;
  /** By path; numbers where all values of the axis are plain numbers, texts otherwise. */
  readonly values: Readonly<Record<string, Cell>>;
}

/** For each combination of a sweep, in order. */
export function axisCells({ axes, combinations }: Sweep): PointCells[] {
  const isNumeric = axes.map(({ values }) => values.every((value) => value.kind === 'text' && /^[0-9]+(\.[0-9]+)?$/.test(value.text)));
  return combinations.map((combination) => {
    const words = combination.map(inShort);
    return {
      label: axes.map(({ path }, a) => `${path.split('.').pop()!}=${words[a]!}`).join(' '),
      values: Object.fromEntries(axes.map(({ path }, a) => [path, isNumeric[a] === true ? Number(words[a]) : words[a]!])),
    };
  });
}

/** `{name: qcow2-7.2, cluster: 64KiB}` is `qcow2-7.2 cluster=64KiB`. */
function inShort(node: Placed): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'list') return `[${node.items.map(inShort).join(', ')}]`;
  return [...node.entries].map(([key, { value }]) => (key === 'name' ? inShort(value) : `${key}=${inShort(value)}`)).join(' ');
}
