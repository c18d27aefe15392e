/**
 * One look for all charts: readable at the width of a paper's column, in colours that the colour-blind can tell apart. It knows no data.
 * Sizes are CSS pixels of 1/96 inch, so 12 px is 9 pt in a paper that takes the SVG at its own size.
 */
import type { Config } from 'vega-lite';
import { fontFamily } from './font.js';

/** Width of a whole figure: one column (3.5 in), or the page (7.16 in). */
export const figureWidthPx = { column: 336, page: 688 } as const;
export type FigureWidth = keyof typeof figureWidthPx;

/** Okabe and Ito (2008), "Color Universal Design", without its yellow, which vanishes on white. */
export const palette = ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#56B4E9', '#CC79A7', '#5F6368'] as const;

/** Colours that are no data's: a page in the dark turns them. `paper` is what everything stands on. */
export const neutral = { ink: '#1a1a1a', quiet: '#4d4d4d', grid: '#e3e3e3', paper: 'white' } as const;
export const ink = neutral.ink;
const { quiet, grid } = neutral;
/** 9 pt: the least size of any text. */
export const textPx = 12;

export const houseStyle: Config = {
  background: neutral.paper,
  padding: 4,
  font: fontFamily,
  axis: {
    labelFontSize: textPx,
    titleFontSize: textPx + 1,
    titleFontWeight: 600,
    labelColor: ink,
    titleColor: ink,
    domainColor: quiet,
    tickColor: quiet,
    gridColor: grid,
    tickSize: 4,
    titlePadding: 6,
    labelLimit: 160,
  },
  axisX: { grid: false, titleLimit: 280 },
  axisY: { titleLimit: 240 },
  legend: {
    orient: 'top',
    direction: 'horizontal',
    labelFontSize: textPx,
    titleFontSize: textPx,
    titleFontWeight: 600,
    labelColor: ink,
    titleColor: ink,
    symbolSize: 90,
    columnPadding: 10,
    labelOffset: 3,
    offset: 6,
    labelLimit: 160,
  },
  header: { labelFontSize: textPx, labelFontWeight: 600, labelColor: ink, titleFontSize: textPx, titleFontWeight: 600, titleColor: ink },
  range: { category: [...palette] },
  view: { stroke: null },
};
