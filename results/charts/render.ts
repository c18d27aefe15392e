/**
 * From a chart's specification to Vega, to SVG, to PNG: the same bytes every time. It knows no data and no report.
 */
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { fontFiles, textWidth } from './font.js';

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: number | string;
  /** The most pixels that the text may take; it is cut there. */
  readonly limit?: number;
}

declare module 'vega' {
  const textMetrics: { width: (item: TextItem, text: string | number | null | undefined) => number };
}

vega.textMetrics.width = (item, text) => {
  const width = textWidth(String(text ?? ''), item.fontSize ?? 11, item.fontWeight);
  return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width;
};

const refuse = (...words: readonly unknown[]): never => {
  throw new Error(`a chart is not well formed: ${words.join(' ')}`);
};
/** A chart that Vega-Lite warns of is a defect of ours. */
const strictLogger = { level: () => strictLogger, error: refuse, warn: refuse, info: () => strictLogger, debug: () => strictLogger };

/** Translates Vega-Lite to Vega, which needs no compiler where it is shown. Throws at any warning. */
export function toVega(spec: TopLevelSpec): vega.Spec {
  return compile(spec, { logger: strictLogger as unknown as vega.LoggerInterface }).spec;
}

/** Draws a chart as SVG. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(toVega(spec)), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

/** Draws an SVG as PNG, `zoom` pixels to each of its own (3 is 288 dpi). Fonts come from the package, never from the system. */
export function renderPng(svg: string, zoom = 3): Uint8Array {
  const font = { fontFiles: [...fontFiles], loadSystemFonts: false, defaultFontFamily: 'Source Sans 3' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } }).render().asPng();
}
