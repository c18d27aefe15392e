/** The style sheet of a report: light, dark, phone, print. It knows the class names of the page, and the neutral colours of the charts. */
import { fontFamily } from '../charts/font.js';
import { neutral } from '../charts/style.js';

/** In the page, the colours of a chart that are no data's follow the page's own. */
const chartColours = `
.chart [fill="${neutral.paper}"] { fill: var(--page); }
.chart [fill="${neutral.ink}"] { fill: var(--ink); }
.chart [stroke="${neutral.ink}"] { stroke: var(--ink); }
.chart [stroke="${neutral.quiet}"] { stroke: var(--quiet); }
.chart [stroke="${neutral.grid}"] { stroke: var(--line); }`;

export const styleSheet = `
:root { color-scheme: light; --page: #fff; --ink: #1a1a1a; --quiet: #565b61; --line: #dcdfe3; --soft: #f4f5f7; --link: #0059a8;
  --good: #0b6b45; --good-soft: #e2f4ec; --bad: #a3200d; --bad-soft: #fce8e4; --unsure: #7a4d00; --unsure-soft: #fdf0d5;
  --open: #0059a8; --open-soft: #e3effa; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --page: #14171a; --ink: #e8eaed; --quiet: #a3a9b0; --line: #363c43; --soft: #1d2126; --link: #7db8f0;
    --good: #6fd3a4; --good-soft: #12352a; --bad: #ff9d8a; --bad-soft: #43201a; --unsure: #f0c060; --unsure-soft: #3b2f12;
    --open: #7db8f0; --open-soft: #17304a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 ${fontFamily}; -webkit-text-size-adjust: 100%; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.0625rem; line-height: 1.3; margin: 2rem 0 .75rem; }
h2 small, h3 small { color: var(--quiet); font-weight: 400; margin-left: .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--link); }
nav a { margin-right: 1rem; }
code { font: .875em/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
.lead, .command, figcaption, .links { color: var(--quiet); }
figure { margin: 0; }
figcaption { max-width: 46rem; margin-top: .5rem; }
.links a, .download { font: inherit; font-size: .9375rem; color: var(--link); background: none; border: 1px solid var(--line); border-radius: .25rem;
  padding: .05rem .5rem; margin: 0 .25rem .25rem 0; cursor: pointer; text-decoration: none; display: inline-block; }
.links a:hover, .download:hover { border-color: currentColor; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .25rem .5rem; }
.series { display: flex; flex-wrap: wrap; gap: .35rem; margin: .35rem 0; }
.series .chip[data-signal][aria-pressed="false"] { text-decoration: none; }
.series .chip { font-size: .8125rem; padding: .05rem .55rem; }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; font: .8125rem/1.45 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.list ul { columns: 2 20rem; margin: .5rem 0; padding-left: 1.2rem; }
.list small { color: var(--quiet); }
.filters { margin: 1.25rem 0; }
.search input, #overlay input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: .25rem; padding: .1rem .4rem; max-width: 100%; }
#shown { color: var(--quiet); margin-left: .5rem; }
.wide { overflow-x: auto; }
.notice { max-width: none; border-left: .25rem solid var(--bad); background: var(--bad-soft); padding: .5rem .75rem; }
.beside { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; }
.beside > figure { flex: 0 1 calc(var(--chart-width) * 1.45px); min-width: 0; max-width: 100%; }
.claims-beside { flex: 1 1 26rem; min-width: 0; font-size: .9375rem; }
.claims-beside td:first-child { width: 40%; }
.counts { width: auto; margin-bottom: 1rem; }
.counts th, .counts td { padding-right: 1.25rem; }
.chart { width: calc(var(--chart-width) * 1.45px); max-width: 100%; }
.chart svg { display: block; width: 100%; height: auto; background: none !important; }
.chart .vega-embed { display: block; width: 100%; padding: 0; }${chartColours}
table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
td.number { text-align: right; padding-right: 1.5rem; }
td small { display: block; color: var(--quiet); }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
th button::after { content: ' \\2195'; color: var(--quiet); }
th[aria-sort="ascending"] button::after { content: ' \\2191'; color: inherit; }
th[aria-sort="descending"] button::after { content: ' \\2193'; color: inherit; }
#scoreboard { table-layout: fixed; }
#scoreboard th:first-child { width: 22%; }
#scoreboard th:nth-child(2) { width: 9%; }
#scoreboard th:nth-child(4), #scoreboard th:nth-child(5) { width: 22%; }
#scoreboard th:nth-child(6) { width: 11%; }
#scoreboard td { overflow-wrap: anywhere; }
#misses table { table-layout: fixed; }
#misses th:first-child { width: 24%; }
#misses th:nth-child(2) { width: 15%; }
#misses th:nth-child(3) { width: 23%; }
#misses td { overflow-wrap: anywhere; }
.said, .why { display: block; max-width: 26rem; }
.why { color: var(--quiet); font-size: .875rem; margin-top: .2rem; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: .75rem; }
.chip { font: inherit; font-size: .9375rem; border: 1px solid currentColor; border-radius: 999px; padding: .15rem .75rem; cursor: pointer; }
.chip[aria-pressed="false"] { background: none; opacity: .6; text-decoration: line-through; }
.verdict { display: inline-block; border-radius: .25rem; padding: 0 .45rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); background: var(--good-soft); }
.bad { color: var(--bad); background: var(--bad-soft); }
.unsure { color: var(--unsure); background: var(--unsure-soft); }
.open { color: var(--open); background: var(--open-soft); }
.plain { color: var(--quiet); background: var(--soft); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
#vg-tooltip-element { font-family: inherit; font-size: 14px; background: var(--page); color: var(--ink); border: 1px solid var(--line); }
#vg-tooltip-element td.key { color: var(--quiet); }
@media (max-width: 40rem) {
  body { padding: 1rem 1rem 3rem; }
  h1 { font-size: 1.4rem; }
  .chart { min-width: calc(var(--chart-width) * .82px); }
  .cards thead { display: none; }
  .cards tr { display: block; border-bottom: 1px solid var(--line); padding: .6rem 0; }
  .cards td { display: block; border: 0; padding: .1rem 0; white-space: normal; }
  .cards td:empty { display: none; }
  .cards td:not(:first-child)::before { content: attr(data-label) ': '; color: var(--quiet); }
  .cards td small { display: inline; margin-left: .5rem; }
  .cards td:first-child small { display: block; margin: 0; }
  .cards tr[hidden] { display: none; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .filters, .links, .series, .values, .config, .list, #overlay, nav, th button::after { display: none; }
  .figure, tr { break-inside: avoid; }
  table { table-layout: fixed; font-size: 8pt; }
  th, td { white-space: normal; overflow-wrap: anywhere; padding: .2rem .5rem .2rem 0; }
  .counts { table-layout: auto; }
  #scoreboard th:first-child, #scoreboard th:nth-child(5) { width: 24%; }
  #scoreboard th:nth-child(2), #scoreboard th:nth-child(6) { width: 9%; }
  .verdict { font-weight: 400; padding: 0 .2rem; }
  .said, .why { font-size: 8pt; }
  h2 { break-after: avoid; }
  .skip { display: none; }
  .wide { overflow: visible; }
  .chart { width: calc(var(--chart-width) * 1px); }
  .beside > figure { flex: 0 1 calc(var(--chart-width) * 1px); }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .verdict { print-color-adjust: exact; }
}
`;
