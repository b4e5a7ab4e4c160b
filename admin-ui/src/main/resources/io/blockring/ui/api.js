// The admin API: requests, the token, and the stream of events.

const TOKEN = 'blockring-token';

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let askForToken = () => Promise.reject(new ApiError(401, 'denied', 'a token is needed'));
let asking = null;

// What to do on 401: resolves when there is a token to try.
export function onUnauthorized(handler) {
  askForToken = handler;
}

export const hasToken = () => sessionStorage.getItem(TOKEN) !== null;

export function setToken(token) {
  if (token) sessionStorage.setItem(TOKEN, token);
  else sessionStorage.removeItem(TOKEN);
}

function headers(extra) {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { ...extra, Authorization: 'Bearer ' + token } : extra;
}

// Everyone who meets a 401 waits for one answer to one form.
function login(usedToken) {
  if (sessionStorage.getItem(TOKEN) !== usedToken) return Promise.resolve();
  asking ||= askForToken(usedToken !== null).finally(() => { asking = null; });
  return asking;
}

async function send(path, options) {
  for (;;) {
    const usedToken = sessionStorage.getItem(TOKEN);
    const response = await fetch('/api/v1/' + path, {
      ...options, headers: headers(options.headers || {}), cache: 'no-store', credentials: 'omit', redirect: 'error',
    });
    if (response.status !== 401) return response;
    await response.body?.cancel();
    await login(usedToken);
  }
}

async function failure(response) {
  let error = {};
  try {
    error = (await response.json()).error || {};
  } catch {
    // Something between us and the node answered: its status is all there is.
  }
  return new ApiError(response.status, error.code || 'http', error.message || 'the node answered ' + response.status);
}

async function json(path, options) {
  let response;
  try {
    response = await send(path, options);
  } catch (problem) {
    if (problem instanceof ApiError || problem.name === 'AbortError') throw problem;
    throw new ApiError(0, 'unreachable', 'the node cannot be reached');
  }
  if (!response.ok) throw await failure(response);
  return response.json();
}

export const get = (path, signal) => json(path, { signal });

export const post = (path, body) => json(path, {
  method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' },
});

export const remove = path => json(path, { method: 'DELETE' });

export const query = parameters => new URLSearchParams(parameters).toString();

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;
const LONG_ENOUGH = 60000;
// The node sends at least a comment every 5 s.
const SILENCE = 12000;

// Listens until the page goes away. Calls onEvent(name, document) and onState(state, {reason, retryAt}).
export function listen(onEvent, onState) {
  let pause = FIRST_PAUSE;
  let timer = 0;
  let wake = () => {};
  let stream = null;

  async function run() {
    for (;;) {
      let reason = 'the node ended the stream';
      try {
        onState('connecting', {});
        const began = Date.now();
        await once();
        // The node ends a stream now and then, so that a token is looked at again.
        if (Date.now() - began > LONG_ENOUGH) continue;
      } catch (problem) {
        reason = problem instanceof ApiError ? problem.message : 'the node cannot be reached';
      }
      const wait = pause * (0.8 + Math.random() * 0.4);
      onState('lost', { reason, retryAt: Date.now() + wait });
      await new Promise(resolve => {
        wake = resolve;
        timer = setTimeout(resolve, wait);
      });
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  async function once() {
    stream = new AbortController();
    const response = await send('live', { signal: stream.signal });
    if (!response.ok) throw await failure(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await withinSilence(reader.read());
      if (done) return;
      const parts = (rest + value).split('\n\n');
      rest = parts.pop();
      for (const part of parts) {
        if (dispatch(part)) {
          pause = FIRST_PAUSE;
          onState('live', {});
        }
      }
    }
  }

  function withinSilence(reading) {
    let silence;
    return Promise.race([
      reading,
      new Promise((_, reject) => {
        silence = setTimeout(() => {
          stream.abort();
          reject(new ApiError(0, 'silent', 'the node has said nothing for ' + SILENCE / 1000 + ' s'));
        }, SILENCE);
      }),
    ]).finally(() => clearTimeout(silence));
  }

  function dispatch(part) {
    let name = '';
    let data = '';
    for (const line of part.split('\n')) {
      if (line.startsWith('event: ')) name = line.slice(7);
      else if (line.startsWith('data: ')) data += line.slice(6);
    }
    if (!name) return false;
    onEvent(name, JSON.parse(data));
    return true;
  }

  run();
  return {
    retryNow() {
      clearTimeout(timer);
      pause = FIRST_PAUSE;
      wake();
    },
  };
}
