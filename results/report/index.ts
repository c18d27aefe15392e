/** The report: one page of HTML for a result folder. */
export type { NumbersTable, ParameterRow, ReportFigure, ReportModel, ScorePair, ScoreRow, Table } from './model.js';
export { renderReport } from './report.js';
