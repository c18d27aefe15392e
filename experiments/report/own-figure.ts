/** A chart that is no paper's as a figure of a report, and the files of a figure. It runs nothing. */
import { renderPng, renderSvg, withOverlay, type OverlayPoint } from '../../results/charts/index.js';
import { renderPdf } from '../../results/pdf.js';
import type { ReportFigure, Table } from '../../results/report/index.js';
import { toCsv, type Column, type Row } from '../../results/rows.js';
import { latexTable } from '../../results/tables/latex.js';

/** What a figure is before it is drawn. */
export interface Undrawn {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly spec: ReportFigure['spec'];
  readonly points: Table;
  /** The runs behind it, where there are more than its points. */
  readonly rows?: Table;
  readonly config: string;
  readonly command: string;
}

/** Draws it. Throws OverlayError at a point of `overlay` that has no place on it. */
export async function ownFigure(undrawn: Undrawn, overlay: readonly OverlayPoint[] = []): Promise<ReportFigure> {
  const { svg, pdf } = await drawn(undrawn.spec, undrawn.title, overlay);
  return { rows: undrawn.points, ...undrawn, paper: '', claims: [], source: '', overlay, svg, pdf };
}

/** A chart with what is laid over it, as SVG and as PDF. */
export async function drawn(
  spec: ReportFigure['spec'],
  title: string,
  overlay: readonly OverlayPoint[],
): Promise<{ svg: string; pdf: Uint8Array }> {
  const svg = await renderSvg(overlay.length === 0 ? spec : withOverlay(spec, overlay));
  return { svg, pdf: await renderPdf(svg, title) };
}

/** The files of a figure by their endings: the chart in four forms, its values in two. */
export const figureFiles = ({
  id,
  title,
  spec,
  overlay,
  svg,
  pdf,
  points,
}: ReportFigure): [ending: string, content: string | Uint8Array][] => [
  ['vl.json', `${JSON.stringify(overlay.length === 0 ? spec : withOverlay(spec, overlay), null, 1)}\n`],
  ['svg', svg],
  ['png', renderPng(svg)],
  ['pdf', pdf],
  ['csv', toCsv(points.columns, points.rows)],
  ['tex', latexTable(points.columns, points.rows, { caption: title, label: `tab:${id}` })],
];

/** Rows under columns of which only the names and units matter. */
export const tableOf = (columns: readonly (readonly [name: string, unit: string, about: string])[], rows: readonly Row[]): Table => ({
  columns: columns.map(([name, unit, about]): Column => ({ name, unit, about })),
  rows,
});
