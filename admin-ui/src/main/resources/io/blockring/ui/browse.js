// Mounts, directories and files; how much of each file is resident; starting warm-ups.

import { h, keyed, meter, text } from './dom.js';
import { ago, bytes, exact, percent } from './format.js';
import { get, post, query } from './api.js';
import { toast } from './dialog.js';
import { card, isRunning } from './warmups.js';

const PAGE = 100;
const AT_ONCE = 4;

// Asks for the residency of rows as they come into sight, a few at a time.
function residencies() {
  let abort = new AbortController();
  let waiting = [];
  let running = 0;
  const watcher = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      waiting.push(entry.target.row);
    }
    next();
  });

  async function next() {
    while (running < AT_ONCE && waiting.length) {
      const row = waiting.shift();
      const signal = abort.signal;
      running++;
      get('stat?' + query({ path: row.path }), signal)
        .then(stat => row.show(stat))
        .catch(problem => { if (!signal.aborted) row.fail(problem); })
        .finally(() => {
          running--;
          next();
        });
    }
  }

  return {
    watch(row) {
      row.element.row = row;
      watcher.observe(row.element);
    },
    reset() {
      abort.abort();
      abort = new AbortController();
      waiting = [];
      watcher.disconnect();
    },
  };
}

const nameOf = path => path.replace(/\/$/, '').split('/').pop() || path;

const address = (path, after) =>
  '#/browse' + path.split('/').map(encodeURIComponent).join('/') + (after ? '?after=' + encodeURIComponent(after) : '');

function entryRow(entry, warm) {
  const bar = meter('Resident part of ' + nameOf(entry.path));
  const place = h('span', { class: 'sub' });
  const button = h('button', { type: 'button', text: 'Warm up', 'aria-label': 'Warm up ' + entry.path, onclick: () => warm(entry.path, button) });
  const name = nameOf(entry.path);
  const row = {
    path: entry.path,
    isFile: !entry.isPrefix,
    element: h('tr', { 'data-path': entry.path },
      h('th', { scope: 'row', 'data-label': 'Name' }, entry.isPrefix
        ? h('a', { class: 'folder', href: address(entry.path), text: name + '/' }) : h('span', { class: 'file', text: name })),
      h('td', { class: 'number', 'data-label': 'Size', text: entry.isPrefix ? '–' : bytes(entry.sizeBytes) }),
      h('td', { class: 'residency', 'data-label': 'Resident' }, entry.isPrefix ? '–' : bar.element, entry.isPrefix ? null : place),
      h('td', { 'data-label': 'Changed', title: exact(entry.lastModifiedEpochMillis), text: ago(entry.lastModifiedEpochMillis) }),
      h('td', { class: 'actions', 'data-label': '' }, button)),
    show(stat) {
      if (!stat.identity) {
        bar.update(0, 'never stored');
        text(place, 'the bucket gives it no strong identity');
        return;
      }
      const tone = stat.unanswered.length ? 'warn' : null;
      bar.update(stat.residentPercent, percent(stat.residentPercent, 0), tone);
      const on = stat.nodes.filter(node => node.blocks).map(node => node.node);
      text(place, stat.residentBlocks + ' of ' + stat.blocks + (stat.blocks === 1 ? ' block' : ' blocks') + (on.length ? ' on ' + on.join(', ') : '') +
        (stat.unanswered.length ? '; ' + stat.unanswered.map(one => one.node).join(', ') + ' did not say' : ''));
    },
    fail(problem) {
      bar.update(0, '?');
      text(place, problem.message);
    },
  };
  bar.update(0, '…');
  return row;
}

export function browse() {
  const crumbs = h('nav', { class: 'crumbs', 'aria-label': 'Path' });
  const actions = h('div', { class: 'view-actions' });
  const started = h('ul', { class: 'warmups' });
  const content = h('div', { 'aria-live': 'polite' });
  const residency = residencies();
  let rows = [];
  let mine = new Set();
  let running = new Set();
  let visit = 0;
  let state = null;

  async function warm(path, button) {
    button.disabled = true;
    try {
      const warmup = await post('warmups', { paths: [path.length > 1 ? path.replace(/\/$/, '') : path] });
      mine.add(warmup.id);
      toast('Warm-up started');
      if (state) showStarted({ warmups: [warmup, ...state.warmups.filter(one => one.id !== warmup.id)] });
    } catch (problem) {
      toast(problem.message, 'bad');
    } finally {
      button.disabled = false;
    }
  }

  function showStarted(now) {
    const own = now.warmups.filter(one => mine.has(one.id));
    keyed(started, own, one => one.id, card);
    const ended = own.some(one => running.has(one.id) && !isRunning(one));
    running = new Set(own.filter(isRunning).map(one => one.id));
    if (ended) rows.filter(row => row.isFile).forEach(row => residency.watch(row));
  }

  function showCrumbs(path) {
    const parts = path.split('/').filter(part => part);
    const links = parts.map((part, i) => {
      const here = '/' + parts.slice(0, i + 1).join('/') + '/';
      return h('li', {}, i === parts.length - 1 ? h('span', { 'aria-current': 'page', text: part }) : h('a', { href: address(here), text: part }));
    });
    crumbs.replaceChildren(h('ol', {}, h('li', {}, parts.length ? h('a', { href: '#/browse/', text: 'Mounts' }) : h('span', { 'aria-current': 'page', text: 'Mounts' })), links));
  }

  function tableOf(caption, columns, body) {
    return h('div', { class: 'card table-card' }, h('table', { class: 'stacking' },
      h('caption', { class: 'hidden', text: caption }),
      h('thead', {}, h('tr', {}, columns.map(name => h('th', { scope: 'col', class: name === 'Size' || name === 'Block size' ? 'number' : null },
        name || h('span', { class: 'hidden', text: 'Actions' }))))), body));
  }

  async function showMounts(isCurrent) {
    const { mounts } = await get('mounts');
    if (!isCurrent()) return;
    actions.replaceChildren();
    if (!mounts.length) {
      content.replaceChildren(h('div', { class: 'card empty-card' }, h('p', { text: 'This cluster has no mounts. They are set in each node’s settings, under mounts.' })));
      return;
    }
    content.replaceChildren(tableOf('Mounts', ['Mount', 'Location', 'Freshness', 'Block size', ''], h('tbody', {}, mounts.map(mount => {
      const button = h('button', { type: 'button', text: 'Warm up', 'aria-label': 'Warm up all of ' + mount.name, onclick: () => warm('/' + mount.name + '/', button) });
      const isBypassed = mount.bypassUntilEpochMillis > Date.now();
      return h('tr', {},
        h('th', { scope: 'row', 'data-label': 'Mount' }, h('a', { class: 'folder', href: address('/' + mount.name + '/'), text: mount.name + '/' }),
          isBypassed ? h('span', { class: 'pill', 'data-tone': 'warn', text: 'bypassed' }) : null),
        h('td', { class: 'mono', 'data-label': 'Location', text: mount.location + (mount.endpoint ? ' at ' + mount.endpoint : '') }),
        h('td', { 'data-label': 'Freshness', text: mount.freshness }),
        h('td', { class: 'number', 'data-label': 'Block size', text: bytes(mount.blockBytes) }),
        h('td', { class: 'actions', 'data-label': '' }, button));
    }))));
  }

  async function showDirectory(path, after, isCurrent) {
    const parameters = { path, delimiter: '/', limit: PAGE };
    if (after) parameters['start-after'] = after;
    const listing = await get('list?' + query(parameters));
    if (!isCurrent()) return;
    const all = h('button', { type: 'button', class: 'primary', text: 'Warm up this directory', onclick: () => warm(path, all) });
    actions.replaceChildren(all);
    rows = listing.entries.filter(entry => entry.path !== path).map(entry => entryRow(entry, warm));
    if (!rows.length) {
      content.replaceChildren(h('div', { class: 'card empty-card' }, h('p', { text: after ? 'Nothing comes after that.' : 'Nothing is here.' })));
      return;
    }
    const pages = h('div', { class: 'pages' },
      after ? h('a', { class: 'button', href: address(path), text: 'First page' }) : null,
      listing.nextStartAfter ? h('a', { class: 'button', href: address(path, listing.nextStartAfter), text: 'Next page' }) : null,
      h('span', { class: 'sub', text: rows.length + (rows.length === 1 ? ' entry' : ' entries') + (listing.nextStartAfter ? ', more follow' : '') }));
    content.replaceChildren(
      tableOf('Entries of ' + path, ['Name', 'Size', 'Resident', 'Changed', ''], h('tbody', {}, rows.map(row => row.element))), pages);
    rows.filter(row => row.isFile).forEach(row => residency.watch(row));
  }

  async function show(path, after) {
    const number = ++visit;
    const isCurrent = () => number === visit;
    residency.reset();
    rows = [];
    showCrumbs(path);
    content.setAttribute('aria-busy', 'true');
    try {
      if (path === '/') await showMounts(isCurrent);
      else await showDirectory(path, after, isCurrent);
    } catch (problem) {
      if (!isCurrent()) return;
      actions.replaceChildren();
      content.replaceChildren(h('div', { class: 'card empty-card' }, h('p', { class: 'problem', text: problem.message }),
        h('button', { type: 'button', text: 'Try again', onclick: () => show(path, after) })));
    } finally {
      if (isCurrent()) content.removeAttribute('aria-busy');
    }
  }

  return {
    element: h('div', {},
      h('div', { class: 'view-head' }, h('h1', { class: 'hidden', text: 'Browse' }), crumbs, actions), started, content),
    show(rest, parameters) {
      const path = '/' + rest.split('/').filter(part => part).map(decodeURIComponent).join('/') + '/';
      show(path === '//' ? '/' : path, parameters.get('after') || '');
    },
    hide() {
      visit++;
      residency.reset();
    },
    update(now) {
      state = now;
      showStarted(now);
    },
  };
}
