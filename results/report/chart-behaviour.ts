/**
 * What charts do in a browser: answer the mouse once they come into view, show and hide series and single seeds by buttons, hand out files.
 * Defines `beginCharts`. Plain ECMAScript 2020, as text.
 */
export const chartScript = `
'use strict';
/** charts: id -> Vega specification and places; files: name -> text. */
const beginCharts = (charts, files) => {
const views = new Map();
const laidOver = new Map();
/** Draws a chart once, and answers its view. */
const viewOf = (id) => {
  if (!views.has(id)) {
    const place = document.querySelector('.chart[data-figure="' + id + '"]');
    const drawn = document.createElement('div');
    // The expressions are interpreted, never compiled: the page allows no eval.
    views.set(id, vegaEmbed(drawn, charts[id].spec, { mode: 'vega', renderer: 'svg', ast: true, actions: false, logLevel: vega.Error }).then(async ({ view }) => {
      if (laidOver.has(id)) await view.change('points', vega.changeset().insert(laidOver.get(id))).resize().runAsync();
      place.replaceChildren(drawn);
      place.dataset.ready = 'true';
      return view;
    }));
    views.get(id).catch((error) => { console.error(error); });
  }
  return views.get(id);
};
const nearby = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    nearby.unobserve(entry.target);
    viewOf(entry.target.dataset.figure);
  }
}, { rootMargin: '300px' });
for (const chart of document.querySelectorAll('.chart[data-figure]')) nearby.observe(chart);

/** A signal of a view or of a part of it: Vega names only those of the whole. */
const signalIn = (part, name) => {
  if (part.signals && part.signals[name]) return part.signals[name];
  for (const inner of part.subcontext || []) {
    const found = signalIn(inner, name);
    if (found !== null) return found;
  }
  return null;
};
/** Moves the window of a timeline. */
const zoom = async (id, step) => {
  const view = await viewOf(id);
  const { selection, widthPx, endS } = charts[id].zooms;
  const [chosen] = Object.values(view.signal(selection));
  const [from, to] = Array.isArray(chosen) && chosen.length === 2 ? [...chosen].sort((a, b) => a - b) : [0, endS];
  const size = to - from;
  const moves = { in: [size / 4, -size / 4], out: [-size / 2, size / 2], left: [-size / 2, -size / 2], right: [size / 2, size / 2] };
  const [begin, end] = step === 'all' ? [0, endS] : [from + moves[step][0], to + moves[step][1]];
  const kept = Math.min(endS, end - begin);
  const first = Math.max(0, Math.min(endS - kept, begin));
  const pixels = [first, first + kept].map((time) => (time / endS) * widthPx);
  await view.update(signalIn(view._runtime, selection + '_x'), pixels).runAsync();
};
const isOn = (button) => button.getAttribute('aria-pressed') === 'true';
const turn = (button) => button.setAttribute('aria-pressed', String(!isOn(button)));
for (const group of document.querySelectorAll('.series[data-figure]')) {
  const buttons = [...group.querySelectorAll('[data-series]')];
  const fields = [{ field: 'series', channel: 'color', type: 'E' }];
  for (const button of buttons) button.addEventListener('click', async () => {
    turn(button);
    const view = await viewOf(group.dataset.figure);
    const shown = buttons.filter(isOn);
    view.data('pick_store', shown.length === buttons.length ? [] : shown.map((one) => ({ unit: '', fields, values: [one.dataset.series] })));
    await view.runAsync();
  });
  for (const button of group.querySelectorAll('[data-signal]')) button.addEventListener('click', async () => {
    turn(button);
    const view = await viewOf(group.dataset.figure);
    await view.signal(button.dataset.signal, isOn(button)).runAsync();
  });
  for (const button of group.querySelectorAll('[data-zoom]')) button.addEventListener('click', () => zoom(group.dataset.figure, button.dataset.zoom));
  group.hidden = false;
}

const handOut = (name, blob) => {
  const link = document.createElement('a');
  link.download = name;
  link.href = URL.createObjectURL(blob);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const makers = {
  svg: async (id) => new Blob([await (await viewOf(id)).toSVG()], { type: 'image/svg+xml' }),
  png: async (id) => {
    const canvas = await (await viewOf(id)).toCanvas(3);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  },
  text: async (_, from) => new Blob([files[from]], { type: 'text/plain;charset=utf-8' }),
};
for (const button of document.querySelectorAll('button[data-download]')) {
  const { download, figure, maker, from } = button.dataset;
  button.addEventListener('click', async () => { handOut(download, await makers[maker](figure, from)); });
  button.hidden = false;
}
return { views, laidOver };
};
`;
