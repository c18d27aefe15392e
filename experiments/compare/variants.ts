/**
 * Two variants of one config, point by point: `controller=adaptive,fixed` sets a path to one value and to the other, whatever else is swept; two
 * labels pick two points; or each variant is a config of its own. It runs nothing.
 */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { axisCells } from '../config/labels.js';
import { keysOf, mapOf, plainOf, withPart, without, type Placed } from '../config/placed.js';
import { planOf, type Config, type PlannedPoint, type StudyPlan } from '../config/plan.js';
import { readSweep } from '../config/sweep.js';
import { parseConfig } from '../config/yaml-source.js';

/** Point i of one is compared with point i of the other. */
export interface Variants {
  readonly nameA: string;
  readonly nameB: string;
  readonly planA: StudyPlan;
  readonly planB: StudyPlan;
  /** What is swept besides, by point; an empty text where there is one point. */
  readonly at: readonly string[];
}

const option = '--between';

/**
 * @param between `PATH=A,B`, or the labels `A,B` of two points, or two values of the one swept path that has both
 * @throws InputError where there are no such values or points, or at what cannot be run
 */
export function variantsBetween(config: Config, between: string): Variants {
  const equals = between.indexOf('=');
  const [first, second] = pairIn(between);
  const plan = planOf(config);
  const points = [first, second].map((label) => plan.points.find((point) => point.label === label));
  if (points[0] !== undefined && points[1] !== undefined) return ofPoints(plan, points[0], points[1]);
  const swept = readSweep(rootOf(config).entries.get('sweep')?.value);
  const known = swept.axes.map(({ path }, a) => ({ path, cells: cellsOf(swept, a) }));
  const both = known.find(({ cells }) => cells.has(first) && cells.has(second));
  if (both !== undefined) return onPath(config, both.path, [first, second], both.cells);
  if (equals <= 0) {
    const labels = [...plan.points.slice(0, 12).map(({ label }) => label), ...known.flatMap(({ cells }) => [...cells.keys()])];
    const stray = labels.includes(first) ? second : first;
    throw new InputError(
      option,
      `"${stray}", which is no point or swept value`,
      `PATH=A,B, or ${expectedOneOf(stray, [...new Set(labels)])}`,
    );
  }
  const path = between.slice(0, equals);
  return onPath(config, path, pairIn(between.slice(equals + 1)), known.find((axis) => axis.path === path)?.cells ?? null);
}

/** Each variant is a config of its own. They have to measure the same, at points of the same labels or one point each. */
export function variantsOfConfigs(a: Config, b: Config): Variants {
  const [planA, planB] = [planOf(a), planOf(b)];
  if (planA.kind !== planB.kind) throw new InputError(b.title, `a study of kind ${planB.kind}`, `kind ${planA.kind}, as in ${a.title}`);
  const [nameA, nameB] = planA.name === planB.name ? [`${planA.name} (first)`, `${planB.name} (second)`] : [planA.name, planB.name];
  return { nameA, nameB, ...matched(planA, planB, b.title) };
}

function ofPoints(plan: StudyPlan, a: PlannedPoint, b: PlannedPoint): Variants {
  if (a === b) throw new InputError(option, `"${a.label}" twice`, 'two points');
  return { nameA: a.label, nameB: b.label, planA: { ...plan, points: [a] }, planB: { ...plan, points: [b] }, at: [''] };
}

/** @param cells the values of the path where it is swept, by what they are called; null where it is not */
function onPath(config: Config, path: string, pair: readonly [string, string], cells: ReadonlyMap<string, Placed> | null): Variants {
  if (pair[0] === pair[1]) throw new InputError(option, `"${pair[0]}" twice`, 'two values');
  const at = `${option} ${path}`;
  const planWith = (text: string): StudyPlan => {
    if (cells !== null && !cells.has(text)) {
      throw new InputError(at, `"${text}", which is not among the swept values`, expectedOneOf(text, [...cells.keys()]));
    }
    const value = cells?.get(text) ?? parseConfig(text, at, false);
    return planOf({ ...config, tree: withPart(withoutAxis(config, path), keysOf(path), value, at) });
  };
  const [nameA, nameB] = pair.map((text) => nameFor(path, text)) as [string, string];
  return { nameA, nameB, ...matched(planWith(pair[0]), planWith(pair[1]), at) };
}

/** A section by the name that was chosen, another path with its last key. */
const nameFor = (path: string, text: string): string => (path.includes('.') ? `${path.split('.').pop()!}=${text}` : text);

/** Points in the order of the first plan, each with the one of the same label. */
function matched(planA: StudyPlan, planB: StudyPlan, where: string): Pick<Variants, 'planA' | 'planB' | 'at'> {
  if (planA.points.length === 1 && planB.points.length === 1) {
    refuseSame(planA.points[0]!, planB.points[0]!, where);
    return { planA, planB, at: [''] };
  }
  const byLabel = new Map(planB.points.map((point) => [point.label, point]));
  const points = planA.points.map(({ label }) => {
    const found = byLabel.get(label);
    if (found === undefined) throw new InputError(where, `no point "${label}"`, 'the same points in both variants');
    return found;
  });
  points.forEach((point, i) => refuseSame(planA.points[i]!, point, where));
  if (points.length !== planB.points.length)
    throw new InputError(where, `${planB.points.length} points`, `${points.length}, as in the other variant`);
  return { planA, planB: { ...planB, points }, at: planA.points.map(({ label }) => label) };
}

/** Two spellings of one value, or a path that the sweep sets again, would be compared with themselves. */
function refuseSame(a: PlannedPoint, b: PlannedPoint, where: string): void {
  if (a.key === b.key) throw new InputError(where, `the same experiment in both variants, ${b.label}`, 'two that differ');
}

const rootOf = (config: Config): ReturnType<typeof mapOf> => mapOf(config.tree, 'keys and values, "study" among them');

/** The values of one axis by what labels call them. */
function cellsOf({ axes, combinations }: ReturnType<typeof readSweep>, axis: number): Map<string, Placed> {
  const { path, values } = axes[axis]!;
  const cells = axisCells({ axes, combinations });
  return new Map(
    values.map((value) => {
      const text = JSON.stringify(plainOf(value));
      const at = combinations.findIndex((combination) => JSON.stringify(plainOf(combination[axis]!)) === text);
      return [String(cells[at]!.values[path]), value];
    }),
  );
}

/** The config without one path of its sweep. */
function withoutAxis(config: Config, path: string): Placed {
  const root = rootOf(config);
  const sweep = root.entries.get('sweep')?.value;
  if (sweep?.kind !== 'map') return root;
  if (!sweep.entries.has(path)) {
    const paired = sweep.entries.get('paired')?.value;
    if (paired?.kind === 'map' && paired.entries.has(path)) {
      throw new InputError(`${option} ${path}`, 'a path that is swept together with others', 'two labels of points, A,B');
    }
    return root;
  }
  const rest = without(sweep, [path]);
  if (rest.entries.size === 0) return without(root, ['sweep']);
  return withPart(root, ['sweep'], rest, sweep.at);
}

/** Two values, separated by the one comma that stands in no bracket. */
function pairIn(text: string): readonly [string, string] {
  const parts: string[] = [''];
  let depth = 0;
  for (const letter of text) {
    if ('{['.includes(letter)) depth++;
    if ('}]'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts.push(parts.pop()! + letter);
  }
  const values = parts.map((part) => part.trim());
  if (values.length !== 2 || values.includes(''))
    throw new InputError(option, JSON.stringify(text), 'two values, such as controller=adaptive,fixed');
  return values as unknown as readonly [string, string];
}
