// Elements without a framework. Text is always set as text, so nothing from the cluster is ever markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || (value === false && !name.startsWith('aria-'))) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'text') element.textContent = value;
    else element.setAttribute(name, value === true && !name.startsWith('aria-') ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

export const h = (name, attributes, ...children) =>
  fill(document.createElement(name), attributes, children.flat());

export const svg = (name, attributes, ...children) =>
  fill(document.createElementNS(SVG, name), attributes, children.flat());

// Changes text only where it differs: a selection or a screen reader's place is not lost.
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

export function attribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

// Keeps one child per item, in the items' order; children are made once and updated after.
export function keyed(parent, items, key, create) {
  const known = parent.knownChildren || (parent.knownChildren = new Map());
  const wanted = new Set(items.map(key));
  for (const [id, child] of known) {
    if (!wanted.has(id)) {
      child.element.remove();
      known.delete(id);
    }
  }
  items.forEach((item, place) => {
    const id = key(item);
    let child = known.get(id);
    if (!child) {
      child = create(item);
      known.set(id, child);
    }
    child.update(item);
    if (parent.children[place] !== child.element) {
      parent.insertBefore(child.element, parent.children[place] || null);
    }
  });
}

// A bar from 0 to 100 with its text beside it.
export function meter(label) {
  const inner = h('span', { class: 'meter-fill' });
  const track = h('span', {
    class: 'meter', role: 'meter', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100,
  }, inner);
  const caption = h('span', { class: 'meter-text' });
  return {
    element: h('span', { class: 'meter-box' }, track, caption),
    update(value, words, tone) {
      const bounded = Math.max(0, Math.min(100, value || 0));
      inner.style.width = bounded + '%';
      attribute(track, 'aria-valuenow', Math.round(bounded));
      attribute(track, 'aria-valuetext', words);
      attribute(track, 'data-tone', tone);
      text(caption, words);
    },
  };
}
