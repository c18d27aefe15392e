/** The charts: a small vocabulary in one house style, and how they are drawn. */
export type { ChartOptions, ChartPoint } from './layers.js';
export { groupedBars, type BarPoint, type GroupedBarOptions } from './grouped-bars.js';
export { effects, type EffectKind, type EffectOptions, type EffectRow } from './effects.js';
export { binned, histogram, type Bin, type HistogramOptions } from './histogram.js';
export { cumulative, type CumulativeOptions, type Sample } from './cumulative.js';
export { lines, type LineOptions, type LinePoint } from './lines.js';
export { stackedBars, type BarPart, type StackedBarOptions } from './stacked-bars.js';
export { timeSeries, type TimeMark } from './time-series.js';
export { tornado, type TornadoBar, type TornadoOptions } from './tornado.js';
export { OverlayError, overlayPlaces, withOverlay, type OverlayPlaces, type OverlayPoint } from './overlay.js';
export { hasSingleSeeds, withSingleSeeds } from './single-seeds.js';
export { paperAgainstSimulated, type Comparison } from './paper-against-simulated.js';
export { renderPng, renderSvg, toVega } from './render.js';
export { figureWidthPx, type FigureWidth } from './style.js';
