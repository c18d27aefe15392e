/** Requests by kind, and by whether they go on where the one before ended. Knows no drive. */
import { Kind } from '../../../models/io/plan.js';
import { demerit } from './merit.js';
import type { Requests } from './replay.js';

const classes = ['reads', 'writes', 'sequential', 'random'] as const;
export type RequestClass = (typeof classes)[number];

/** The demerit of each class alone; null for a class without requests. */
export function demeritByClass({ kind, sector, sectors }: Requests, a: Float64Array, b: Float64Array): Record<RequestClass, number | null> {
  const isSequential = (i: number): boolean => i > 0 && sector[i] === sector[i - 1]! + sectors[i - 1]!;
  const isOf: Readonly<Record<RequestClass, (i: number) => boolean>> = {
    reads: (i) => kind[i] === Kind.READ,
    writes: (i) => kind[i] === Kind.WRITE,
    sequential: isSequential,
    random: (i) => !isSequential(i),
  };
  const ofClass = (name: RequestClass): [RequestClass, number | null] => {
    const [ours, theirs] = [a.filter((_, i) => isOf[name](i)), b.filter((_, i) => isOf[name](i))];
    return [name, ours.length === 0 ? null : demerit(ours, theirs)];
  };
  return Object.fromEntries(classes.map(ofClass)) as Record<RequestClass, number | null>;
}
