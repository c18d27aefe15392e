/** What stands around the parts of every chart: the schema, the words for those who do not see it, the house style. It knows no part. */
import type { TopLevelSpec } from 'vega-lite';
import { figureWidthPx, houseStyle, type FigureWidth } from './style.js';

// Vega-Lite's own types reject computed layers, so the parts are plain JSON until `wholeSpec` hands out the whole.
export type Json = { readonly [key: string]: unknown };

/** The whole specification of a chart. */
export const wholeSpec = (description: string, parts: Json): TopLevelSpec =>
  ({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description,
    config: houseStyle,
    ...parts,
  }) as unknown as TopLevelSpec;

/** The size of a chart of one plot: axes, titles and legend lie within it. */
export const onePlot = (width: FigureWidth, height: number): Json => ({
  width: figureWidthPx[width],
  height,
  autosize: { type: 'fit', contains: 'padding' },
});
