// Takes back the error of a field, in the summary and at the field, once the field has another value that could be
// right; the refused one is still wrong. Binds to the summary.
import { counted } from './counted.js';

export function bind(summary) {
  const { title } = document;
  const items = [...summary.querySelectorAll('li')];
  const errors = items.map(errorOf).filter(({ controls }) => controls.length > 0);
  const show = () => {
    for (const error of errors) {
      mark(error, isWrong(error));
    }
    const count = items.filter(({ hidden }) => !hidden).length;
    const heading = summary.querySelector('[data-one]');
    heading.textContent = count === 0 ? '' : counted(heading, count);
    summary.hidden = count === 0;
    document.title = count === 0 ? title.replace(summary.dataset.title, '') : title;
  };
  for (const form of new Set(errors.map(({ controls: [control] }) => control.form))) {
    form?.addEventListener('input', show);
    form?.addEventListener('change', show);
  }
}

function errorOf(item) {
  const name = decodeURIComponent(item.querySelector('a').hash.slice(1));
  const controls = controlsOf(name);
  return { item, name, controls, refused: valueOf(controls) };
}

/** The field with this ID, or the fields inside of a group. */
function controlsOf(name) {
  const element = document.getElementById(name);
  return element?.matches('input, select, textarea')
    ? [element]
    : [...(element?.querySelectorAll('input, select, textarea') ?? [])];
}

function isWrong({ controls, refused }) {
  return valueOf(controls) === refused || controls.some(({ validity }) => !validity.valid);
}

function valueOf(controls) {
  return JSON.stringify(
    controls.map(({ type, checked, value }) =>
      /^(?:checkbox|radio)$/.test(type) ? checked : value,
    ),
  );
}

function mark({ item, name, controls }, wrong) {
  item.hidden = !wrong;
  const text = document.getElementById(`${name}-error`);
  if (text !== null) {
    text.hidden = !wrong;
  }
  for (const control of controls.filter(({ id }) => id === name)) {
    control.classList.toggle('is-invalid', wrong);
    control.toggleAttribute('aria-invalid', wrong);
    if (wrong) {
      control.setAttribute('aria-invalid', 'true');
    }
  }
}
