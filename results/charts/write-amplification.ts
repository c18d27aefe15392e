/** Bytes written for each byte that the guest wrote, by the layer that asked for them. It knows no layer by name. */
import type { TopLevelSpec } from 'vega-lite';
import { stackedBars } from './stacked-bars.js';

/** What one layer of one system wrote. */
export interface LayerWrites {
  readonly system: string;
  /** Data, metadata, copies, journal ... */
  readonly layer: string;
  readonly bytes: number;
}

export interface AmplificationOptions {
  readonly description: string;
  readonly systems: readonly string[];
  /** From the foot upwards. */
  readonly layers: readonly string[];
  /** What the guest wrote on each system. */
  readonly guestBytes: Readonly<Record<string, number>>;
}

/** Throws RangeError at a system whose guest wrote nothing, or an undeclared system or layer. */
export function writeAmplification(
  { description, systems, layers, guestBytes }: AmplificationOptions,
  writes: readonly LayerWrites[],
): TopLevelSpec {
  const parts = writes.map(({ system, layer, bytes }) => {
    const written = guestBytes[system] ?? 0;
    if (!(written > 0)) throw new RangeError(`write amplification of "${system}", whose guest wrote nothing`);
    return { category: system, series: layer, value: bytes / written };
  });
  return stackedBars({ description, xTitle: '', yTitle: 'Written / written by the guest', categories: systems, series: layers }, parts);
}
