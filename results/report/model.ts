/**
 * What a report page shows. It knows no experiment: claims and figures come as texts, tables and chart specifications.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { OverlayPoint } from '../charts/index.js';
import type { Manifest } from '../provenance.js';
import type { Column, Row } from '../rows.js';

/** One claim on the scoreboard, in texts. */
export interface ScoreRow {
  readonly id: string;
  /** The paper's name. */
  readonly by: string;
  /** Paper with section or figure. */
  readonly source: string;
  readonly statement: string;
  readonly class: string;
  /** The paper's value. */
  readonly paper: string;
  readonly within: string;
  /** Mean with interval. */
  readonly simulated: string;
  /** What it may be while the parameters that the paper leaves open move within their ranges; empty where that was not measured. */
  readonly band: string;
  readonly seeds: number;
  readonly verdict: string;
  readonly calibratedOn: string;
  /** One sentence: why it missed, what its bounds come from; may be empty. */
  readonly why: string;
  /** Where both sides are numbers: one pair for each number of the claim. */
  readonly pairs: readonly ScorePair[];
}

/** A number of the paper and what was simulated for it, with the ends of its interval. */
export interface ScorePair {
  /** Which number of the claim; empty where it has one only. */
  readonly name: string;
  readonly paper: number;
  readonly simulated: number;
  readonly low: number;
  readonly high: number;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Numbers of a run as texts, as a terminal shows them: notes above, a header whose first cell is that of the names, and rows of equal length. */
export interface NumbersTable {
  readonly notes: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One figure: its chart, the points that it draws, and all rows behind them. */
export interface ReportFigure {
  /** Letters, digits and dashes: names files and anchors. */
  readonly id: string;
  readonly title: string;
  /** Figures stand under the name of their paper; empty for a study of one's own. */
  readonly paper: string;
  /** Ids of the claims of the scoreboard that the figure measures: shown beside it. */
  readonly claims: readonly string[];
  /** Paper with figure number, e.g. `FVD, Fig 5`; empty for a study of one's own. */
  readonly source: string;
  /** What the figure shows, and under which conditions. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
  /** Points of one's own laid over the chart; mostly none. */
  readonly overlay: readonly OverlayPoint[];
  /** The same chart as renderSvg and renderPdf draw it: shown without scripts, and for download. */
  readonly svg: string;
  readonly pdf: Uint8Array;
  /** What the chart draws, shown as a table. */
  readonly points: Table;
  /** Every run, for download: the same object in all figures that draw it. */
  readonly rows: Table;
  /** What was run, as a person reads it. */
  readonly config: string;
  /** The command that draws it again. */
  readonly command: string;
}

/** A parameter of the test-bed or a calibration, with where it comes from. */
export interface ParameterRow {
  readonly name: string;
  readonly value: string;
  /** Where the value comes from, in a word: stated, published, derived, assumption, calibration. */
  readonly status: string;
  /** Bounds within which it may lie; empty where it has none. */
  readonly range: string;
  /** The claim that a calibration was made on; empty for others. */
  readonly calibratedOn: string;
  readonly source: string;
}

export interface ReportModel {
  readonly title: string;
  readonly manifest: Manifest;
  /** What a reader must know before all else, such as runs that failed; mostly empty. */
  readonly notices: readonly string[];
  /** Shown before all figures; absent where the figures say it all. */
  readonly numbers?: NumbersTable;
  /** May be empty: a study of one's own has no claims. */
  readonly scoreboard: readonly ScoreRow[];
  /** May be empty. */
  readonly parameters: readonly ParameterRow[];
  /** Charts over the claims as a whole, shown with the scoreboard; may be empty. */
  readonly overview: readonly ReportFigure[];
  readonly figures: readonly ReportFigure[];
}
