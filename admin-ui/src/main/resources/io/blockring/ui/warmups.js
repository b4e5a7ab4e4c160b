// Warm-ups: how far each one is, what failed, and stopping it.

import { h, keyed, meter, text } from './dom.js';
import { ago, bytes, count, duration, exact, percent, rate, words } from './format.js';
import { remove } from './api.js';
import { ask, toast } from './dialog.js';

const RUNNING = new Set(['listing', 'fetching', 'verifying']);
const TONES = { verified: 'ok', incomplete: 'bad', does_not_fit: 'bad', changed: 'warn', cancelled: 'none' };

export const isRunning = warmup => RUNNING.has(warmup.state);

export function card(first) {
  let warmup = first;
  const badge = h('span', { class: 'pill' });
  const title = h('h3', { class: 'mono' });
  const where = h('span', { class: 'sub' });
  const bar = meter('Progress of the warm-up of ' + first.paths.join(', '));
  const facts = h('div', { class: 'warmup-facts' });
  const failures = h('ul', { class: 'failures' });
  const more = h('details', { hidden: true }, h('summary'), failures);
  const stop = h('button', {
    type: 'button', text: 'Cancel…', 'aria-label': 'Cancel the warm-up of ' + first.paths.join(', '),
    onclick: () => ask({
      title: 'Cancel this warm-up?',
      body: h('p', { text: 'What it has brought in stays. Paths: ' + warmup.paths.join(', ') }),
      action: 'Cancel the warm-up',
      cancel: 'Let it run',
      tone: 'danger',
      submit: async () => {
        await remove('warmups/' + encodeURIComponent(warmup.id));
        toast('The warm-up was cancelled');
      },
    }),
  });
  return {
    element: h('li', { class: 'card warmup', 'data-warmup': first.id },
      h('div', { class: 'warmup-head' }, badge, title, where, stop), bar.element, facts, more),
    update(now) {
      warmup = now;
      badge.dataset.tone = isRunning(now) ? 'info' : TONES[now.state] || 'none';
      text(badge, words(now.state));
      text(title, now.paths.slice(0, 3).join(', ') + (now.paths.length > 3 ? ' and ' + (now.paths.length - 3) + ' more' : ''));
      text(where, 'on ' + now.node + ' · started ' + ago(now.startedEpochMillis));
      where.title = exact(now.startedEpochMillis);
      const { total, resident } = now.bytes;
      const part = total ? 100 * resident / total : now.state === 'verified' ? 100 : 0;
      bar.update(part, percent(part) + (now.isListed ? '' : ' so far'), TONES[now.state] === 'bad' ? 'bad' : null);
      const parts = [
        bytes(resident) + ' of ' + bytes(total) + (now.isListed ? '' : '+'),
        count(now.objects.total) + (now.objects.total === 1 ? ' object' : ' objects'),
        bytes(now.bytes.fetched) + ' fetched',
      ];
      if (now.state === 'verifying') parts.push('asking the owners whether they have it');
      else if (isRunning(now)) parts.push(rate(now.bytesPerSecond), now.etaMillis === null ? 'time left unknown' : duration(now.etaMillis) + ' left');
      else parts.push('took ' + duration(now.elapsedMillis));
      text(facts, parts.join(' · '));
      stop.hidden = !isRunning(now);
      more.hidden = now.failures === 0;
      text(more.firstElementChild, count(now.failures) + (now.failures === 1 ? ' failure' : ' failures'));
      keyed(failures, now.firstFailures, one => one.path + ' ' + one.reason, one => ({
        element: h('li', {}, h('span', { class: 'mono', text: one.path }), h('span', { text: ' ' + one.reason })),
        update() {},
      }));
    },
  };
}

export function warmups() {
  const list = h('ul', { class: 'warmups' });
  const empty = h('div', { class: 'card empty-card' },
    h('p', { text: 'No warm-up has run lately.' }),
    h('p', {}, h('a', { href: '#/browse/', text: 'Browse' }), ' to a directory or a file and start one there.'));
  return {
    element: h('div', {}, h('div', { class: 'view-head' }, h('h1', { text: 'Warm-ups' })), empty, list),
    update(state) {
      empty.hidden = state.warmups.length > 0;
      keyed(list, state.warmups, one => one.id, card);
    },
  };
}
