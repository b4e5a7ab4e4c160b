// Questions to the person: modal dialogs, and the form for the token.

import { h } from './dom.js';

let number = 0;

// Opens a dialog. submit() may throw: its message is shown and the dialog stays.
export function ask({ title, body, action, tone, submit, cancel = 'Cancel' }) {
  return new Promise(resolve => {
    const id = 'dialog-' + ++number;
    const problem = h('p', { class: 'problem', role: 'alert' });
    const confirm = h('button', { type: 'submit', class: tone === 'danger' ? 'danger' : 'primary', text: action });
    const form = h('form', { method: 'dialog' },
      h('h2', { id, text: title }),
      body,
      problem,
      h('div', { class: 'dialog-actions' },
        cancel ? h('button', { type: 'button', class: 'quiet', text: cancel, onclick: () => close(false) }) : null,
        confirm));
    const dialog = h('dialog', { 'aria-labelledby': id }, form);

    function close(done) {
      dialog.close();
      dialog.remove();
      resolve(done);
    }

    form.addEventListener('submit', async event => {
      event.preventDefault();
      confirm.disabled = true;
      problem.textContent = '';
      try {
        await submit();
        close(true);
      } catch (error) {
        problem.textContent = error.message;
        confirm.disabled = false;
      }
    });
    dialog.addEventListener('cancel', event => {
      event.preventDefault();
      if (cancel) close(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector('[autofocus]')?.focus();
    dialog.setAction = words => { confirm.textContent = words; };
    form.setAction = dialog.setAction;
  });
}

// The form that every 401 leads to.
export function askForToken(wasRefused, keep) {
  const field = h('input', {
    type: 'password', name: 'token', autocomplete: 'off', spellcheck: 'false', required: true, autofocus: true, id: 'token',
  });
  return ask({
    title: 'This cluster asks for a token',
    body: h('div', { class: 'fields' },
      wasRefused ? h('p', { class: 'problem', text: 'The token was refused.' }) : null,
      h('label', { for: 'token', text: 'Bearer token of the admin API' }),
      field,
      h('p', { class: 'hint', text: 'It is kept in this tab only and forgotten when the tab is closed.' })),
    action: 'Continue',
    cancel: null,
    submit: async () => keep(field.value.trim()),
  });
}

let hide = 0;

// A short word about what has just been done.
export function toast(message, tone) {
  const place = document.getElementById('toast');
  place.textContent = message;
  place.dataset.tone = tone || 'ok';
  place.classList.add('is-shown');
  clearTimeout(hide);
  hide = setTimeout(() => place.classList.remove('is-shown'), tone === 'bad' ? 8000 : 4000);
}
