/** What a sensitivity run shows: tornado plots, their rows, and a table in words. It runs nothing. */
import { tornado, type TornadoBar } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { valueInWords } from '../testbeds/parameters.js';
import { namedLeaves } from './bounds.js';
import { formatSimulated } from './format.js';
import { matters, negligible, type Effect, type End, type Sensitivity } from './sensitivity.js';

/** The widest bars; what is left out stands in the rows. */
const barsAtMost = 16;

export const sensitivityColumns: readonly Column[] = [
  { name: 'parameter', unit: '', about: 'Path of the parameter in the test-bed; empty for the test-bed as it is' },
  { name: 'end', unit: '', about: 'Which end of its range the parameter is set to' },
  { name: 'setting', unit: '', about: 'The value that it is set to, in words' },
  { name: 'status', unit: '', about: "Where the parameter's value comes from" },
  { name: 'isRead', unit: '', about: 'Whether the runs look at the parameter at all' },
  { name: 'number', unit: '', about: 'Which number of the claim; empty where it has one only' },
  { name: 'value', unit: '', about: 'What is measured there, the mean over seeds; null where a run failed' },
  { name: 'stand', unit: '', about: 'How the claim stands to its bounds there; null where it has none' },
  { name: 'holds', unit: '', about: 'Whether an order, shape or identity holds there; null for others' },
];

export function sensitivityRows({ asItIs, effects }: Sensitivity): Row[] {
  const rowsOf = (end: End, about: { parameter: string; end: string; setting: string; status: string; isRead: boolean }): Row[] => {
    const judged = { stand: end.stand, holds: end.holds };
    if (end.value === null) return [{ ...about, number: '', value: null, ...judged }];
    return namedLeaves(end.value, null).map(({ name, interval }) => ({ ...about, number: name, value: interval.mean, ...judged }));
  };
  return [
    ...rowsOf(asItIs, { parameter: '', end: 'as it is', setting: '', status: '', isRead: true }),
    ...effects.flatMap(({ parameter: { path, unit, status }, low, high, isRead }) =>
      [low, high].flatMap((end) =>
        rowsOf(end, { parameter: path, end: end === low ? 'low' : 'high', setting: valueInWords(end.setting, unit), status, isRead }),
      ),
    ),
  ];
}

export interface TornadoChart {
  /** File name without an ending. */
  readonly name: string;
  readonly spec: ReturnType<typeof tornado>;
}

/** A tornado for each number of the claim that some parameter moves. */
export function tornadoCharts(sensitivity: Sensitivity): TornadoChart[] {
  const { claim, asItIs, bounds, effects } = sensitivity;
  const leaves = namedLeaves(asItIs.value!, bounds);
  return leaves.flatMap(({ name, interval, bounds: pair }, index) => {
    const bars = effects.filter((effect) => matters(effect, sensitivity)).flatMap((effect) => barOf(effect, index, interval.mean));
    if (bars.length === 0) return [];
    const widest = bars.sort((a, b) => reach(b, interval.mean) - reach(a, interval.mean)).slice(0, barsAtMost);
    const title = name === '' ? claim.id : `${claim.id}: ${name}`;
    const options = {
      description: `Tornado of ${title}: what each parameter that is left open does to the simulated value`,
      xTitle: `${title} (simulated)`,
      value: interval.mean,
      ...(pair === null ? {} : { bounds: pair }),
    };
    return [{ name: leaves.length === 1 ? 'tornado' : `tornado-${index + 1}`, spec: tornado(options, widest) }];
  });
}

function barOf({ parameter: { path, unit, status }, low, high }: Effect, leaf: number, asItIs: number): TornadoBar[] {
  if (low.value === null || high.value === null) return [];
  const [atLow, atHigh] = [low.value, high.value].map((value) => namedLeaves(value, null)[leaf]!.interval.mean) as [number, number];
  if (atLow === asItIs && atHigh === asItIs) return [];
  const words = (setting: End['setting']): string => valueInWords(setting, unit);
  const name = status === 'calibration' ? `${path} (calibrated)` : path;
  return [{ parameter: name, lowEnd: words(low.setting), highEnd: words(high.setting), atLow, atHigh }];
}

const reach = ({ atLow, atHigh }: TornadoBar, value: number): number => Math.max(Math.abs(atLow - value), Math.abs(atHigh - value));

/** The cells of a table: parameters that matter, the widest swing first. */
export function sensitivityTable(sensitivity: Sensitivity): { readonly header: readonly string[]; readonly rows: readonly string[][] } {
  const header = ['parameter', 'status', 'as it is', 'low end', 'simulated', 'high end', 'simulated', 'swing'];
  const rows = sensitivity.effects
    .filter((effect) => matters(effect, sensitivity))
    .map(({ parameter: { path, status, value, unit }, low, high, swing }) => [
      path,
      status,
      valueInWords(value, unit),
      valueInWords(low.setting, unit),
      endInWords(low),
      valueInWords(high.setting, unit),
      endInWords(high),
      `${Number((swing * 100).toPrecision(3))} %`,
    ]);
  return { header, rows };
}

const endInWords = ({ value, stand, holds }: End): string =>
  value === null
    ? 'a run failed'
    : [formatSimulated(value), stand ?? '', holds === null ? '' : holds ? 'holds' : 'fails'].filter((part) => part !== '').join(', ');

/** Sentences below the table: what the claim is as the test-bed stands, and which parameters do not matter. */
export function sensitivityNotes(sensitivity: Sensitivity): string[] {
  const { asItIs, bounds, effects } = sensitivity;
  const idle = effects.filter((effect) => !matters(effect, sensitivity));
  const names = (list: readonly Effect[]): string => list.map(({ parameter }) => parameter.path).join(', ');
  const [read, unread] = [idle.filter(({ isRead }) => isRead), idle.filter(({ isRead }) => !isRead)];
  return [
    `as it is: ${endInWords(asItIs)}${bounds === null ? '' : ` (bounds ${JSON.stringify(bounds)})`}`,
    ...(read.length === 0 ? [] : [`do not matter (below ${negligible * 100} %): ${names(read)}`]),
    ...(unread.length === 0 ? [] : [`do not matter (these runs do not use them): ${names(unread)}`]),
  ];
}
