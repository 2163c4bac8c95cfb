// Keeps the selection of rows while people page, search and refresh, and shows the available actions.
import { counted } from './counted.js';

const boxes = 'input[type="checkbox"][name="id"]';

export function bind(form) {
  const { account } = form.dataset;
  const { clear, matching } = form.elements;
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? '{}');
  const ids = new Set(kept.account === account ? kept.ids : []);

  const show = () => {
    for (const box of boxesOf(form)) {
      box.checked = matching.checked || ids.has(box.value);
      box.disabled = matching.checked;
    }
    showPage(form);
    showCount(form, matching.checked ? 0 : ids.size);
    showActions(form, ids.size > 0 || matching.checked);
    sessionStorage.setItem(keyOf(form), JSON.stringify({ account, ids: [...ids] }));
  };
  const select = (some, isSelected) => {
    some.forEach(({ value }) => (isSelected ? ids.add(value) : ids.delete(value)));
    show();
  };

  clear.hidden = false;
  clear.addEventListener('click', () => {
    matching.checked = false;
    ids.clear();
    show();
    matching.focus();
  });
  matching.addEventListener('change', show);
  let last;
  let isRange = false;
  form.parentElement.addEventListener('click', ({ target, shiftKey }) => {
    isRange = shiftKey && target.name === 'id';
  });
  form.parentElement.addEventListener('change', ({ target }) => {
    if (target.name === 'id') {
      select(isRange ? rangeOf(boxesOf(form), last, target.value) : [target], target.checked);
      last = target.value;
    } else if (target.name === 'page') {
      select(boxesOf(form), target.checked);
    }
  });
  form.addEventListener('formdata', ({ formData }) => {
    formData.delete('id');
    if (!matching.checked) {
      formData.set('ids', [...ids].join('-'));
    }
  });
  show();
}

function showCount(form, count) {
  const shown = form.querySelector('.selection-count');
  shown.textContent = count === 0 ? '' : counted(shown, count);
}

function showActions(form, isUsed) {
  form.classList.toggle('is-idle', !isUsed);
  form.classList.toggle('is-used', isUsed);
  for (const button of form.querySelectorAll('.selection-actions button')) {
    button.disabled = !isUsed;
  }
}

/** The storage key of a list's selection, which is kept in this tab for the account that made it. */
export function keyOf(form) {
  return `selection ${form.dataset.list}`;
}

/** The boxes from one value to another, as the Shift key selects them elsewhere; the last alone if the first is gone. */
export function rangeOf(all, from, to) {
  const [first, last] = [from, to].map((wanted) => all.findIndex(({ value }) => value === wanted));
  return first < 0 ? [all[last]] : all.slice(Math.min(first, last), Math.max(first, last) + 1);
}

function boxesOf(form) {
  return [...form.parentElement.querySelectorAll(boxes)];
}

function showPage(form) {
  const page = form.parentElement.querySelector('input[name="page"]');
  if (page) {
    const shown = boxesOf(form);
    page.hidden = false;
    page.checked = shown.length > 0 && shown.every(({ checked }) => checked);
    page.indeterminate = !page.checked && shown.some(({ checked }) => checked);
  }
}
