// The page: which view is shown, the state of the cluster that all views draw, the line to the node.

import { get, hasToken, listen, onUnauthorized, setToken } from './api.js';
import { askForToken } from './dialog.js';
import { text } from './dom.js';
import { browse } from './browse.js';
import { nodes } from './nodes.js';
import { overview } from './overview.js';
import { warmups } from './warmups.js';

const HOUR = 3600e3;
const HEALTH = { ok: ['ok', 'healthy'], degraded: ['warn', 'degraded'], readers_affected: ['bad', 'readers affected'] };

const element = id => document.getElementById(id);
const views = { overview: overview(), nodes: nodes(), browse: browse(), warmups: warmups() };
const state = { status: null, nodes: [], warmups: [], points: [], stepMillis: 5000 };
const byTime = new Map();
let shown = null;
let isDue = false;

function keepPoints(history) {
  state.stepMillis = history.stepMillis;
  for (const point of history.points) byTime.set(point.epochMillis, point);
  const newest = Math.max(...byTime.keys());
  for (const at of byTime.keys()) if (at < newest - HOUR) byTime.delete(at);
  state.points = [...byTime.values()].sort((a, b) => a.epochMillis - b.epochMillis);
}

// The whole hour, asked for once on each connection: the stream carries the last seconds only.
async function readHistory() {
  try {
    const history = await get('history');
    byTime.clear();
    keepPoints(history);
    draw();
  } catch {
    // The stream's own state tells of a node that cannot be reached.
  }
}

function onEvent(name, document) {
  if (name === 'status') state.status = document;
  else if (name === 'nodes') state.nodes = document.nodes;
  else if (name === 'warmups') state.warmups = document.warmups;
  else if (name === 'history') keepPoints(document);
  draw();
}

// Once per frame, whatever has come; a hidden tab draws nothing.
function draw() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    const status = state.status;
    if (status) {
      text(element('cluster'), status.cluster);
      document.title = status.cluster + ' · Blockring';
      const [tone, words] = HEALTH[status.health] || ['none', status.health];
      element('health').dataset.tone = tone;
      text(element('health'), words);
    }
    shown?.update(state);
  });
}

function route() {
  const [path, search] = location.hash.slice(1).split('?');
  const [, name, ...rest] = path.split('/');
  const view = views[name] ? name : 'overview';
  if (shown !== views[view]) {
    shown?.hide?.();
    shown = views[view];
    element('view').replaceChildren(shown.element);
    window.scrollTo(0, 0);
  }
  for (const link of document.querySelectorAll('nav [data-view]')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  shown.show?.(rest.join('/'), new URLSearchParams(search));
  shown.update(state);
}

let lineState = 'connecting';
let countdown = 0;

function onState(now, { reason, retryAt }) {
  if (now === 'live' && lineState !== 'live') readHistory();
  if (now !== 'connecting' || lineState !== 'lost') lineState = now;
  document.body.dataset.line = lineState;
  element('live').dataset.state = lineState;
  text(element('live'), lineState === 'live' ? 'live from ' + (state.status?.answeringNode || 'node') : lineState === 'lost' ? 'not connected' : 'connecting');
  element('logout').hidden = !hasToken();
  element('banner').hidden = lineState !== 'lost';
  clearInterval(countdown);
  if (now === 'lost') {
    const tell = () => text(element('banner-text'),
      'No figures from this node: ' + reason + '. Next try in ' + Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)) + ' s.');
    tell();
    countdown = setInterval(tell, 1000);
  } else if (lineState === 'lost') {
    text(element('banner-text'), 'Trying to reach the node …');
  }
}

onUnauthorized(wasRefused => askForToken(wasRefused, setToken));
window.addEventListener('hashchange', route);
route();
const line = listen(onEvent, onState);
element('banner-retry').addEventListener('click', () => line.retryNow());
element('logout').addEventListener('click', () => {
  setToken(null);
  location.reload();
});
