// How the cluster does: hit rate, bytes by rung, fill, what the buckets were spared, what is wrong.

import { h, keyed, meter, text } from './dom.js';
import { bytes, count, percent, rate, words } from './format.js';
import { timeChart } from './chart.js';

const RUNGS = [
  { name: 'memory', rung: 'rung-memory', field: 'memoryBytes' },
  { name: 'own SSD', rung: 'rung-ssd', field: 'ssdBytes' },
  { name: 'peer', rung: 'rung-peer', field: 'peerBytes' },
  { name: 'bucket', rung: 'rung-origin', field: 'originBytes' },
  { name: 'source region', rung: 'rung-source', field: 'sourceRegionBytes' },
];
const RANGES = [
  { minutes: 5, name: '5 min', bin: 5000 },
  { minutes: 15, name: '15 min', bin: 5000 },
  { minutes: 60, name: '1 h', bin: 15000 },
];
// The hit rate is shown over this, for reading ahead asks the bucket before the reader gets the bytes.
const SMOOTHING = 30000;
const SHOWN_RANGE = 'blockring-range';

const delivered = point => RUNGS.reduce((total, rung) => total + point[rung.field], 0);
const total = (points, field) => points.reduce((sum, point) => sum + field(point), 0);
const hitRate = points => {
  const all = total(points, delivered);
  return all ? Math.max(0, 100 * (1 - total(points, point => point.originBytesForReaders) / all)) : null;
};

function tile(title, id) {
  const value = h('div', { class: 'tile-value', id });
  const note = h('div', { class: 'tile-note' });
  const extra = h('div', { class: 'tile-extra' });
  return {
    element: h('section', { class: 'tile' }, h('h2', { text: title }), value, extra, note),
    extra,
    update(main, below) {
      text(value, main);
      text(note, below);
    },
  };
}

function problemRow(problem) {
  const badge = h('span', { class: 'pill' });
  const what = h('span', { class: 'problem-subject' });
  const message = h('span', { class: 'problem-message' });
  return {
    element: h('li', {}, badge, h('div', {}, what, message)),
    update(now) {
      badge.dataset.tone = now.severity === 'readers_affected' ? 'bad' : 'warn';
      text(badge, now.severity === 'readers_affected' ? 'readers affected' : words(now.severity));
      text(what, now.subject + ' ');
      text(message, now.message);
      badge.title = now.code;
    },
  };
}

function fillRow(node) {
  const bar = meter('Fill of ' + node.id);
  return {
    element: h('li', {}, h('a', { href: '#/nodes', text: node.id }), bar.element),
    update(now) {
      const store = now.store;
      if (!store) bar.update(0, 'no answer');
      else bar.update(100 * store.bytes / (store.budgetBytes || 1), bytes(store.bytes) + ' of ' + bytes(store.budgetBytes));
    },
  };
}

export function overview() {
  const hit = tile('Hit rate', 'hit-rate');
  const read = tile('Read by clients', 'read-rate');
  const saved = tile('Bucket bytes saved', 'saved');
  const fill = tile('Cluster fill', 'cluster-fill');
  const nodes = tile('Nodes', 'node-count');
  const fillBar = meter('Fill of the cluster');
  fill.extra.append(fillBar.element);
  hit.element.classList.add('tile-main');

  let range = RANGES.find(one => String(one.minutes) === sessionStorage.getItem(SHOWN_RANGE)) || RANGES[1];
  let last = null;
  const ranges = h('div', { class: 'choice', role: 'group', 'aria-label': 'Time shown' },
    RANGES.map(one => h('button', {
      type: 'button', text: one.name, 'data-minutes': one.minutes, 'aria-pressed': one === range,
      onclick: () => {
        range = one;
        sessionStorage.setItem(SHOWN_RANGE, one.minutes);
        for (const button of ranges.children) button.setAttribute('aria-pressed', button.dataset.minutes === String(one.minutes));
        if (last) update(last);
      },
    })));

  const hitChart = timeChart({
    label: 'Hit rate of the cluster over time', series: [{ name: 'hit rate', rung: 'rung-hit' }], top: 100,
    format: value => percent(value, value === Math.floor(value) ? 0 : 1),
  });
  const rungChart = timeChart({
    label: 'Bytes to readers per second by the rung they came from', series: RUNGS, isStacked: true, isBytes: true, format: rate,
  });
  const problems = h('ul', { class: 'problems' });
  const noProblems = h('p', { class: 'empty', text: 'Nothing is wrong.' });
  const fills = h('ul', { class: 'fills' });
  const partial = h('span', { class: 'partial', role: 'status' });

  const element = h('div', { class: 'overview' },
    h('div', { class: 'view-head' }, h('h1', { text: 'Overview' }), partial, ranges),
    h('div', { class: 'tiles' }, hit.element, read.element, saved.element, fill.element, nodes.element),
    h('div', { class: 'columns' },
      h('div', { class: 'column-wide' },
        h('section', { class: 'card' }, h('h2', { text: 'Bytes to readers, by the rung they came from' }), rungChart.element),
        h('section', { class: 'card' }, h('h2', { text: 'Hit rate' }), hitChart.element)),
      h('div', { class: 'column-narrow' },
        h('section', { class: 'card' }, h('h2', { text: 'Problems' }), noProblems, problems),
        h('section', { class: 'card' }, h('h2', { text: 'Fill by node' }), fills))));

  function bins(points, newest) {
    const end = Math.floor(newest / range.bin) * range.bin;
    const list = [];
    for (let at = end - range.minutes * 60000; at <= end; at += range.bin) {
      const own = points.filter(point => point.epochMillis > at - range.bin && point.epochMillis <= at);
      const smooth = points.filter(point => point.epochMillis > at - Math.max(SMOOTHING, range.bin) && point.epochMillis <= at);
      const rateOf = hitRate(smooth);
      list.push({
        at,
        rungs: own.length ? RUNGS.map(rung => total(own, point => point[rung.field]) / (range.bin / 1000)) : null,
        hit: rateOf === null ? null : [rateOf],
      });
    }
    return list;
  }

  function update(state) {
    last = state;
    const { status, points } = state;
    if (!status) return;
    const newest = points.length ? points.at(-1).epochMillis : Date.now();
    const shown = points.filter(point => point.epochMillis > newest - range.minutes * 60000);
    const cluster = status.clusterTraffic;
    const inTime = 'in ' + range.name;
    hit.update(percent(hitRate(shown)), inTime + ' · since start ' + percent(cluster.hitRatePercent));
    const step = state.stepMillis / 1000;
    const latest = shown.slice(-2);
    read.update(rate(latest.length ? total(latest, delivered) / (latest.length * step) : 0), bytes(total(shown, delivered)) + ' ' + inTime);
    const spared = total(shown, delivered) - total(shown, point => point.originBytesForReaders);
    saved.update(bytes(Math.max(0, spared)), inTime + ' · since start ' + bytes(Math.max(0, cluster.deliveredBytes - cluster.originBytesForReaders)));
    const store = status.clusterStore;
    const full = 100 * store.bytes / (store.budgetBytes || 1);
    fill.update(bytes(store.bytes), 'of ' + bytes(store.budgetBytes) + ' · ' + count(store.blocks) + ' blocks');
    fillBar.update(full, percent(full));
    nodes.update(status.aliveNodes + ' of ' + status.nodes, 'alive · ring epoch ' + status.ringEpoch);
    const silent = status.unanswered;
    text(partial, silent.length ? 'Partial: without ' + silent.map(one => one.node).join(', ') : '');
    partial.title = silent.map(one => one.node + ': ' + one.reason).join('\n');
    const byTime = bins(points, newest);
    rungChart.update(byTime.map(bin => ({ at: bin.at, values: bin.rungs })));
    hitChart.update(byTime.map(bin => ({ at: bin.at, values: bin.hit })));
    noProblems.hidden = status.problems.length > 0;
    keyed(problems, status.problems, one => one.code + ' ' + one.subject, problemRow);
    keyed(fills, state.nodes, node => node.id, fillRow);
  }

  return { element, update };
}
