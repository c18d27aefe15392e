/**
 * What the page does with points that its reader brings: reads a CSV file, checks every line, lays them over the charts. All or nothing.
 * Defines `beginOverlay`. Plain ECMAScript 2020, as text.
 */
export const overlayScript = `
'use strict';
/** charts as in beginCharts, whose answer is the second. */
const beginOverlay = (charts, { views, laidOver }) => {
/** Records of RFC 4180, each with its line. */
const readCsv = (text) => {
  const records = [];
  let [record, field, quoted, line, begin] = [[], '', false, 1, 1];
  const endRecord = () => {
    record.push(field);
    if (record.length > 1 || field !== '') records.push({ line: begin, fields: record });
    [record, field, begin] = [[], '', line];
  };
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\n') line += 1;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') { field += c; i += 1; }
      else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === ',') { record.push(field); field = ''; }
    else if (c === '\\n') endRecord();
    else if (c !== '\\r') field += c;
  }
  if (quoted) throw new Error('line ' + begin + ': a quoted field that does not end');
  endRecord();
  return records;
};
const needed = ['figure', 'series', 'x', 'y'];
const oneOf = (names) => names.slice(0, 12).join(', ') + (names.length > 12 ? ', ...' : '');
const rowOf = (cells, line) => {
  const wrong = (text) => new Error('line ' + line + ': ' + text);
  const chart = Object.hasOwn(charts, cells.figure) ? charts[cells.figure] : undefined;
  if (chart === undefined) throw wrong('no figure "' + cells.figure + '"; there are: ' + oneOf(Object.keys(charts)));
  const places = chart.places;
  if (places === null) throw wrong('the figure "' + cells.figure + '" takes no points of others');
  const number = (name, isLog) => {
    const value = cells[name].trim() === '' ? NaN : Number(cells[name]);
    if (!Number.isFinite(value)) throw wrong(name + ' = "' + cells[name] + '", no number');
    if (isLog && value <= 0) throw wrong(name + ' = ' + value + ' on a log axis');
    return value;
  };
  const row = { overlay: cells.series, series: cells.series, isOwn: places.series.includes(cells.series), fromPage: true, seeds: [null] };
  row.measured = number('y', places.isYLog);
  if (places.panels !== null) {
    if (!places.panels.includes(cells.panel)) throw wrong('no panel "' + (cells.panel || '') + '"; there are: ' + oneOf(places.panels));
    row.panel = cells.panel;
  }
  if (places.categories === null) row.x = number('x', places.isXLog);
  else if (places.categories.includes(cells.x)) row.category = cells.x;
  else throw wrong('no x "' + cells.x + '"; there are: ' + oneOf(places.categories));
  return row;
};
const byFigure = (text) => {
  const [head, ...records] = readCsv(text);
  if (head === undefined) throw new Error('an empty file');
  const missing = needed.filter((name) => !head.fields.includes(name));
  if (missing.length > 0) throw new Error('line 1: no column ' + missing.join(', ') + '; expected figure,series,x,y and, for charts with panels, panel');
  const found = new Map();
  for (const { line, fields } of records) {
    if (fields.length !== head.fields.length) throw new Error('line ' + line + ': ' + fields.length + ' fields, expected ' + head.fields.length);
    const cells = Object.fromEntries(head.fields.map((name, i) => [name, fields[i]]));
    if (!found.has(cells.figure)) found.set(cells.figure, []);
    found.get(cells.figure).push(rowOf(cells, line));
  }
  return found;
};
const layOver = async (found) => {
  const all = new Set([...laidOver.keys(), ...found.keys()]);
  laidOver.clear();
  for (const [id, rows] of found) laidOver.set(id, rows);
  for (const id of all) {
    // A chart that is not drawn yet takes them when it is.
    if (!views.has(id)) continue;
    const view = await views.get(id);
    const change = vega.changeset().remove((row) => row.fromPage === true).insert(laidOver.get(id) || []);
    await view.change('points', change).resize().runAsync();
  }
};
const chooser = document.querySelector('#overlay-file');
const said = document.querySelector('#overlay-said');
if (chooser !== null) {
  chooser.addEventListener('change', async () => {
    const [file] = chooser.files;
    if (file === undefined) return;
    try {
      const found = byFigure(await file.text());
      await layOver(found);
      const links = [...found].map(([id, rows]) => {
        const link = document.createElement('a');
        link.href = '#' + id;
        link.textContent = id + ' (' + rows.length + ')';
        return link;
      });
      said.replaceChildren('Laid over: ', ...links.flatMap((link) => [link, ' ']));
      said.className = '';
    } catch (error) {
      said.textContent = file.name + ', ' + error.message + '. Nothing was laid over.';
      said.className = 'notice';
    }
    chooser.value = '';
  });
  document.querySelector('#overlay-clear').addEventListener('click', async () => {
    await layOver(new Map());
    said.replaceChildren();
    said.className = '';
  });
  document.querySelector('#overlay').hidden = false;
}
};
`;
