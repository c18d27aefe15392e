/** The files that a report hands out for a figure: drawn by the page as it stands, or written into it. It draws nothing. */
import { describeColumns, toCsv } from '../rows.js';
import { latexTable } from '../tables/latex.js';
import { dataUri, escapeHtml } from './html.js';
import type { ReportFigure, Table } from './model.js';

/** The texts that the buttons of all figures hand out, each once though several figures draw the same runs. */
export class Downloads {
  private readonly texts = new Map<string, string>();
  private readonly names = new Map<Table, string>();

  /** For the script of the page. */
  files(): Record<string, string> {
    return Object.fromEntries(this.texts);
  }

  /** Buttons for what a script makes, and a link to the PDF, which needs none. */
  links({ id, title, pdf, points, rows }: ReportFigure): string {
    return [
      button(id, `${id}.svg`, 'SVG', 'svg', '', 'The chart as it is shown, points of your own included'),
      button(id, `${id}.png`, 'PNG', 'png', '', 'The chart as it is shown, at 288 dpi'),
      `<a download="${id}.pdf" href="${dataUri('application/pdf', pdf)}" title="Vectors with the font embedded, for LaTeX; as it was drawn for this report">PDF</a>`,
      button(
        id,
        `${id}.csv`,
        'CSV',
        'text',
        this.add(`${id}.csv`, points, ({ columns, rows: own }) => toCsv(columns, own)),
        'The values that the chart draws',
      ),
      button(
        id,
        `${id}.tex`,
        'LaTeX',
        'text',
        this.add(`${id}.tex`, points, (table) => tex(table, title, id)),
        'The same values as a table with booktabs',
      ),
      button(id, `${id}-runs.csv`, 'runs CSV', 'text', this.shared(`${id}-runs.csv`, rows), 'Every run behind the figure'),
      button(
        id,
        `${id}-runs.columns.json`,
        'columns',
        'text',
        this.add(`${id}.columns`, rows, ({ columns }) => describeColumns(columns)),
        'What the columns of the runs mean',
      ),
    ].join(' ');
  }

  private add(name: string, table: Table, write: (table: Table) => string): string {
    this.texts.set(name, write(table));
    return name;
  }

  private shared(name: string, table: Table): string {
    const known = this.names.get(table);
    if (known !== undefined) return known;
    this.names.set(table, name);
    return this.add(name, table, ({ columns, rows }) => toCsv(columns, rows));
  }
}

const tex = ({ columns, rows }: Table, caption: string, id: string): string => latexTable(columns, rows, { caption, label: `tab:${id}` });

const button = (figure: string, file: string, label: string, maker: string, from: string, about: string): string =>
  `<button type="button" class="download" hidden data-figure="${figure}" data-download="${escapeHtml(file)}" data-maker="${maker}"${from === '' ? '' : ` data-from="${escapeHtml(from)}"`} title="${escapeHtml(about)}">${label}</button>`;
