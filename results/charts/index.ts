/** The charts: a small vocabulary in one house style, and how they are drawn. */
export type { ChartOptions, ChartPoint } from './layers.js';
export { groupedBars, type BarPoint, type GroupedBarOptions } from './grouped-bars.js';
export { lines, type LineOptions, type LinePoint } from './lines.js';
export { renderPng, renderSvg, toVega } from './render.js';
export { figureWidthPx, type FigureWidth } from './style.js';
