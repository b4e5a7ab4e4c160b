// Charts over time, drawn as SVG: stacked areas, or one line. A cursor follows pointer and arrow keys.

import { attribute, h, svg, text } from './dom.js';
import { clock } from './format.js';

const MARGIN = { top: 8, right: 8, bottom: 22, left: 70 };
const HEIGHT = 200;

// A round number of at least this, and the distance of the lines below it. Base 1024 for bytes.
function scale(most, isBytes) {
  let unit = 1;
  if (isBytes) while (most / unit >= 1024) unit *= 1024;
  const least = most / unit || 1;
  for (const magnitude of [0.001, 0.01, 0.1, 1, 10, 100, 1000]) {
    for (const step of [1, 2, 2.5, 5]) {
      const lines = Math.ceil(least / (step * magnitude));
      if (lines <= 4) return { step: step * magnitude * unit, top: lines * step * magnitude * unit };
    }
  }
  return { step: most, top: most };
}

// series: [{name, rung}]; points later: [{at, values: [..] or null}], oldest first, evenly spaced.
export function timeChart({ label, series, format, isBytes, top, isStacked }) {
  const plot = svg('g');
  const grid = svg('g', { class: 'grid' });
  const cursor = svg('line', { class: 'cursor', y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom, visibility: 'hidden' });
  const root = svg('svg', { class: 'chart', height: HEIGHT, role: 'img', tabindex: 0 }, grid, plot, cursor);
  const when = h('span', { class: 'readout-time' });
  const readouts = series.map(one => h('span', { class: 'readout-value' }));
  const legend = h('div', { class: 'legend' },
    series.map((one, i) => h('span', { class: 'legend-item ' + one.rung },
      h('span', { class: 'swatch' }), h('span', { text: one.name }), readouts[i])),
    when);
  const empty = h('p', { class: 'chart-empty', text: 'Nothing was read in this time.' });
  const box = h('div', { class: 'chart-box' }, root, empty);
  const element = h('figure', { class: 'chart-figure' }, legend, box);
  let points = [];
  let at = -1;

  const width = () => Math.max(200, box.clientWidth);
  const x = i => MARGIN.left + (points.length < 2 ? 0 : i / (points.length - 1)) * (width() - MARGIN.left - MARGIN.right);
  const sum = values => values.reduce((total, value) => total + value, 0);

  function draw() {
    if (!points.length || !box.clientWidth) return;
    const known = points.filter(point => point.values);
    const most = top || Math.max(0, ...known.map(point => (isStacked ? sum(point.values) : Math.max(...point.values))));
    const { step, top: highest } = top ? { step: top / 4, top } : scale(most, isBytes);
    const y = value => MARGIN.top + (1 - Math.min(value, highest) / highest) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    root.setAttribute('width', width());
    root.setAttribute('viewBox', `0 0 ${width()} ${HEIGHT}`);
    drawGrid(y, step, highest);
    plot.replaceChildren(...(isStacked ? areas(y) : lines(y)));
    empty.hidden = known.some(point => isStacked ? sum(point.values) > 0 : true);
    read();
  }

  function drawGrid(y, step, highest) {
    const parts = [];
    for (let value = 0; value <= highest * 1.0001; value += step) {
      parts.push(svg('line', { x1: MARGIN.left, x2: width() - MARGIN.right, y1: y(value), y2: y(value) }));
      parts.push(svg('text', { x: MARGIN.left - 8, y: y(value) + 4, 'text-anchor': 'end', text: format(value).replace(/\.0+ /, ' ') }));
    }
    const ticks = width() < 480 ? 3 : 5;
    for (let tick = 0; tick <= ticks; tick++) {
      const i = Math.round((tick / ticks) * (points.length - 1));
      parts.push(svg('text', {
        x: x(i), y: HEIGHT - 5, text: clock(points[i].at),
        'text-anchor': tick === 0 ? 'start' : tick === ticks ? 'end' : 'middle',
      }));
    }
    grid.replaceChildren(...parts);
  }

  // Runs of points that are known, so that a gap is a gap.
  function runs() {
    const all = [];
    let run = [];
    points.forEach((point, i) => {
      if (point.values) run.push(i);
      else if (run.length) all.push(run.splice(0));
    });
    if (run.length) all.push(run);
    return all;
  }

  function areas(y) {
    const paths = [];
    series.forEach((one, s) => {
      const below = i => sum(points[i].values.slice(0, s));
      const path = runs().map(run =>
        'M' + run.map(i => `${x(i).toFixed(1)},${y(below(i) + points[i].values[s]).toFixed(1)}`).join('L') +
        'L' + run.toReversed().map(i => `${x(i).toFixed(1)},${y(below(i)).toFixed(1)}`).join('L') + 'Z').join('');
      paths.push(svg('path', { class: 'area ' + one.rung, d: path }));
    });
    return paths;
  }

  function lines(y) {
    return series.flatMap((one, s) => runs().map(run => run.length === 1
      ? svg('circle', { class: 'dot ' + one.rung, r: 2, cx: x(run[0]), cy: y(points[run[0]].values[s]) })
      : svg('path', { class: 'line ' + one.rung, d: 'M' + run.map(i => `${x(i).toFixed(1)},${y(points[i].values[s]).toFixed(1)}`).join('L') })));
  }

  // The values under the cursor; without one, the last that are known.
  function read() {
    let i = at;
    if (i < 0 || i >= points.length) i = points.findLastIndex(point => point.values);
    const point = points[i];
    attribute(cursor, 'visibility', at < 0 ? 'hidden' : 'visible');
    if (at >= 0) {
      attribute(cursor, 'x1', x(i));
      attribute(cursor, 'x2', x(i));
    }
    series.forEach((one, s) => text(readouts[s], point?.values ? format(point.values[s]) : '–'));
    text(when, at < 0 ? 'now' : point ? clock(point.at, true) : '');
    root.setAttribute('aria-label', label + '. ' + (point?.values
      ? 'At ' + clock(point.at, true) + ': ' + series.map((one, s) => one.name + ' ' + format(point.values[s])).join(', ')
      : 'Nothing is known yet') + '. Arrow keys move through time.');
  }

  function moveTo(i) {
    at = i === null ? -1 : Math.max(0, Math.min(points.length - 1, i));
    read();
  }

  root.addEventListener('pointermove', event => {
    const inside = (event.offsetX - MARGIN.left) / (width() - MARGIN.left - MARGIN.right);
    moveTo(Math.round(inside * (points.length - 1)));
  });
  root.addEventListener('pointerleave', () => moveTo(null));
  root.addEventListener('blur', () => moveTo(null));
  root.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === 'Escape') moveTo(null);
    else if (step) {
      event.preventDefault();
      moveTo((at < 0 ? points.length - 1 : at) + step);
    }
  });
  new ResizeObserver(draw).observe(box);

  return {
    element,
    update(newPoints) {
      points = newPoints;
      draw();
    },
  };
}
