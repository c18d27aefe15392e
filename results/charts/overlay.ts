/**
 * Points of one's own over a chart: measurements of a real machine, a baseline from elsewhere. The chart's own points stay as they are.
 * It knows no file.
 */
import type { TopLevelSpec } from 'vega-lite';
import { shown } from './layers.js';
import { ink, palette } from './style.js';
import type { Json } from './whole-spec.js';

/** One point that is laid over a chart. */
export interface OverlayPoint {
  /** What the legend calls it; where it is a series of the chart, it stands at that series' place. */
  readonly series: string;
  /** The group or bar of a bar chart, the number of others. */
  readonly x: string | number;
  readonly y: number;
  /** Which panel, where there are panels. */
  readonly panel?: string;
}

/** A point that has no place on its chart. */
export class OverlayError extends RangeError {}

/** What a chart takes: a page checks what its reader brings. */
export interface OverlayPlaces {
  /** The groups of a bar chart; null where x is a number. */
  readonly categories: readonly string[] | null;
  readonly series: readonly string[];
  /** Null where there are none. */
  readonly panels: readonly string[] | null;
  readonly isXLog: boolean;
  readonly isYLog: boolean;
}

interface Encoding {
  readonly x?: {
    readonly field?: string;
    readonly type?: string;
    readonly scale?: { readonly type?: string };
    readonly sort?: readonly string[];
  };
  readonly xOffset?: Json;
  readonly y?: { readonly axis?: Json; readonly title?: string | null; readonly scale?: { readonly type?: string } };
  readonly color?: { readonly scale?: { readonly domain?: readonly string[] } };
}
interface Layered {
  readonly layer: readonly { readonly name?: string; readonly encoding: Encoding }[];
}
type Spec = Partial<Layered> & {
  readonly data?: { readonly name?: string; readonly values?: readonly Json[] };
  readonly facet?: { readonly sort?: readonly string[] };
  readonly spec?: Layered;
};

/** Where points can be laid over a chart; null where they cannot, as on a tornado. */
export function overlayPlaces(chart: TopLevelSpec): OverlayPlaces | null {
  const spec = chart as unknown as Spec;
  const encoding = (spec.spec ?? spec).layer?.[0]?.encoding;
  if (spec.data?.name !== 'points' || encoding?.x === undefined || encoding.y === undefined) return null;
  if (encoding.x.field !== 'category' && encoding.x.field !== 'x') return null;
  return {
    categories: encoding.x.field === 'category' ? (encoding.x.sort ?? []) : null,
    series: encoding.color?.scale?.domain ?? [],
    panels: spec.facet?.sort ?? null,
    isXLog: encoding.x.scale?.type === 'log',
    isYLog: encoding.y.scale?.type === 'log',
  };
}

/**
 * The chart with a layer for such points, and with these in it (perhaps none: a page adds more to the data `points`).
 * @throws OverlayError at a chart that takes none, or a point that has no place on it
 */
export function withOverlay(chart: TopLevelSpec, points: readonly OverlayPoint[]): TopLevelSpec {
  const places = overlayPlaces(chart);
  if (places === null) throw new OverlayError('a chart that takes no points of others');
  const spec = chart as unknown as Spec;
  const values = [...(spec.data?.values ?? []), ...points.map((point) => overlayRow(point, places))];
  const data = { name: 'points', values };
  const laidOver = (layered: Layered): Layered => ({
    ...layered,
    layer: [...layered.layer, ...overlayLayers(layered)] as Layered['layer'],
  });
  const whole = spec.spec === undefined ? { ...laidOver(spec as Layered), data } : { ...spec, data, spec: laidOver(spec.spec) };
  return whole as unknown as TopLevelSpec;
}

/** The row of the data `points` that a point becomes. Throws OverlayError where it has no place on the chart. */
function overlayRow({ series, x, y, panel }: OverlayPoint, places: OverlayPlaces): Json {
  const { categories, panels, isXLog, isYLog } = places;
  if (!Number.isFinite(y) || (isYLog && y <= 0)) throw new OverlayError(`y = ${y}${isYLog ? ' on a log axis' : ''}`);
  if (panels === null ? panel !== undefined : panel === undefined || !panels.includes(panel))
    throw new OverlayError(
      panels === null ? `the panel "${panel}" of a chart without panels` : `the panel "${panel ?? ''}", not one of ${panels.join(', ')}`,
    );
  const where = panels === null ? {} : { panel };
  // Where points have their single seeds beside them, a row without seeds is none.
  const shared = { ...where, seeds: [null], overlay: series, measured: y, isOwn: places.series.includes(series), series };
  if (categories !== null) {
    if (!categories.includes(String(x))) throw new OverlayError(`x = "${x}", not one of ${categories.join(', ')}`);
    return { ...shared, category: String(x) };
  }
  const number = typeof x === 'number' ? x : x.trim() === '' ? NaN : Number(x);
  if (!Number.isFinite(number) || (isXLog && number <= 0)) throw new OverlayError(`x = "${x}"${isXLog ? ' on a log axis' : ', no number'}`);
  return { ...shared, x: number };
}

const overlayColours = [ink, ...palette];

/** Where a point is of one of the chart's series, it stands at that series' place in the group; otherwise in the middle. */
function overlayLayers({ layer }: Layered): Json[] {
  const { x, xOffset, y } = layer[0]!.encoding;
  const field = x?.type === 'nominal' ? { field: 'category', type: 'nominal', title: 'At' } : shown('x', 'At');
  const of = (name: string, filter: string, position: Json): Json => ({
    name,
    transform: [{ filter: `isValid(datum.measured) && ${filter}` }],
    mark: { type: 'point', shape: 'triangle-up', filled: true, size: 60, stroke: 'white', strokeWidth: 0.8, opacity: 1 },
    encoding: {
      ...position,
      y: { ...y, field: 'measured', type: 'quantitative' },
      fill: {
        field: 'overlay',
        type: 'nominal',
        title: null,
        scale: { range: overlayColours },
        legend: { title: null, orient: 'bottom', columns: 2, symbolType: 'triangle-up', symbolStrokeWidth: 0, symbolOpacity: 1 },
      },
      tooltip: [{ field: 'overlay', type: 'nominal', title: 'Laid over' }, field, shown('measured', 'Value')],
    },
  });
  if (xOffset === undefined) return [of('overlay', 'true', { x })];
  return [of('overlay', 'datum.isOwn', { x, xOffset }), of('overlay_beside', '!datum.isOwn', { x })];
}
