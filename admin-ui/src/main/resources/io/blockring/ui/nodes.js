// The members: what they own and hold, whether they are well; their weight and maintenance.

import { attribute, h, keyed, meter, text } from './dom.js';
import { bytes, duration, exact, share } from './format.js';
import { post } from './api.js';
import { ask, toast } from './dialog.js';

const TONES = { alive: 'ok', away: 'warn', gone: 'bad', maintenance: 'info' };
const COLUMNS = ['Node', 'State', 'Weight', 'Owns', 'Fill', 'Delivered', 'From buckets', 'Zone', 'Address', ''];
const PAUSES = [['900', '15 min'], ['1800', '30 min'], ['3600', '1 h'], ['14400', '4 h'], ['86400', '1 day']];

const path = node => 'nodes/' + encodeURIComponent(node.id) + '/';

function changeWeight(node, all) {
  const field = h('input', {
    id: 'weight', type: 'number', min: 0, max: 1000000, step: 1, required: true, value: node.weight, autofocus: true,
    inputmode: 'numeric',
  });
  const preview = h('p', { class: 'hint', role: 'status' });
  const others = all.filter(other => other.id !== node.id).reduce((sum, other) => sum + other.weight, 0);
  const body = h('div', { class: 'fields' },
    h('dl', { class: 'facts' },
      h('dt', { text: 'Weight now' }), h('dd', { id: 'weight-now', text: node.weight + (node.weightIsPinned ? ' (pinned)' : ' (from its SSDs)') }),
      h('dt', { text: 'Owns now' }), h('dd', { text: share(node.ownedPercent) })),
    h('label', { for: 'weight', text: 'New weight' }), field, preview);

  function show() {
    const weight = Number(field.value);
    const isWhole = field.value !== '' && Number.isInteger(weight);
    const part = isWhole && weight + others > 0 ? 100 * weight / (weight + others) : 0;
    text(preview, !isWhole ? 'A whole number from 0 to 1000000.'
      : weight === 0 ? node.id + ' will own nothing. It goes on serving what it holds; new bytes go to others.'
        : node.id + ' will own about ' + share(part) + ' of the ring. Blocks that change their owner are read from their holders or fetched again.');
    body.closest('form')?.setAction(isWhole ? 'Set weight to ' + weight : 'Set weight');
  }

  field.addEventListener('input', show);
  const asked = ask({
    title: 'Change the weight of ' + node.id,
    body,
    action: 'Set weight',
    tone: 'primary',
    submit: async () => {
      const now = await post(path(node) + 'weight', { weight: Number(field.value) });
      toast(node.id + ' has weight ' + now.weight + ' now');
    },
  });
  show();
  field.select();
  return asked;
}

function maintenance(node) {
  const isOn = node.maintenanceUntilEpochMillis > Date.now();
  const length = h('select', { id: 'pause', autofocus: true },
    PAUSES.map(([seconds, name]) => h('option', { value: seconds, text: name, selected: seconds === '1800' })),
    isOn ? h('option', { value: '0', text: 'End it now' }) : null);
  return ask({
    title: 'Maintenance of ' + node.id,
    body: h('div', { class: 'fields' },
      h('p', { text: 'While it lasts the node may be unseen without being taken for gone: it keeps its part of the ring.' }),
      isOn ? h('p', { text: 'It is on until ' + exact(node.maintenanceUntilEpochMillis) + '.' }) : null,
      h('label', { for: 'pause', text: 'From now, for' }), length),
    action: 'Apply',
    submit: async () => {
      const seconds = Number(length.value);
      await post(path(node) + 'maintenance', { forSeconds: seconds });
      toast(seconds ? 'Maintenance of ' + node.id + ' is on' : 'Maintenance of ' + node.id + ' has ended');
    },
  });
}

function row(first, getAll) {
  let node = first;
  const name = h('a', { target: '_blank', rel: 'noreferrer' });
  const here = h('span', { class: 'tag', text: 'this node', hidden: true });
  const badge = h('span', { class: 'pill' });
  const since = h('span', { class: 'sub' });
  const weight = h('span', { class: 'number' });
  const pinned = h('span', { class: 'sub' });
  const owned = h('span');
  const fill = meter('Fill of ' + node.id);
  const [deliveredBytes, fetchedBytes, zone, address] = [h('span'), h('span'), h('span'), h('span', { class: 'mono' })];
  const cells = [
    h('th', { scope: 'row' }, name, here), h('td', {}, badge, since), h('td', { class: 'number' }, weight, pinned),
    h('td', { class: 'number' }, owned), h('td', {}, fill.element), h('td', { class: 'number' }, deliveredBytes),
    h('td', { class: 'number' }, fetchedBytes), h('td', {}, zone), h('td', {}, address),
    h('td', { class: 'actions' },
      h('button', { type: 'button', text: 'Weight…', 'aria-label': 'Change the weight of ' + node.id, onclick: () => changeWeight(node, getAll()) }),
      h('button', { type: 'button', text: 'Maintenance…', 'aria-label': 'Maintenance of ' + node.id, onclick: () => maintenance(node) })),
  ];
  cells.forEach((cell, i) => { cell.dataset.label = COLUMNS[i]; });
  return {
    element: h('tr', { 'data-node': node.id }, cells),
    update(now) {
      node = now;
      text(name, now.id);
      attribute(name, 'href', location.protocol + '//' + now.adminAddress + '/ui/');
      here.hidden = !now.isAnswering;
      badge.dataset.tone = TONES[now.state] || 'none';
      text(badge, now.state);
      const until = now.maintenanceUntilEpochMillis;
      text(since, until > Date.now() ? 'maintenance, ' + duration(until - Date.now()) + ' left'
        : now.state === 'alive' ? '' : 'unseen for ' + duration(now.unseenMillis));
      text(weight, String(now.weight));
      text(pinned, now.weightIsPinned ? 'pinned' : '');
      text(owned, share(now.ownedPercent));
      if (now.store) fill.update(100 * now.store.bytes / (now.store.budgetBytes || 1), bytes(now.store.bytes) + ' of ' + bytes(now.store.budgetBytes));
      else fill.update(0, 'no answer');
      text(deliveredBytes, now.traffic ? bytes(now.traffic.deliveredBytes) : '–');
      text(fetchedBytes, now.traffic ? bytes(now.traffic.originBytesForReaders) : '–');
      text(zone, now.zone || '–');
      text(address, now.adminAddress);
    },
  };
}

export function nodes() {
  const body = h('tbody');
  let all = [];
  const summary = h('span', { class: 'sub' });
  const element = h('div', {},
    h('div', { class: 'view-head' }, h('h1', { text: 'Nodes' }), summary),
    h('div', { class: 'card table-card' },
      h('table', { class: 'stacking' },
        h('caption', { class: 'hidden', text: 'Members of the cluster' }),
        h('thead', {}, h('tr', {}, COLUMNS.map((name, i) =>
          h('th', { scope: 'col', class: [2, 3, 5, 6].includes(i) ? 'number' : null, text: name || '' }, name ? null : h('span', { class: 'hidden', text: 'Actions' }))))),
        body)),
    h('p', { class: 'hint', text: 'Bytes delivered to readers, and fetched from buckets for readers of any node, since each node started. A node’s name opens its own console.' }));

  return {
    element,
    update(state) {
      if (!state.status) return;
      all = state.nodes.map(node => ({ ...node, isAnswering: node.id === state.status.answeringNode }));
      text(summary, state.status.aliveNodes + ' of ' + state.status.nodes + ' alive · ring epoch ' + state.status.ringEpoch + ' · ' + state.status.ringFingerprint.slice(0, 12));
      keyed(body, all, node => node.id, node => row(node, () => all));
    },
  };
}

